package testkit_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/security/psc/psctest"
	"entractes/internal/web/webtest"
)

const doorPassword = "girafe tambour lavande"

// served is a whole house, served as people reach it, with a reader of cards and a provider of identity.
type served struct {
	t        *testing.T
	url      string
	cards    string
	house    *app.House
	provider *psctest.Provider
	root     *x509.Certificate
	rootKey  *ecdsa.PrivateKey
	folder   string
}

func (s *served) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func port(t *testing.T) (net.Listener, string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, p, _ := net.SplitHostPort(l.Addr().String())
	return l, p
}

// certificate signs a certificate for a new key; parent is nil for the root itself.
func (s *served) certificate(template *x509.Certificate, serial int64) tls.Certificate {
	s.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	s.must(err)
	template.SerialNumber, template.NotBefore, template.NotAfter = big.NewInt(serial), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := s.root, s.rootKey
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	s.must(err)
	leaf, err := x509.ParseCertificate(der)
	s.must(err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func (s *served) write(name, kind string, der []byte) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	s.must(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
	return path
}

func serveWithDoors(t *testing.T) *served {
	t.Helper()
	s := &served{t: t, folder: t.TempDir()}
	root := s.certificate(&x509.Certificate{Subject: pkix.Name{CommonName: "Racine de test"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}, 1)
	s.root = root.Leaf
	s.rootKey, _ = root.PrivateKey.(*ecdsa.PrivateKey)
	server := s.certificate(&x509.Certificate{Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, 2)
	serverKey, err := x509.MarshalPKCS8PrivateKey(server.PrivateKey)
	s.must(err)
	list, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: time.Now().Add(-time.Hour), NextUpdate: time.Now().Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(66), RevocationTime: time.Now()}},
	}, s.root, s.rootKey)
	s.must(err)
	s.write("revoked.crl", "X509 CRL", list)
	l, pages := port(t)
	reader, cards := port(t)
	s.must(reader.Close()) // the house opens it itself
	s.url, s.cards = "http://localhost:"+pages, "https://localhost:"+cards
	s.provider = psctest.Open(t, s.url+"/connexion/psc/retour")
	known := s.provider.Config("")
	s.house, err = app.Build(t.Context(), config.Config{
		Listen: "127.0.0.1:" + pages, PublicURL: s.url, Database: filepath.Join(s.folder, "house.db"), MasterKey: filepath.Join(s.folder, "master.key"),
		PSCDiscovery: known.Discovery, PSCClient: known.ClientID, PSCSecret: known.Secret,
		CardListen: "127.0.0.1:" + cards, CardURL: s.cards, CardCert: s.write("server.pem", "CERTIFICATE", server.Certificate[0]), CardKey: s.write("server.key", "PRIVATE KEY", serverKey),
		CardCA: s.write("root.pem", "CERTIFICATE", s.root.Raw), CardLists: s.folder, CardUnits: "Infirmier",
	}, app.Options{Log: slog.New(slog.DiscardHandler), Auth: auth.Options{HashMemoryKiB: 64}})
	s.must(err)
	s.enrol()
	ctx, stop := context.WithCancel(context.Background())
	done, ready := make(chan error, 1), make(chan struct{})
	go func() { done <- s.house.Run(ctx, l, func() { close(ready) }) }()
	<-ready
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := s.house.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// enrol gives the house a nurse with an account.
func (s *served) enrol() {
	s.t.Helper()
	ctx := actor.With(s.t.Context(), actor.System("test"))
	s.must(s.house.DB.Update(ctx, func(tx *db.Tx) error {
		if _, err := territory.Add(tx, territory.New{ID: "essonne", Name: "Essonne", Communes: []territory.CommuneCode{"91174"}}); err != nil {
			return err
		}
		p, err := directory.AddProfessional(tx, directory.Professional{
			Territory: "essonne", FamilyName: "Fictive", GivenName: "Solène", RPPS: "10000000011", Profession: nomenclature.Nurse, Commune: "91174", Active: true,
		})
		if err != nil {
			return err
		}
		secret, err := s.house.Auth.Hash(ctx, doorPassword)
		if err != nil {
			return err
		}
		_, err = s.house.Auth.Create(tx, auth.NewAccount{
			Login: "solene", Name: "Solène Fictive", Roles: []actor.Role{actor.RoleProfessional}, Person: p.ID, Territory: "essonne", Secret: secret,
		})
		return err
	}))
}

// In a real browser: a password and a code application, a passkey made by the browser, a lock opened by it,
// Pro Santé Connect, and the wrong turns of each, said on the page.
func TestSigningInWithABrowser(t *testing.T) {
	t.Parallel()
	s := serveWithDoors(t)
	ctx := webtest.Browser(t)
	webtest.Do(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
			return err
		}
		_, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		return err
	}))
	at := func(path string) {
		webtest.Until(t, ctx, `location.pathname === "`+path+`" && document.readyState === "complete"`)
	}
	press := func(selector string) { webtest.Do(t, ctx, chromedp.Click(selector)) }
	look := func(name string) {
		webtest.NoBarrier(t, ctx)
		webtest.Shot(t, ctx, "compte-"+name, webtest.Phone, webtest.Light)
	}
	webtest.Visit(t, ctx, s.url+"/connexion?suite=/compte", webtest.Phone, webtest.Light)
	look("connexion")
	webtest.Do(t, ctx, chromedp.SendKeys("#f-login", "solene"), chromedp.SendKeys("#f-password", doorPassword))
	press(`form[action="/connexion"] button`)
	at("/connexion/facteur")
	look("facteur")
	press(`form[data-passkey="create"] button`)
	webtest.Until(t, ctx, `document.querySelectorAll(".codes code").length === 10`)
	look("codes")
	press(`a.btn.go`)
	at("/compte")
	look("compte")
	if got := webtest.Eval[string](t, ctx, `document.querySelector("main").innerText`); !strings.Contains(got, "Clé d’accès") || !strings.Contains(got, "Cet appareil") {
		t.Errorf("the page of the account: %s", got)
	}
	signOut := func() {
		webtest.Eval[bool](t, ctx, `document.querySelector("form[action='/deconnexion']").submit(), true`)
		at("/connexion")
	}
	signOut()
	// The passkey alone.
	webtest.Visit(t, ctx, s.url+"/connexion?suite=/compte", webtest.Phone, webtest.Light)
	press(`form[data-passkey="get"] button`)
	at("/compte")

	// A code application replaces nothing: it comes beside.
	press(`a[href="/compte/facteur"]`)
	at("/connexion/facteur")
	secret := strings.ReplaceAll(webtest.Eval[string](t, ctx, `document.querySelector(".secret").textContent`), " ", "")
	code, err := totp.GenerateCode(secret, time.Now())
	s.must(err)
	webtest.Do(t, ctx, chromedp.SendKeys("#f-code", code))
	press(`form[action="/connexion/facteur"] button`)
	at("/compte")
	webtest.Visit(t, ctx, s.url+"/connexion/confirmer?suite=/compte", webtest.Desk, webtest.Dark)
	look("confirmer")
	press(`form[data-passkey="get"] button`)
	at("/compte")
	webtest.Visit(t, ctx, s.url+"/compte/telephone", webtest.Desk, webtest.Light)
	press(`form[action="/compte/telephone"] button`)
	webtest.Until(t, ctx, `!!document.querySelector("svg.qr")`)
	look("telephone")
	pairing := webtest.Eval[string](t, ctx, `document.querySelector(".secret").textContent.replaceAll(" ", "")`)
	signOut()

	// A phone whose camera read the drawing finds the code after the #, and no server was sent it.
	webtest.Visit(t, ctx, s.url+"/appairer#"+pairing, webtest.Phone, webtest.Dark)
	if got := webtest.Eval[string](t, ctx, `document.getElementById("f-code").value + location.hash`); got != pairing {
		t.Errorf("the phone read %q", got)
	}
	look("appairer")
	press(`form[action="/appairer"] button`)
	at("/appairer/attente")
	look("attente")
	press(`form, .number`) // the page is alive

	// Pro Santé Connect: a stranger, then her, who chooses where she works.
	visit := func() {
		webtest.Visit(t, ctx, s.url+"/connexion/psc?suite=/compte", webtest.Desk, webtest.Light)
		if webtest.Eval[bool](t, ctx, `!!document.querySelector("input[name=username]")`) {
			webtest.Do(t, ctx, chromedp.SendKeys("input[name=username]", psctest.Login), chromedp.SendKeys("input[name=password]", psctest.Password))
			press(`button`)
			// A question asked while the browser goes from one site to the other may never be answered.
			<-s.provider.Returned
		}
		webtest.Until(t, ctx, `location.href.startsWith("`+s.url+`") && document.readyState === "complete"`)
	}
	s.provider.Claims = psctest.Nurse("10000000099")
	visit()
	if webtest.Eval[bool](t, ctx, `location.pathname === "/connexion/psc/retour" && !!document.querySelector("form[action='/connexion/psc/situation']")`) {
		press(`form[action="/connexion/psc/situation"] button`)
		webtest.Until(t, ctx, `document.body.innerText.includes("pas encore de compte")`)
	}
	look("refus")
	s.provider.ACR, s.provider.Claims = "eidas0", psctest.Nurse("10000000011")
	visit()
	webtest.Until(t, ctx, `document.body.innerText.includes("niveau insuffisant")`)
	s.provider.ACR = "eidas1"
	visit()
	look("situation")
	press(`form[action="/connexion/psc/situation"] button`)
	at("/compte")
	if got := webtest.Eval[string](t, ctx, `document.querySelector("main").innerText`); !strings.Contains(got, "Par Pro Santé Connect") {
		t.Errorf("%s", got)
	}
	// Signed out here is signed out there: the provider asks for the password again.
	webtest.Do(t, ctx, chromedp.Submit(`form[action="/deconnexion"]`))
	webtest.Until(t, ctx, `document.body.innerText.includes("Pro Santé Connect reste ouvert")`)
	webtest.NoBarrier(t, ctx)
	webtest.Do(t, ctx, chromedp.Click(`main a.btn`))
	webtest.Until(t, ctx, `location.pathname === "/connexion" && location.search === "?fin=1"`)
	webtest.Visit(t, ctx, s.url+"/connexion/psc?suite=/compte", webtest.Desk, webtest.Light)
	webtest.Until(t, ctx, `!!document.querySelector("input[name=password]") && location.host !== `+strconv.Quote(strings.TrimPrefix(s.url, "http://")))
}

