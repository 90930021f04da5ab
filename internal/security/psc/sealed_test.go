package psc_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/security/psc"
	"entractes/internal/security/psc/psctest"
)

// What is said of somebody may come signed, or signed then sealed to the house's key, and says the
// same; sealed to another house, or when this one has no key, nobody signs in.
func TestWhatIsSaidMayBeSigned(t *testing.T) {
	ours, other := rsaKey(t), rsaKey(t)
	for name, one := range map[string]struct {
		sealed *rsa.PrivateKey
		key    any
		want   string
	}{
		"signed":           {},
		"sealed":           {sealed: ours, key: ours},
		"sealed to others": {sealed: other, key: ours, want: "auth.psc_away"},
		"no key":           {sealed: ours, want: "auth.psc_away"},
	} {
		t.Run(name, func(t *testing.T) {
			provider := psctest.Open(t, back)
			provider.Claims, provider.Signed = psctest.Nurse("10000000011"), true
			if one.sealed != nil {
				provider.SealedTo = one.sealed.Public()
			}
			config := provider.Config(back)
			config.Key = one.key
			house := psc.New(config, clock.Real())
			trip := psc.NewTrip("/patients")
			address, err := house.Address(t.Context(), trip)
			if err != nil {
				t.Fatal(err)
			}
			i, err := house.Identify(t.Context(), trip, provider.Visit(address))
			if one.want != "" {
				if fault.CodeOf(err) != one.want {
					t.Errorf("got %v, want %s", err, one.want)
				}
			} else if err != nil || i.RPPS != "10000000011" || len(i.Situations) != 2 {
				t.Errorf("%+v %v", i, err)
			}
		})
	}
}

func TestKeysThatAreRead(t *testing.T) {
	key := rsaKey(t)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, one := range map[string]struct {
		text  []byte
		reads bool
	}{
		"a key":     {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), true},
		"no PEM":    {der, false},
		"half one":  {pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der[:20]}), false},
		"a nothing": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			read, err := psc.ParseKey(one.text)
			if got, same := read.(*rsa.PrivateKey); one.reads != (err == nil) || one.reads && (!same || !got.Equal(key)) {
				t.Errorf("%v", err)
			}
		})
	}
}

func rsaKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
