package psc_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/security/psc"
	"entractes/internal/security/psc/psctest"
)

const back = "http://localhost:9/connexion/psc/retour"

// student is a person whom the register knows as no professional.
func student() map[string]any {
	text := `{"SubjectNameID": "810000000011", "SubjectRefPro": {"exercices": [{"codeProfession": "60", "codeCategorieProfessionnelle": "E", "activities": []}]}}`
	var out map[string]any
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		panic(err)
	}
	return out
}

func TestWhoTheProviderSays(t *testing.T) {
	provider := psctest.Open(t, back)
	for name, one := range map[string]struct {
		acr    string
		claims map[string]any
		config func(c psc.Config) psc.Config
		mend   func(trip psc.Trip, answer url.Values) (psc.Trip, url.Values)
		late   time.Duration
		want   string
	}{
		"a nurse":       {claims: psctest.Nurse("10000000011")},
		"another trip":  {claims: psctest.Nurse("10000000011"), want: "auth.psc_state", mend: func(trip psc.Trip, answer url.Values) (psc.Trip, url.Values) { trip.State = "x"; return trip, answer }},
		"no trip":       {claims: psctest.Nurse("10000000011"), want: "auth.psc_state", mend: func(psc.Trip, url.Values) (psc.Trip, url.Values) { return psc.Trip{}, url.Values{"code": {"x"}} }},
		"another nonce": {claims: psctest.Nurse("10000000011"), want: "auth.psc_token", mend: func(trip psc.Trip, answer url.Values) (psc.Trip, url.Values) { trip.Nonce = "x"; return trip, answer }},
		"another browser": {claims: psctest.Nurse("10000000011"), want: "auth.psc_refused", mend: func(trip psc.Trip, answer url.Values) (psc.Trip, url.Values) {
			trip.Verifier = psc.NewTrip("/").Verifier
			return trip, answer
		}},
		"a forged code": {claims: psctest.Nurse("10000000011"), want: "auth.psc_refused", mend: func(trip psc.Trip, answer url.Values) (psc.Trip, url.Values) {
			answer.Set("code", "forged")
			return trip, answer
		}},
		"he said no": {claims: psctest.Nurse("10000000011"), want: "auth.psc_refused", mend: func(trip psc.Trip, answer url.Values) (psc.Trip, url.Values) {
			answer.Set("error", "access_denied")
			return trip, answer
		}},
		"a lower level":  {acr: "eidas0", claims: psctest.Nurse("10000000011"), want: "auth.psc_level"},
		"no level":       {acr: "none", claims: psctest.Nurse("10000000011"), want: "auth.psc_level"},
		"too late":       {claims: psctest.Nurse("10000000011"), late: 48 * time.Hour, want: "auth.psc_token"},
		"a student":      {claims: student(), want: "auth.psc_role"},
		"not this house": {claims: psctest.Nurse("10000000011"), want: "auth.psc_refused", config: func(c psc.Config) psc.Config { c.Secret = "wrong"; return c }},
		"it is away":     {claims: psctest.Nurse("10000000011"), want: "auth.psc_away", config: func(c psc.Config) psc.Config { c.Discovery = "http://localhost:9/"; return c }},
	} {
		t.Run(name, func(t *testing.T) {
			provider.ACR, provider.Claims = "eidas1", one.claims
			if one.acr != "" {
				provider.ACR = one.acr
			}
			good := psc.New(provider.Config(back), clock.Real())
			trip := psc.NewTrip("/patients")
			address, err := good.Address(t.Context(), trip)
			if err != nil {
				t.Fatal(err)
			}
			if q := must(t, address); q.Get("acr_values") != "eidas1" || q.Get("scope") != "openid scope_all" || q.Get("code_challenge_method") != "S256" || q.Get("nonce") != trip.Nonce || q.Get("code_challenge") == trip.Verifier {
				t.Errorf("asked with %v", q)
			}
			answer := provider.Visit(address)
			if one.mend != nil {
				trip, answer = one.mend(trip, answer)
			}
			config := provider.Config(back)
			if one.config != nil {
				config = one.config(config)
			}
			known := psc.New(config, clock.NewManual(clock.Real().Now().Add(one.late)))
			i, err := known.Identify(t.Context(), trip, answer)
			if one.want == "" {
				if err != nil || i.RPPS != "10000000011" || i.Subject == "" || i.Issuer != provider.URL || len(i.Situations) != 2 || i.Situations[1].Finess != "910000002" || i.Hint == "" {
					t.Errorf("%+v %v", i, err)
				}
				end, err := known.End(t.Context(), i.Hint, back)
				if q := must(t, end); err != nil || !strings.HasPrefix(end, provider.URL+"/") || q.Get("id_token_hint") != i.Hint || q.Get("post_logout_redirect_uri") != back || q.Get("client_id") == "" {
					t.Errorf("ended at %s, %v", end, err)
				}
			} else if fault.CodeOf(err) != one.want {
				t.Errorf("got %v, want %s", err, one.want)
			}
		})
	}
}

func must(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}
