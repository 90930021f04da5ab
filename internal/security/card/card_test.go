package card_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/security/card"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// authority is a throw-away authority.
type authority struct {
	t    testing.TB
	cert *x509.Certificate
	key  crypto.Signer
}

func newKey(t testing.TB) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

var serials atomic.Int64

// issue signs a certificate for a key; by is nil for an authority that signs itself.
func issue(t testing.TB, by *authority, template *x509.Certificate, key crypto.Signer) *x509.Certificate {
	t.Helper()
	template.SerialNumber = big.NewInt(serials.Add(1))
	if template.NotBefore.IsZero() {
		template.NotBefore, template.NotAfter = noon.Add(-time.Hour), noon.Add(time.Hour)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newAuthority(t testing.TB, name string, by *authority) *authority {
	t.Helper()
	key := newKey(t)
	return &authority{t, issue(t, by, &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, key), key}
}

// list is what the authority revoked, good for a day.
func (a *authority) list(revoked ...*x509.Certificate) []byte {
	a.t.Helper()
	template := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: noon.Add(-time.Hour), NextUpdate: noon.Add(24 * time.Hour)}
	for _, c := range revoked {
		template.RevokedCertificateEntries = append(template.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: c.SerialNumber, RevocationTime: noon.Add(-time.Minute)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, template, a.cert, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return der
}

func bundle(all ...*authority) (out []byte) {
	for _, a := range all {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})...)
	}
	return out
}

const number = "810000000011"

func holder(cn, ou string) *x509.Certificate {
	return &x509.Certificate{Subject: pkix.Name{CommonName: cn, OrganizationalUnit: []string{ou}}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
}

func TestWhoACardBelongsTo(t *testing.T) {
	t.Parallel()
	root := newAuthority(t, "Racine de test", nil)
	middle := newAuthority(t, "Intermédiaire de test", root)
	stranger := newAuthority(t, "Racine de test", nil) // the same name, and not the same key
	goodKey := newKey(t)
	good := issue(t, middle, holder(number, "Infirmier"), goodKey)
	lost := issue(t, middle, holder(number, "Infirmier"), newKey(t))
	server := holder(number, "Infirmier")
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	old := holder(number, "Infirmier")
	old.NotBefore, old.NotAfter = noon.Add(-2*time.Hour), noon.Add(-time.Hour)
	rules, err := card.NewRules(bundle(root, middle), []string{"Infirmier", "Médecin"}, root.list(), middle.list(lost))
	if err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		shown []*x509.Certificate
		at    time.Time
		want  string
	}{
		"a good card":            {shown: []*x509.Certificate{good}},
		"with its chain":         {shown: []*x509.Certificate{good, middle.cert}},
		"none":                   {want: "auth.card_missing"},
		"revoked":                {shown: []*x509.Certificate{lost}, want: "auth.card_revoked"},
		"over":                   {shown: []*x509.Certificate{issue(t, middle, old, newKey(t))}, want: "auth.card_expired"},
		"not yet":                {shown: []*x509.Certificate{good}, at: noon.Add(-2 * time.Hour), want: "auth.card_expired"},
		"another authority":      {shown: []*x509.Certificate{issue(t, stranger, holder(number, "Infirmier"), newKey(t))}, want: "auth.card_chain"},
		"its own authority":      {shown: []*x509.Certificate{issue(t, nil, holder(number, "Infirmier"), newKey(t))}, want: "auth.card_chain"},
		"brings its authority":   {shown: []*x509.Certificate{issue(t, stranger, holder(number, "Infirmier"), newKey(t)), stranger.cert}, want: "auth.card_chain"},
		"signed by a card":       {shown: []*x509.Certificate{issue(t, &authority{t, good, goodKey}, holder(number, "Infirmier"), newKey(t)), good}, want: "auth.card_chain"},
		"the card of a server":   {shown: []*x509.Certificate{issue(t, middle, server, newKey(t))}, want: "auth.card_chain"},
		"another family":         {shown: []*x509.Certificate{issue(t, middle, holder(number, "Employé"), newKey(t))}, want: "auth.card_unit"},
		"no number":              {shown: []*x509.Certificate{issue(t, middle, holder("Jean Fictif", "Médecin"), newKey(t))}, want: "auth.card_subject"},
		"an ADELI number":        {shown: []*x509.Certificate{issue(t, middle, holder("0919999999", "Médecin"), newKey(t))}, want: "auth.card_subject"},
		"a number and more":      {shown: []*x509.Certificate{issue(t, middle, holder(number+"1", "Médecin"), newKey(t))}, want: "auth.card_subject"},
		"lists that are too old": {shown: []*x509.Certificate{issue(t, middle, &x509.Certificate{Subject: holder(number, "Médecin").Subject, ExtKeyUsage: holder("", "").ExtKeyUsage, NotBefore: noon, NotAfter: noon.Add(72 * time.Hour)}, newKey(t))}, at: noon.Add(48 * time.Hour), want: "auth.card_chain"},
	} {
		at := one.at
		if at.IsZero() {
			at = noon
		}
		i, err := rules.Identify(one.shown, at)
		if (err == nil) != (one.want == "") || err != nil && fault.CodeOf(err) != one.want {
			t.Errorf("%s: %v, want %q", name, err, one.want)
		}
		if err == nil && (i.RPPS != "10000000011" || i.Subject != number) {
			t.Errorf("%s: %+v", name, i)
		}
	}
}

