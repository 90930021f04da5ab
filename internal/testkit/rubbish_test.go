package testkit_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// rubbish is what strangers, broken programs and tired people send.
var rubbish = map[string]string{
	"an endless name":       strings.Repeat("é", 1<<12),
	"a name of a megabyte":  strings.Repeat("é", 1<<19),
	"nul":                   "Dup\x00ont",
	"invalid UTF-8":         "Dupont\xff\xfe",
	"an absurd date":        "9999-99-99",
	"a date before history": "0000-01-01",
	"a huge number":         "99999999999999999999999",
	"a negative number":     "-1",
	"markup":                `"><script>alert(1)</script>`,
	"SQL":                   `'; DROP TABLE request; --`,
	"a template":            "{{.}} ${x} {name}",
	"nothing":               "",
	"a right-to-left trick": "\u202eexemple",
}

// fields are the names every form of the house knows.
var fields = strings.Fields(`action acts_IDE apres at birth_date birth_name birth_place building code coming commune commune_code communes demande document document_kind documents door draft
	during during_n family_name file_number fin floor from from_day from_hour given_name gp gp_id heure id insurance_scheme kind login mail maternity_date message
	mode_IDE modes motive my_phone name name_on_door next note often often_n often_unit outcome password patient shared first garder vu phone prescription prescription_file profession quiet_from quiet_to radius reason
	relative_name relative_phone report respond say secure_mail sex start street subject suite to town until until_at urgency wakes days windows _cle`)

// Every address that changes something is sent rubbish in every field, signed in and
// not: never a failure of ours, never a trace in the data, never a stack on the page.
func TestRubbishOnEveryForm(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	r := ward.Asks()
	site := h.Site()
	offer, id, patient := string(h.Offers(r)[nurse.Subject]), string(r.ID), string(r.Patient)
	paths := []string{
		"/demandes/nouvelle", "/offres/" + offer + "/accepter", "/offres/" + offer + "/decliner", "/offres/x/accepter",
		"/demandes/x/demarrer", "/demandes/x/annuler", "/patients/" + patient + "/equipe", "/patients/x/equipe",
		"/moi/disponibilite", "/moi/horaires", "/moi/absences", "/moi/absences/fin", "/moi/pratique", "/notifications", "/connexion", "/langue", "/theme",
	}
	for _, act := range []string{"demarrer", "passage", "compte-rendu", "message", "document", "desister", "terminer", "annuler", "relancer", "elargir"} {
		paths = append(paths, "/demandes/"+id+"/"+act, "/supervision/demandes/"+id+"/"+act)
	}
	for _, act := range []string{"prendre", "laisser", "confier", "note"} {
		paths = append(paths, "/notifications/"+id+"/"+act, "/supervision/demandes/"+id+"/"+act, "/supervision/demandes/x/"+act)
	}
	paths = append(paths, "/demandes/"+id+"/archiver", "/demandes/x/desarchiver", "/supervision/releve", "/supervision/releve/x/vu", "/supervision/vues", "/supervision/vues/x/premiere", "/supervision/vues/x/supprimer")
	bodies := map[string]string{}
	for what, value := range rubbish {
		bodies[what] = filled(value)
	}
	// Megabytes are read, or not, by the same door for all: a few addresses tell.
	heavy := []string{"/connexion", "/demandes/nouvelle", "/demandes/" + id + "/compte-rendu", "/notifications/" + id + "/note"}
	before := census(t, h)
	t.Run("everybody", func(t *testing.T) {
		for name, who := range map[string]*testkit.Person{"nobody": nil, "ward": ward, "nurse": nurse} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				client := visitor(t, site, who)
				for _, path := range paths {
					for what, body := range bodies {
						if len(body) > 1<<20 && !slices.Contains(heavy, path) {
							continue
						}
						if who == nurse && (path == "/offres/"+offer+"/accepter" || path == "/offres/"+offer+"/decliner" && what == "nothing") {
							continue // an answer needs no field: it would be a good one
						}
						send(t, client, site.URL+path, body, what)
					}
				}
			})
		}
	})
	h.Settle()
	if after := census(t, h); after != before {
		t.Errorf("rubbish changed the data: %s, then %s", before, after)
	}
}

// filled is the body of a form that holds value in every field, or, when it is long, in
// those that hold a text.
func filled(value string) string {
	in := fields
	if len(value) > 1<<10 {
		in = strings.Fields("family_name note message login reason say")
	}
	form := url.Values{}
	for _, f := range in {
		form.Set(f, value)
	}
	return form.Encode()
}

// send posts a form and reads the answer as a person would.
func send(t *testing.T, client *http.Client, address, form, what string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(req)
	if err != nil {
		t.Fatalf("%s on %s: %v", what, address, err)
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 500 {
		t.Errorf("%s on %s: %d", what, address, res.StatusCode)
	}
	if strings.Contains(string(body), "<script>alert") || strings.Contains(string(body), "goroutine ") {
		t.Errorf("%s on %s came out as it went in", what, address)
	}
}

// visitor is a browser, signed in as somebody or not, that does not follow redirections.
func visitor(t *testing.T, site *testkit.Site, who *testkit.Person) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if who == nil {
		return client
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site.URL+"/entrer/"+string(who.Account)+"?suite=/", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	return client
}

// census counts what a form may change.
func census(t *testing.T, h *testkit.House) string {
	t.Helper()
	var out []string
	h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
		for _, table := range []string{"request", "request_act", "offer", "patient", "team_member", "availability", "visit", "report", "thread_message", "account"} {
			n, err := db.One(tx, "none", db.Value[string], `SELECT '`+table+` ' || count(*) FROM `+table)
			if err != nil {
				return err
			}
			out = append(out, n)
		}
		return nil
	}))
	return strings.Join(out, ", ")
}
