package testkit_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/nomenclature"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

// stranger is a browser of somebody who has no account.
type stranger struct {
	h    *testkit.House
	door http.Handler
	jar  http.CookieJar
}

func newStranger(h *testkit.House) *stranger {
	jar, err := cookiejar.New(nil)
	h.Must(err)
	return &stranger{h, h.Handler(nil), jar}
}

var home = &url.URL{Scheme: "http", Host: "example.com", Path: "/"}

func (s *stranger) send(r *http.Request) testkit.Answer {
	s.h.T.Helper()
	for _, c := range s.jar.Cookies(home) {
		r.AddCookie(c)
	}
	r.Header.Set("Accept-Language", "fr")
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	s.jar.SetCookies(home, w.Result().Cookies())
	s.h.Settle()
	return testkit.Answer{Status: w.Code, To: w.Header().Get("Location"), Body: w.Body.String()}
}

func (s *stranger) get(path string) testkit.Answer {
	s.h.T.Helper()
	return s.send(httptest.NewRequestWithContext(s.h.T.Context(), http.MethodGet, path, nil))
}

func (s *stranger) post(path string, pairs ...string) testkit.Answer {
	s.h.T.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(s.h.T.Context(), http.MethodPost, path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(r)
}

func (s *stranger) bring(path, name string, file []byte) testkit.Answer {
	s.h.T.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile(name, "carte.jpg")
	s.h.Must(err)
	_, err = part.Write(file)
	s.h.Must(err)
	s.h.Must(m.Close())
	r := httptest.NewRequestWithContext(s.h.T.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.send(r)
}

func (s *stranger) goes(a testkit.Answer, to string) {
	s.h.T.Helper()
	if a.Status != http.StatusSeeOther || a.To != to {
		s.h.T.Fatalf("status %d, sent to %q, want %q: %.600s", a.Status, a.To, to, a.Body)
	}
}

// received is what the last message to a phone or a mailbox holds.
func received(h *testkit.House, target string, what *regexp.Regexp) string {
	h.T.Helper()
	messages := mailbox(h, target)
	if len(messages) == 0 {
		h.T.Fatalf("nothing came to %s", target)
	}
	found := what.FindString(messages[0].Text + " " + messages[0].Link)
	if found == "" {
		h.T.Fatalf("%s is not in %+v", what, messages[0])
	}
	return found
}

var (
	eightDigits = regexp.MustCompile(`\b\d{8}\b`)
	firstCode   = regexp.MustCompile(`[A-Z2-7]{4}(-[A-Z2-7]{4}){3}`)
	mailLink    = regexp.MustCompile(`/inscription/courriel/[A-Z2-7]+`)
	inviteLink  = regexp.MustCompile(`/inscription/invitation/[A-Z2-7]+`)
)

var claire = []string{
	"profession", "IDE", "given_name", "Claire", "family_name", "Exemple", "sex", "F", "rpps", "10000000 018", "street", "3 rue du Modèle", "commune", "Corbeil-Essonnes",
	"phone", "06 39 98 77 01", "email", "Claire.Exemple@example.org", "network", "CPTS Exemple",
}

// A nurse enrols by herself: she proves her phone and her mailbox, shows her card, says what she accepts, accepts the texts; the
// nurse who supervises lets her in, and nobody else can; she opens her account and is asked.
func TestANurseEnrols(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		h.Must(h.Enrolment.Start(h.As(actor.System("test"))))
		nurses, midwives := h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleSupervisorMidwife)
		s := newStranger(h)
		s.get("/inscription").Says(t, "S’inscrire", "Numéro RPPS")
		if a := s.post("/inscription", "given_name", "Claire"); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "Claire") {
			t.Errorf("an incomplete form: %d", a.Status)
		}
		s.goes(s.post("/inscription", claire...), "/inscription/suite")
		s.get("/inscription/suite").Says(t, "Claire Exemple", "Code reçu par SMS", "Photo de la carte")
		s.get("/inscription").Says(t, `value="Claire"`, "claire.exemple@example.org")

		if a := s.post("/inscription/suite/envoyer", "charter", "1", "privacy", "1"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("sent without any proof: %d", a.Status)
		} else {
			a.Says(t, "Confirmez d’abord votre téléphone", "Confirmez d’abord votre adresse", "Ajoutez la photo")
		}
		if a := s.post("/inscription/suite/telephone", "code", "00000000"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong code: %d", a.Status)
		}
		s.goes(s.post("/inscription/suite/telephone", "code", received(h, "+33639987701", eightDigits)), "/inscription/suite")

		link := received(h, "claire.exemple@example.org", mailLink)
		other := newStranger(h)
		other.get(link).Says(t, "C’est bien mon adresse")
		s.get("/inscription/suite").Hides(t, "Confirmé\u00a0.") // opening a link proves nothing
		other.post(link).Says(t, "Adresse confirmée")
		if a := other.post(link); a.Status != http.StatusNotFound {
			t.Errorf("a link used twice: %d", a.Status)
		}

		if a := s.bring("/inscription/carte", "card", []byte("<html>une carte</html>")); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a page as a photo: %d", a.Status)
		}
		s.goes(s.bring("/inscription/carte", "card", h.Photo()), "/inscription/suite")
		if a := other.bring("/inscription/carte", "card", bytes.Repeat(h.Photo(), 300)); a.Status != http.StatusRequestEntityTooLarge && a.Status != http.StatusUnprocessableEntity {
			t.Errorf("a stranger brings %d bytes: %d", 300*len(h.Photo()), a.Status)
		}
		if a := s.post("/inscription/suite/pratique"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("no sector: %d", a.Status)
		}
		commune := string(testkit.Commune(h, "Corbeil-Essonnes").Code)
		s.goes(s.post("/inscription/suite/pratique", "communes", commune, "radius", "5", "row0_days", "1", "row0_from", "08:00", "row0_to", "19:00"), "/inscription/suite")
		if a := s.post("/inscription/suite/envoyer", "charter", "1"); a.Status != http.StatusUnprocessableEntity {
			t.Errorf("sent without the notice read: %d", a.Status)
		}
		s.goes(s.post("/inscription/suite/envoyer", "charter", "1", "privacy", "1"), "/inscription/suite")
		s.get("/inscription/suite").Says(t, "Votre inscription est envoyée", "charte "+enrolment.CharterVersion)
		if a := s.post("/inscription/suite/pratique", "radius", "90"); a.Status != http.StatusConflict && a.Status != http.StatusUnprocessableEntity {
			t.Errorf("changed once sent: %d", a.Status)
		}

		list, _, err := h.Enrolment.Waiting(h.As(nurses.Actor), string(testkit.Territory))
		h.Must(err)
		if len(list) != 1 || list[0].Declared.Name() != "Claire Exemple" {
			t.Fatalf("%+v", list)
		}
		id := list[0].ID
		if others, _, err := h.Enrolment.Waiting(h.As(midwives.Actor), string(testkit.Territory)); err != nil || len(others) != 0 {
			t.Errorf("the midwife who supervises reads %d, %v", len(others), err)
		}
		for who, act := range map[string]func() error{
			"show":   func() error { _, err := h.Enrolment.Show(h.As(midwives.Actor), id); return err },
			"card":   func() error { _, err := h.Enrolment.Card(h.As(midwives.Actor), id); return err },
			"admit":  func() error { return h.Enrolment.Admit(h.As(midwives.Actor), id) },
			"refuse": func() error { return h.Enrolment.Refuse(h.As(midwives.Actor), id, "other") },
		} {
			if err := act(); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("the midwife who supervises may %s: %v", who, err)
			}
		}
		picture, err := h.Enrolment.Card(h.As(nurses.Actor), id)
		h.Must(err)
		if http.DetectContentType(picture) != "image/jpeg" {
			t.Error("the card is no photo")
		}
		h.Must(h.Enrolment.Admit(h.As(nurses.Actor), id))
		h.Must(h.Enrolment.Admit(h.As(nurses.Actor), id))
		h.Settle()
		s.get("/inscription/suite").Says(t, "Votre inscription est validée")
		if err := h.Enrolment.Refuse(h.As(nurses.Actor), id, "card"); fault.CodeOf(err) != "enrol.judged" {
			t.Errorf("refused once admitted: %v", err)
		}

		entry, err := h.Auth.Enter(t.Context(), "claire.exemple@example.org", received(h, "+33639987701", firstCode), "girafe tambour lavande", auth.Visitor{})
		if err != nil || entry.Step == "" {
			t.Fatalf("the account does not open: %v", err)
		}
		ward := h.Ward("Maternité A")
		r := ward.Asks()
		if _, asked := h.Asked(nurses, r)[directory.Subject{Kind: directory.KindProfessional, ID: entryOf(h, id)}]; !asked {
			t.Error("she is not asked")
		}
		h.Clock.Advance(31 * 24 * time.Hour)
		h.Settle()
		if a, err := h.Enrolment.Show(h.As(nurses.Actor), id); err != nil || !a.Forgotten || a.HasCard || a.Charter != enrolment.CharterVersion || a.Declared.Person != nil {
			t.Errorf("a month later: %+v, %v", a, err)
		}
	})
}

