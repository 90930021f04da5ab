package testkit_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

// A territory invites a whole network by a list: each line is told, nobody is invited twice, and an invitation proves the
// mailbox it came to.
func TestATerritoryInvites(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		keeper, nurse := h.Supervisor(actor.RoleTerritoryAdmin), h.Nurse("Vabre")
		const list = "\ufeffProfession;Nom;Prénom;RPPS;Courriel;Téléphone;Commune;Réseau\n" +
			"Infirmière;Exemple;Claire;10000000018;claire@example.org;06 39 98 77 41;Corbeil-Essonnes;CPTS Exemple\n" +
			"Marabout;Exemple;Paul;;paul@example.org;;Évry;\n" +
			"IDE;Exemple;Zoé;123;zoe@example.org;;Evry-Courcouronnes;\n" +
			"infirmiers;Exemple;Claire;10000000018;claire@example.org;;Corbeil-Essonnes;\n"
		of := string(testkit.Territory)
		if _, err := h.Enrolment.Invite(h.As(nurse.Actor), of, strings.NewReader(list), true); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a nurse invites: %v", err)
		}
		for _, dry := range []bool{true, false} {
			r, err := h.Enrolment.Invite(h.As(keeper.Actor), of, strings.NewReader(list), dry)
			h.Must(err)
			h.Settle()
			if r.Invited != 1 || len(r.Lines) != 4 || r.Lines[0].Fault != nil || r.Lines[1].Fault.Field != "profession" || r.Lines[2].Fault.Field != "rpps" || r.Lines[3].Fault.Code != "enrol.known" || r.Lines[3].Number != 5 {
				t.Errorf("dry %v: %+v", dry, r)
			}
			if got := len(mailbox(h, "claire@example.org")); got != map[bool]int{true: 0, false: 1}[dry] {
				t.Errorf("dry %v: %d messages", dry, got)
			}
		}
		if _, err := h.Enrolment.Invite(h.As(keeper.Actor), of, strings.NewReader("\x00\x01"), true); fault.CodeOf(err) != "enrol.list" {
			t.Errorf("a list that is none: %v", err)
		}
		h.Rule("enrol.open", "false")
		if _, err := h.Enrolment.Begin(t.Context(), person("Seule", "10000000018", "0639987742"), "", "192.0.2.1"); fault.CodeOf(fault.Fields(err)[0]) != "enrol.territory" {
			t.Errorf("by herself where enrolment is closed: %v", err)
		}
		s := newStranger(h)
		link := received(h, "claire@example.org", inviteLink)
		s.get(link).Says(t, `value="Claire"`, "CPTS Exemple", `value="10000000018"`)
		token := strings.TrimPrefix(link, "/inscription/invitation/")
		s.goes(s.post("/inscription", "invitation", token, "profession", "IDE", "given_name", "Claire", "family_name", "Exemple", "rpps", "10000000018", "commune", "Corbeil-Essonnes", "phone", "0639987741", "email", "claire@example.org"), "/inscription/suite")
		if got := len(mailbox(h, "claire@example.org")); got != 1 {
			t.Errorf("her mailbox is proved, and %d messages came", got)
		}
		if a := s.get(link); a.Status != http.StatusNotFound {
			t.Errorf("an invitation used twice: %d", a.Status)
		}
		if r, err := h.Enrolment.Invite(h.As(keeper.Actor), of, strings.NewReader(list), true); err != nil || r.Invited != 1 {
			t.Logf("who has begun may be invited again: %+v, %v", r, err)
		}
	})
}

// Somebody of whom there was no sign for a month is asked; without an answer he is shown as unreachable, and a sign from
// him ends it.
func TestWhoCanStillBeReached(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		h.Must(h.Enrolment.Start(h.As(actor.System("test"))))
		keeper, quiet, active := h.Supervisor(actor.RoleTerritoryAdmin), h.Nurse("Muette"), h.Nurse("Active")
		unreachable := func() (names []string) {
			t.Helper()
			list, err := h.Enrolment.Unreachable(h.As(keeper.Actor), string(testkit.Territory))
			h.Must(err)
			for _, s := range list {
				names = append(names, s.Name)
			}
			return names
		}
		// Her phone takes nothing any more: what is sent to it fails.
		h.Must(h.DB.Update(h.As(actor.System("test")), func(tx *db.Tx) error {
			return h.Notify.SetAddresses(tx, notify.Subject{Kind: notify.Professional, ID: quiet.Subject.ID}, nil)
		}))
		use := func() {
			t.Helper()
			_, err := h.Auth.OpenSession(h.As(actor.System("test")), active.Account, auth.Visitor{})
			h.Must(err)
		}
		h.Clock.Advance(20 * 24 * time.Hour)
		h.Settle()
		use()
		h.Clock.Advance(12 * 24 * time.Hour)
		h.Settle()
		if quiet.Told(notify.EnrolReach) != 1 || active.Told(notify.EnrolReach) != 0 {
			t.Errorf("asked %d and %d times", quiet.Told(notify.EnrolReach), active.Told(notify.EnrolReach))
		}
		if got := unreachable(); len(got) != 0 {
			t.Errorf("shown before the time to answer is over: %v", got)
		}
		h.Clock.Advance(8 * 24 * time.Hour)
		h.Settle()
		if got := unreachable(); len(got) != 1 || got[0] != "Camille Muette" {
			t.Errorf("unreachable: %v", got)
		}
		_, err := h.Auth.OpenSession(h.As(actor.System("test")), quiet.Account, auth.Visitor{})
		h.Must(err)
		if got := unreachable(); len(got) != 0 {
			t.Errorf("she came, and is unreachable: %v", got)
		}
		if _, err := h.Enrolment.Unreachable(h.As(active.Actor), string(testkit.Territory)); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a nurse reads who cannot be reached: %v", err)
		}
	})
}
