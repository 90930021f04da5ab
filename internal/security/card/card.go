package card

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
)

// Rules are what a house accepts. It may be used concurrently once made.
type Rules struct {
	roots   *x509.CertPool
	between *x509.CertPool
	issuers []*x509.Certificate
	lists   []*x509.RevocationList
	// Units are the OU of which a certificate must bear one; empty: any.
	units []string
}

// NewRules reads the certificates of the authorities (PEM: those that signed themselves are the
// roots) and their revocation lists (PEM or DER). A list that none of the authorities signed is refused,
// and so is a file without any root: code "auth.card_rules".
func NewRules(authorities []byte, units []string, lists ...[]byte) (*Rules, error) {
	r := &Rules{roots: x509.NewCertPool(), between: x509.NewCertPool(), units: units}
	anchored := false
	for block, rest := pem.Decode(authorities); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, unusable(err)
		}
		r.issuers = append(r.issuers, c)
		if bytes.Equal(c.RawIssuer, c.RawSubject) {
			anchored = true
			r.roots.AddCert(c)
		} else {
			r.between.AddCert(c)
		}
	}
	if !anchored {
		return nil, unusable(errors.New("no root among the authorities"))
	}
	for _, text := range lists {
		if block, _ := pem.Decode(text); block != nil {
			text = block.Bytes
		}
		list, err := x509.ParseRevocationList(text)
		if err != nil {
			return nil, unusable(err)
		}
		if r.issuer(list) == nil {
			return nil, unusable(errors.New("a revocation list is signed by none of the authorities"))
		}
		r.lists = append(r.lists, list)
	}
	return r, nil
}

func unusable(cause error) error { return fault.Invalid("auth.card_rules", "card-ca").Because(cause) }

// issuer returns the authority that signed a list, or nil.
func (r *Rules) issuer(list *x509.RevocationList) *x509.Certificate {
	for _, c := range r.issuers {
		if bytes.Equal(c.RawSubject, list.RawIssuer) && list.CheckSignatureFrom(c) == nil {
			return c
		}
	}
	return nil
}

// Identify returns who the certificates of a connection belong to, at now. The refusals:
// "auth.card_missing" (no certificate), "auth.card_expired", "auth.card_chain" (another authority, or another
// use than to prove oneself), "auth.card_unit" (another family of cards), "auth.card_subject" (no national
// identifier), "auth.card_revoked", and "auth.card_unknown" when nobody can say whether it was revoked.
func (r *Rules) Identify(presented []*x509.Certificate, now time.Time) (i auth.Identity, err error) {
	if len(presented) == 0 {
		return i, fault.Unauthenticated("auth.card_missing")
	}
	leaf, between := presented[0], r.between.Clone()
	for _, c := range presented[1:] {
		between.AddCert(c)
	}
	if now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) {
		return i, fault.Unauthenticated("auth.card_expired")
	}
	chains, err := leaf.Verify(x509.VerifyOptions{Roots: r.roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return i, fault.Unauthenticated("auth.card_chain").Because(err)
	}
	if len(r.units) > 0 && !slices.ContainsFunc(leaf.Subject.OrganizationalUnit, func(u string) bool { return slices.Contains(r.units, u) }) {
		return i, fault.Unauthenticated("auth.card_unit")
	}
	if err := r.standing(chains[0], now); err != nil {
		return i, err
	}
	national := strings.TrimSpace(leaf.Subject.CommonName)
	rpps := auth.RPPS(national)
	if rpps == "" {
		return i, fault.Unauthenticated("auth.card_subject")
	}
	return auth.ByCard(leaf.Issuer.String(), national, rpps), nil
}

// standing asks the lists about each certificate of a chain but its root. A list that is too old says nothing.
func (r *Rules) standing(chain []*x509.Certificate, now time.Time) error {
	for n := range len(chain) - 1 {
		known := false
		for _, list := range r.lists {
			if !bytes.Equal(list.RawIssuer, chain[n+1].RawSubject) || list.CheckSignatureFrom(chain[n+1]) != nil {
				continue
			}
			if slices.ContainsFunc(list.RevokedCertificateEntries, func(e x509.RevocationListEntry) bool { return e.SerialNumber.Cmp(chain[n].SerialNumber) == 0 }) {
				return fault.Unauthenticated("auth.card_revoked")
			}
			known = known || now.Before(list.NextUpdate)
		}
		if !known {
			return fault.Unavailable("auth.card_unknown")
		}
	}
	return nil
}