func entryOf(h *testkit.House, id enrolment.ID) (entry string) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		entry, err = db.One(tx, "x", db.Value[string], `SELECT entry FROM application WHERE id = $1`, id)
		return err
	}))
	return entry
}

// person is what somebody declares.
func person(name, rpps, phone string) enrolment.Declared {
	return enrolment.Declared{Person: &directory.Professional{
		FamilyName: name, GivenName: "Camille", RPPS: rpps, Profession: nomenclature.Nurse, Commune: "91174", Phone: directory.Phone(phone), Email: strings.ToLower(name) + "@example.org",
	}}
}

// submitted is the application of somebody who proved everything.
func submitted(h *testkit.House, d enrolment.Declared, phone, mail string) (token string) {
	h.T.Helper()
	ctx := h.T.Context()
	token, err := h.Enrolment.Begin(ctx, d, "", "192.0.2.7")
	h.Must(err)
	h.Settle()
	h.Must(h.Enrolment.ProvePhone(ctx, token, received(h, phone, eightDigits)))
	h.Must(h.Enrolment.ProveMail(ctx, strings.TrimPrefix(received(h, mail, mailLink), "/inscription/courriel/")))
	if d.Person != nil {
		h.Must(h.Enrolment.AddCard(ctx, token, h.Photo()))
		h.Must(h.Enrolment.SetPractice(ctx, token, directory.Practice{Radius: 10}))
	}
	h.Must(h.Enrolment.Submit(ctx, token, true, true))
	h.Settle()
	return token
}