// A card in a real browser: its button leads to the reader and back, signed in.
func TestSigningInWithACardInABrowser(t *testing.T) {
	s := serveWithDoors(t)
	card := s.certificate(&x509.Certificate{Subject: pkix.Name{CommonName: "810000000011", OrganizationalUnit: []string{"Infirmier"}}, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, 70)
	key, err := x509.MarshalPKCS8PrivateKey(card.PrivateKey)
	s.must(err)
	ctx := webtest.BrowserWithCard(t, s.cards, filepath.Join(s.folder, "root.pem"), s.write("card.pem", "CERTIFICATE", card.Certificate[0]), s.write("card.key", "PRIVATE KEY", key))
	webtest.Visit(t, ctx, s.url+"/connexion?suite=/compte", 1440, "light")
	webtest.Do(t, ctx, chromedp.Click(`a[href^="/connexion/carte"]`))
	webtest.Until(t, ctx, `location.pathname === "/compte" && document.body.innerText.includes("Par carte CPS") && document.body.innerText.includes("Solène Fictive")`)
}

// A card shown to the reader, and each wrong turn with its own sentence.
func TestSigningInWithACard(t *testing.T) {
	t.Parallel()
	s := serveWithDoors(t)
	holder := func(number, unit string) *x509.Certificate {
		return &x509.Certificate{Subject: pkix.Name{CommonName: number, OrganizationalUnit: []string{unit}}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	}
	good := s.certificate(holder("810000000011", "Infirmier"), 60)
	trusted := x509.NewCertPool()
	trusted.AddCert(s.root)
	// come is a browser that shows a card, or none, and where it ends.
	come := func(path string, cards ...tls.Certificate) (int, string, *http.Client) {
		t.Helper()
		jar, err := cookiejar.New(nil)
		s.must(err)
		ways := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, Certificates: cards, MinVersion: tls.VersionTLS12}}
		t.Cleanup(ways.CloseIdleConnections)
		c := &http.Client{Jar: jar, Transport: ways}
		r, err := c.Get(s.url + path)
		s.must(err)
		body, err := io.ReadAll(r.Body)
		s.must(err)
		s.must(r.Body.Close())
		return r.StatusCode, string(body), c
	}
	status, body, _ := come("/connexion/carte?suite=/compte", good)
	if status != http.StatusOK || !strings.Contains(body, "Par carte CPS") || !strings.Contains(body, "Solène Fictive") {
		t.Fatalf("%d %s", status, body)
	}
	for name, one := range map[string]struct {
		cards []tls.Certificate
		want  string
	}{
		"none":           {want: "Aucune carte n’a été présentée"},
		"revoked":        {cards: []tls.Certificate{s.certificate(holder("810000000011", "Infirmier"), 66)}, want: "mise en opposition"},
		"another family": {cards: []tls.Certificate{s.certificate(holder("810000000011", "Employé"), 61)}, want: "de cette famille"},
		"a stranger":     {cards: []tls.Certificate{s.certificate(holder("810000000099", "Infirmier"), 62)}, want: "pas encore de compte"},
	} {
		if status, body, _ := come("/connexion/carte", one.cards...); status != http.StatusUnauthorized || !strings.Contains(body, one.want) {
			t.Errorf("%s: %d without %q", name, status, one.want)
		}
	}
	// Somebody sent to show her card for another browser's trip lets nobody in.
	_, _, thief := come("/connexion")
	thief.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	left, err := thief.Get(s.url + "/connexion/carte")
	s.must(err)
	s.must(left.Body.Close())
	_, _, victim := come("/connexion", good)
	victim.CheckRedirect = thief.CheckRedirect
	shown, err := victim.Get(left.Header.Get("Location"))
	s.must(err)
	s.must(shown.Body.Close())
	if r, err := victim.Get(shown.Header.Get("Location")); err != nil || r.StatusCode != http.StatusUnauthorized {
		t.Errorf("a trip of another browser: %v %v", r, err)
	} else {
		s.must(r.Body.Close())
	}
}
