// Package psctest stands for Pro Santé Connect in tests: a real OpenID Connect provider, in this
// process, that gives the claims of health professionals.
package psctest

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"entractes/internal/security/psc"
)

// Provider is a provider that answers on this machine until the test ends.
type Provider struct {
	URL string
	// ACR is the level it says it proved; eidas1 at first.
	ACR string
	// Claims are what it says of whoever signs in.
	Claims map[string]any
	// Returned receives a value each time the house takes somebody's code, if anybody listens.
	Returned chan struct{}

	// Signed makes it answer who somebody is by a signed token, sealed to SealedTo when there is one.
	Signed   bool
	SealedTo any

	t testing.TB
}

const (
	client = "entractes"
	secret = "a secret of the tests"
	// Login opens the only account of the provider, with Password.
	Login = "test-user@localhost"
	// Password is that of Login.
	Password = "verysecure"
)

// Open starts a provider that sends people back to an address.
func Open(t testing.TB, back string) *Provider {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{URL: "http://localhost:" + l.Addr().String()[strings.LastIndex(l.Addr().String(), ":")+1:], ACR: "eidas1", Returned: make(chan struct{}, 1), t: t}
	clients := map[string]*storage.Client{client: storage.WebClient(client, secret, back)}
	over, _, _ := strings.Cut(back, "/connexion")
	kept := &kept{Storage: storage.NewStorageWithClients(storage.NewUserStore(p.URL+"/"), clients), provider: p, over: over + "/connexion?fin=1"}
	server := httptest.NewUnstartedServer(p.sealing(exampleop.SetupServer(p.URL, kept, slog.New(slog.DiscardHandler), false), kept))
	_ = server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	return p
}

// sealing answers who somebody is as the provider was told to.
func (p *Provider) sealing(plain http.Handler, keys op.Storage) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.Signed || !strings.HasSuffix(r.URL.Path, "/userinfo") {
			plain.ServeHTTP(w, r)
			return
		}
		said := httptest.NewRecorder()
		plain.ServeHTTP(said, r)
		token, err := p.token(r.Context(), said.Body.Bytes(), keys)
		if err != nil {
			p.t.Error(err)
		}
		w.Header().Set("Content-Type", "application/jwt")
		_, _ = io.WriteString(w, token)
	})
}

func (p *Provider) token(ctx context.Context, claims []byte, keys op.Storage) (string, error) {
	key, err := keys.SigningKey(ctx)
	if err != nil {
		return "", err
	}
	signer, err := op.SignerFromKey(key)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		return "", err
	}
	token, err := signed.CompactSerialize()
	if err != nil || p.SealedTo == nil {
		return token, err
	}
	sealer, err := jose.NewEncrypter(jose.A256CBC_HS512, jose.Recipient{Algorithm: jose.RSA_OAEP_256, Key: p.SealedTo}, nil)
	if err != nil {
		return "", err
	}
	sealed, err := sealer.Encrypt([]byte(token))
	if err != nil {
		return "", err
	}
	return sealed.CompactSerialize()
}

// Config is how a house knows the provider.
func (p *Provider) Config(back string) psc.Config {
	return psc.Config{Discovery: p.URL + "/.well-known/openid-configuration", ClientID: client, Secret: secret, Return: back}
}

// Visit does what a browser does from the address of a trip, and returns what it comes back with.
func (p *Provider) Visit(address string) url.Values {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	var last *url.URL
	ways := &http.Transport{}
	defer ways.CloseIdleConnections()
	c := &http.Client{Jar: jar, Transport: ways, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if last = r.URL; !strings.HasPrefix(r.URL.String(), p.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	p.ask(c.Get(address)) //nolint:noctx // a test
	if last == nil || !strings.HasPrefix(last.Path, "/login") {
		return last.Query()
	}
	form := url.Values{"id": {last.Query().Get("authRequestID")}, "username": {Login}, "password": {Password}}
	p.ask(c.PostForm(p.URL+last.Path, form)) //nolint:noctx // a test
	return last.Query()
}

func (p *Provider) ask(r *http.Response, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		p.t.Error(err)
	}
	if err := r.Body.Close(); err != nil {
		p.t.Error(err)
	}
}

// kept is the storage of the provider, with the words of Pro Santé Connect.
type kept struct {
	*storage.Storage
	provider *Provider
	over     string // where people come back to once they are signed out
}

// ended is a client that may send people back to over.
type ended struct {
	op.Client
	over string
}

// PostLogoutRedirectURIs implements op.Client.
func (e ended) PostLogoutRedirectURIs() []string { return []string{e.over} }

// GetClientByClientID implements op.Storage.
func (k *kept) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	c, err := k.Storage.GetClientByClientID(ctx, id)
	return ended{c, k.over}, err
}

// leveled is a request to which the provider answers its level.
type leveled struct {
	op.AuthRequest
	acr string
}

// GetACR implements op.AuthRequest.
func (l leveled) GetACR() string { return l.acr }

// AuthRequestByID implements op.Storage.
func (k *kept) AuthRequestByID(ctx context.Context, id string) (op.AuthRequest, error) {
	r, err := k.Storage.AuthRequestByID(ctx, id)
	return leveled{r, k.provider.ACR}, err
}

// AuthRequestByCode implements op.Storage.
func (k *kept) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	r, err := k.Storage.AuthRequestByCode(ctx, code)
	if err != nil {
		return nil, err
	}
	select {
	case k.provider.Returned <- struct{}{}:
	default:
	}
	return leveled{r, k.provider.ACR}, nil
}

// SetUserinfoFromToken implements op.Storage.
func (k *kept) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	if err := k.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin); err != nil {
		return err
	}
	for name, value := range k.provider.Claims {
		info.AppendClaims(name, value)
	}
	return nil
}

// Nurse is what Pro Santé Connect says of a nurse who works in two places.
func Nurse(rpps string) map[string]any {
	return map[string]any{
		"SubjectNameID": "8" + rpps, "SubjectRole": []string{"60^1.2.250.1.213.1.1.5.5"},
		"SubjectRefPro": map[string]any{"exercices": []any{map[string]any{
			"codeProfession": "60", "codeCategorieProfessionnelle": "C",
			"activities": []any{
				map[string]any{"raisonSocialeSite": "Cabinet fictif des Tilleuls", "numeroFinessSite": "910000001"},
				map[string]any{"raisonSocialeSite": "SSIAD fictif de l’Orge", "numeroFinessSite": "910000002"},
			},
		}}},
	}
}