// What a stranger sends is bounded, codes are single-use and short-lived, and what is left unfinished is destroyed.
func TestAnApplicationIsBounded(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ctx := t.Context()
		h.Must(h.Enrolment.Start(h.As(actor.System("test"))))
		for field, d := range map[string]enrolment.Declared{
			"rpps":    person("Sansnumero", "", "0639987710"),
			"phone":   person("Fixe", "10000000018", "0199007710"),
			"commune": {Person: &directory.Professional{FamilyName: "A", GivenName: "B", Profession: nomenclature.Nurse, RPPS: "10000000018", Commune: "2A004", Phone: "0639987710", Email: "a@example.org"}},
		} {
			_, err := h.Enrolment.Begin(ctx, d, "", "192.0.2.1")
			if fields := fault.Fields(err); len(fields) == 0 || fields[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		token, err := h.Enrolment.Begin(ctx, person("Essai", "10000000018", "0639987711"), "", "192.0.2.1")
		h.Must(err)
		h.Settle()
		code := received(h, "+33639987711", eightDigits)
		h.Forward(11 * time.Minute)
		if err := h.Enrolment.ProvePhone(ctx, token, code); fault.CodeOf(err) != "enrol.code_over" {
			t.Errorf("a code of eleven minutes: %v", err)
		}
		h.Must(h.Enrolment.Resend(ctx, token, true))
		h.Settle()
		code = received(h, "+33639987711", eightDigits)
		for range 5 {
			if err := h.Enrolment.ProvePhone(ctx, token, "1"); fault.CodeOf(err) != "enrol.code" {
				t.Errorf("a wrong code: %v", err)
			}
		}
		if err := h.Enrolment.ProvePhone(ctx, token, code); fault.CodeOf(err) != "enrol.code_over" {
			t.Errorf("the sixth try: %v", err)
		}
		for range 3 {
			h.Must(h.Enrolment.Resend(ctx, token, true))
		}
		if err := h.Enrolment.Resend(ctx, token, true); fault.KindOf(err) != fault.KindTooMany {
			t.Errorf("a sixth code: %v", err)
		}
		for range 2 {
			_, err = h.Enrolment.Begin(ctx, person("Essai", "10000000018", "0639987711"), "", "192.0.2.2")
			h.Must(err)
		}
		if _, err = h.Enrolment.Begin(ctx, person("Essai", "10000000018", "0639987711"), "", "192.0.2.3"); fault.CodeOf(err) != "enrol.too_many" {
			t.Errorf("a fourth application of one phone in a day: %v", err)
		}
		if _, err := h.Enrolment.Mine(ctx, "another browser"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("somebody else's: %v", err)
		}
		h.Clock.Advance(9 * 24 * time.Hour)
		h.Settle()
		if _, err := h.Enrolment.Mine(ctx, token); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("left for nine days: %v", err)
		}
	})
}

