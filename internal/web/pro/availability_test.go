package pro_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

func practice(h *testkit.House, p *testkit.Person) directory.Practice {
	h.T.Helper()
	e, err := h.Directory.Show(p.Ctx(), p.Subject)
	h.Must(err)
	return *e.Practice
}

func TestSomebodySaysFullUntil(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		nurse := h.Nurse("Léonore")
		s := open(t, h, nurse)
		p := s.get(nurse, "/moi").is(http.StatusOK)
		p.says("#status .pill", "Disponible")
		p.says("#status", "jusqu’à 18 h")
		evening := h.Clock.Now().Add(7*time.Hour + 40*time.Minute)
		s.post(nurse, "/moi/disponibilite", "say", "busy", "until", strconv.FormatInt(evening.UnixMilli(), 10), "suite", "/patients").is(http.StatusSeeOther)
		if got := practice(h, nurse).BusyUntil; !got.Equal(evening) {
			t.Fatalf("full until %s, want %s", got, evening)
		}
		s.get(nurse, "/moi").says("#status .pill", "Complet")
		s.get(nurse, "/patients").says("#availability", "Complet")
		s.post(nurse, "/moi/disponibilite", "say", "busy", "until", "other").is(http.StatusUnprocessableEntity).says("#busy-until-fault", "À renseigner")
		s.post(nurse, "/moi/disponibilite", "say", "busy", "until", "other", "until_at", "2020-01-01T10:00").is(http.StatusUnprocessableEntity).says("#busy-until-fault", "passée")
		s.post(nurse, "/moi/disponibilite", "say", "free").is(http.StatusSeeOther)
		if got := practice(h, nurse); !got.BusyUntil.IsZero() {
			t.Errorf("still full until %s", got.BusyUntil)
		}
		s.post(nurse, "/moi/disponibilite", "say", "open", "until", strconv.FormatInt(evening.UnixMilli(), 10)).is(http.StatusSeeOther)
		if got := practice(h, nurse).OpenUntil; !got.Equal(evening) {
			t.Errorf("open until %s, want %s", got, evening)
		}
	})
}

func TestHoursAbsencesAndPractice(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	nurse, other := h.Nurse("Léonore"), h.Nurse("Merise")
	s := open(t, h, nurse)
	s.post(nurse, "/moi/horaires", "row0_days", "1", "row0_days", "2", "row0_from", "07:00", "row0_to", "12:30", "row1_from", "", "row2_days", "64", "row2_from", "20:00", "row2_to", "00:00").is(http.StatusSeeOther)
	want := []civil.Window{{Days: civil.Monday | civil.Tuesday, From: 420, To: 750}, {Days: civil.Sunday, From: 1200, To: 1440}}
	if got := practice(h, nurse).Windows; len(got) != 2 || got[0] != want[0] && got[1] != want[0] {
		t.Errorf("windows %+v, want %+v", got, want)
	}
	p := s.post(nurse, "/moi/horaires", "row0_days", "1", "row0_from", "07:00").is(http.StatusUnprocessableEntity)
	p.says("#f-windows-fault", "Il manque une heure")

	s.post(nurse, "/moi/absences", "from", "2026-03-20", "to", "2026-03-22", "replacement", "Camille Merise", "replacement_id", other.Subject.ID, "replacement_id_for", "Camille Merise", "reason", "Congés").is(http.StatusSeeOther)
	away := practice(h, nurse).Absences
	if len(away) != 1 || away[0].Replacement != other.Subject.ID || away[0].To.Sub(away[0].From) != 72*time.Hour {
		t.Fatalf("absences %+v", away)
	}
	s.get(nurse, "/moi").says("#absences", "Remplaçant : Camille Merise")
	s.post(nurse, "/moi/absences", "from", "2026-03-25", "to", "2026-03-24", "replacement", "Personne").is(http.StatusUnprocessableEntity).says("#f-replacement-fault", "remplaçant")
	s.post(nurse, "/moi/absences/fin", "id", string(away[0].ID)).is(http.StatusSeeOther)
	if left := practice(h, nurse).Absences; len(left) != 0 {
		t.Errorf("absences left: %+v", left)
	}

	s.post(nurse, "/moi/pratique", "modes", "VISITE", "acts", "IDE01", "acts", "IDE07", "wakes", "1", "quiet_from", "21:00", "quiet_to", "06:30", "communes", "91174", "radius", "7,5").is(http.StatusSeeOther)
	got := practice(h, nurse)
	if len(got.Modes) != 1 || len(got.Acts) != 2 || !got.Wakes || got.Quiet != (civil.Night{From: 1260, To: 390}) || len(got.Communes) != 1 || got.Radius != 7.5 {
		t.Errorf("practice %+v", got)
	}
	s.post(nurse, "/moi/pratique", "modes", "VISITE", "radius", "900").is(http.StatusUnprocessableEntity).says("#f-radius-fault", "nombre entre")
}

func TestTheDirectoryAndTheMap(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	nurse, ward := h.Nurse("Léonore"), h.Ward("Maternité A")
	h.Professional(testkit.Professional{Name: "Ancolie", Commune: "Massy"})
	s := open(t, h, nurse, ward)
	p := s.get(ward, "/annuaire?q=ancol").is(http.StatusOK)
	p.says("#people", "Camille Ancolie")
	if !p.has("#people a[href=tel:*]") {
		t.Error("a ward does not read the phone")
	}
	s.get(ward, "/annuaire?commune=Massy").says("#people", "Camille Ancolie")
	s.get(ward, "/annuaire?q=personne").says("main", "Personne ne correspond")
	s.get(ward, "/annuaire/"+nurse.Subject.ID).is(http.StatusOK).says("main", "Corbeil-Essonnes")
	s.get(ward, "/annuaire/inconnu").is(http.StatusNotFound)
	m := s.get(nurse, "/carte").is(http.StatusOK)
	if n := len(m.all(".territory svg a")); n != 194 {
		t.Errorf("%d communes on the map", n)
	}
	m.says("#map-table tr.wait", "Massy")
	m.says(".holes", "Évry-Courcouronnes")
	h.Must(h.Directory.SetWindows(nurse.Ctx(), nurse.Subject, []civil.Window{{Days: civil.Weekdays, From: 480, To: 720}}))
	s.get(nurse, "/carte?metier=IDE&jour=6&heure=10").says(".holes", "Corbeil-Essonnes")
}