// Nobody is let in whose standing nobody can tell.
func TestWithoutListsNobodyKnows(t *testing.T) {
	t.Parallel()
	root := newAuthority(t, "Racine de test", nil)
	leaf := issue(t, root, holder(number, "Médecin"), newKey(t))
	rules, err := card.NewRules(bundle(root), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Identify([]*x509.Certificate{leaf}, noon); fault.CodeOf(err) != "auth.card_unknown" {
		t.Errorf("no list: %v", err)
	}
	if rules, err = card.NewRules(bundle(root), nil, root.list()); err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Identify([]*x509.Certificate{leaf}, noon); err != nil {
		t.Error(err)
	}
	late := &x509.Certificate{Subject: leaf.Subject, ExtKeyUsage: leaf.ExtKeyUsage, NotBefore: noon, NotAfter: noon.Add(72 * time.Hour)}
	longRoot := &authority{t: t, key: newKey(t)}
	longRoot.cert = issue(t, nil, &x509.Certificate{Subject: pkix.Name{CommonName: "Longue"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, NotBefore: noon, NotAfter: noon.Add(72 * time.Hour)}, longRoot.key)
	if rules, err = card.NewRules(bundle(longRoot), nil, longRoot.list()); err != nil {
		t.Fatal(err)
	}
	if _, err := rules.Identify([]*x509.Certificate{issue(t, longRoot, late, newKey(t))}, noon.Add(48*time.Hour)); fault.CodeOf(err) != "auth.card_unknown" {
		t.Errorf("a list that is too old: %v", err)
	}
}

func TestRulesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	root, other := newAuthority(t, "Une", nil), newAuthority(t, "Autre", nil)
	middle := newAuthority(t, "Intermédiaire", root)
	for name, one := range map[string]struct {
		authorities []byte
		lists       [][]byte
	}{
		"nothing":         {},
		"not PEM":         {authorities: []byte("bonjour")},
		"no root":         {authorities: bundle(middle)},
		"a strange list":  {authorities: bundle(root), lists: [][]byte{other.list()}},
		"not a list":      {authorities: bundle(root), lists: [][]byte{[]byte("bonjour")}},
		"not certificate": {authorities: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})},
	} {
		if _, err := card.NewRules(one.authorities, nil, one.lists...); fault.CodeOf(err) != "auth.card_rules" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzCertificate(f *testing.F) {
	root := newAuthority(f, "Racine", nil)
	rules, err := card.NewRules(bundle(root), nil, root.list())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(issue(f, root, holder(number, "Médecin"), newKey(f)).Raw)
	f.Add(root.cert.Raw)
	valid := issue(f, root, holder(number, "Médecin"), newKey(f))
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		if i, err := rules.Identify([]*x509.Certificate{c}, noon); err == nil && i.RPPS != "10000000011" {
			t.Errorf("%+v", i)
		}
		_, _ = rules.Identify([]*x509.Certificate{valid, c}, noon)
	})
}