// Who is enrolled already is found by the judge and by nobody else; a refusal says why.
func TestAnApplicationIsJudged(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		nurses, keeper, elsewhere := h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleTerritoryAdmin), h.SupervisorOf("ailleurs", actor.RoleSupervisorNurse)
		known := h.Nurse("Vabre")
		var rpps string
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
			p, err := directory.ProfessionalOf(tx, known.Subject.ID)
			rpps = p.RPPS
			return err
		}))
		token := submitted(h, person("Double", rpps, "0639987720"), "+33639987720", "double@example.org")
		list, _, err := h.Enrolment.Waiting(h.As(keeper.Actor), string(testkit.Territory))
		h.Must(err)
		if len(list) != 1 {
			t.Fatalf("%d wait", len(list))
		}
		id := list[0].ID
		platform := h.Supervisor(actor.RolePlatformAdmin)
		platform.Actor.Territory = ""
		if all, _, err := h.Enrolment.Waiting(h.As(platform.Actor), ""); err != nil || len(all) != 1 {
			t.Errorf("the platform reads %d, %v", len(all), err)
		}
		if n, err := h.Enrolment.CountWaiting(h.As(nurses.Actor)); n != 1 || err != nil {
			t.Errorf("%d wait for the nurse who supervises, %v", n, err)
		}
		if _, err := h.Enrolment.Show(h.As(elsewhere.Actor), id); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("of another territory: %v", err)
		}
		if _, err := h.Enrolment.Show(h.As(known.Actor), id); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a nurse: %v", err)
		}
		v, err := h.Enrolment.Show(h.As(nurses.Actor), id)
		h.Must(err)
		if v.Known != known.Subject.ID || v.State != enrolment.Reading {
			t.Errorf("%+v", v)
		}
		if err := h.Enrolment.Admit(h.As(nurses.Actor), id); fault.CodeOf(err) != "directory.rpps_known" {
			t.Errorf("admitted twice under one number: %v", err)
		}
		if err := h.Enrolment.Refuse(h.As(nurses.Actor), id, "because"); fault.CodeOf(err) != "enrol.no_reason" {
			t.Errorf("without a reason: %v", err)
		}
		h.Must(h.Enrolment.Refuse(h.As(nurses.Actor), id, "known"))
		h.Settle()
		a, err := h.Enrolment.Mine(t.Context(), token)
		h.Must(err)
		if a.State != enrolment.Refused || a.Reason != "known" {
			t.Errorf("%+v", a)
		}
		for _, m := range append(mailbox(h, "double@example.org"), mailbox(h, "+33639987720")...) {
			if strings.Contains(m.Text, rpps) || strings.Contains(m.Text, "déjà") {
				t.Errorf("a message says why: %s", m.Text)
			}
		}
	})
}

// A hospital applies with its wards; its referent opens and closes the accounts of its users, and of no others.
func TestAnEstablishmentApplies(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		keeper, nurses, ward := h.Supervisor(actor.RoleTerritoryAdmin), h.Supervisor(actor.RoleSupervisorNurse), h.Ward("Autre service")
		token := submitted(h, enrolment.Declared{House: &enrolment.House{
			Structure: directory.Structure{Name: "Clinique du Modèle", Kind: directory.Establishment, FINESS: "910000001", Commune: "91174"}, Wards: []string{"Maternité", " Chirurgie  A ", "Maternité"},
			Referent: enrolment.Referent{Name: "Paule Référente", Role: "cadre de santé", Phone: "0639987730", Email: "paule@example.org"},
		}}, "+33639987730", "paule@example.org")
		if n, err := h.Enrolment.CountWaiting(h.As(nurses.Actor)); n != 0 || err != nil {
			t.Errorf("a supervisor judges an establishment: %d, %v", n, err)
		}
		list, _, err := h.Enrolment.Waiting(h.As(keeper.Actor), string(testkit.Territory))
		h.Must(err)
		h.Must(h.Enrolment.Admit(h.As(keeper.Actor), list[0].ID))
		h.Settle()
		a, err := h.Enrolment.Mine(t.Context(), token)
		h.Must(err)
		var referent auth.Account
		h.Must(h.DB.View(t.Context(), func(tx *db.Tx) (err error) {
			referent, err = auth.AccountByID(tx, auth.AccountID(a.Account))
			return err
		}))
		who := referent.Actor()
		if err := h.Enrolment.AddUser(h.As(who), a.Entry, enrolment.Referent{Name: "X", Phone: "0639987731", Email: "x@example.org"}); fault.CodeOf(err) != "auth.prove" {
			t.Errorf("without a fresh proof: %v", err)
		}
		who.Proved = h.Clock.Now()
		_, wards, err := h.Enrolment.Users(h.As(who))
		h.Must(err)
		if len(wards) != 3 || wards[1].Name != "Chirurgie A" || wards[2].Name != "Maternité" {
			t.Fatalf("%+v", wards)
		}
		h.Must(h.Enrolment.AddUser(h.As(who), wards[2].ID, enrolment.Referent{Name: "Sage Fictive", Role: "sage-femme", Phone: "0639987731", Email: "sage@example.org"}))
		h.Settle()
		if _, err := h.Auth.Enter(t.Context(), "sage@example.org", received(h, "+33639987731", firstCode), "girafe tambour lavande", auth.Visitor{}); err != nil {
			t.Errorf("the account of the user does not open: %v", err)
		}
		if err := h.Enrolment.AddUser(h.As(who), ward.Subject.ID, enrolment.Referent{Name: "Y", Phone: "0639987732", Email: "y@example.org"}); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a ward of another house: %v", err)
		}
		if err := h.Enrolment.CloseUser(h.As(who), ward.Account); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("closed a user of another house: %v", err)
		}
		if err := h.Enrolment.CloseUser(h.As(who), referent.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("closed himself: %v", err)
		}
		_, wards, err = h.Enrolment.Users(h.As(who))
		h.Must(err)
		h.Must(h.Enrolment.CloseUser(h.As(who), wards[2].Users[0].ID))
		if _, _, err := h.Enrolment.Users(h.As(ward.Actor)); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a ward manages users: %v", err)
		}
	})
}
