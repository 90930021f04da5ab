package testkit_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/testkit"
)

// Two supervisors say together that they look after the same row: one has it, and the
// other is told who. Where the territory says so, the row is nobody's again at the end of the shift.
func TestTheSlowerOfTwoIsToldWhoHasIt(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, claire, paul := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse), h.Supervisor(actor.RoleOperator)
		r := ward.Asks()
		results := make(chan error, 2)
		for _, p := range []*testkit.Person{claire, paul} {
			go func() {
				_, err := h.Supervise.Take(p.Ctx(), r.ID)
				results <- err
			}()
		}
		var lost []error
		for range 2 {
			if err := <-results; err != nil {
				lost = append(lost, err)
			}
		}
		row := paul.Watches(supervise.Query{}).Rows[0]
		if len(lost) != 1 || fault.CodeOf(lost[0]) != "supervise.owned" || row.Owner.Nobody() || row.Owner.Version != 1 {
			t.Fatalf("lost %v, the row is %+v", lost, row.Owner)
		}
		h.Until(h.Clock.Now().Add(24 * time.Hour))
		if o := paul.Watches(supervise.Query{}).Rows[0].Owner; o.Nobody() || !o.Stale {
			t.Errorf("kept until somebody says otherwise: %+v", o)
		}

		h.Rule("desk.owner_leaves", "true")
		second := ward.Asks()
		paul.Takes(second)
		h.Until(h.Clock.Now().Truncate(24 * time.Hour).Add(12*time.Hour + 59*time.Minute)) // 13:59 in Paris
		if n := paul.Watches(supervise.Query{}).Counts.Mine; n == 0 {
			t.Error("it is left before the end of the shift")
		}
		h.Forward(2 * time.Minute)
		changes, err := h.Supervise.OwnerChanges(paul.Ctx(), second.ID)
		h.Must(err)
		if len(changes) != 2 || changes[0].Account != "" || changes[0].By != "" {
			t.Errorf("at the end of the shift: %+v", changes)
		}
	})
}

// Nobody takes a request for thirty days: it can be read, cancelled or marked as an
// error, and nothing else. Thirty days later it has left the ordinary view.
func TestWhatNobodyTookIsReadOnlyThenArchived(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, supervisor := h.Ward("Maternité A"), h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks() // nobody serves the commune: unfilled at once
		if sh := ward.Sees(r); sh.State != request.Unfilled || !slices.Contains(sh.Acts, request.ActRetry) || sh.ReadOnly {
			t.Fatalf("the request is %s, acts %v", sh.State, sh.Acts)
		}
		h.Must(h.Requests.StartArchive(h.As(actor.System("testkit"))))
		const day = 24 * time.Hour
		h.Forward(30*day - time.Minute)
		if !slices.Contains(supervisor.Sees(r).Acts, request.ActPlace) || len(supervisor.Watches(supervise.Query{AtRisk: true}).Rows) != 1 {
			t.Error("before thirty days it may no longer be tried")
		}
		h.Forward(2 * time.Minute)
		sh := ward.Sees(r)
		if !sh.ReadOnly || !slices.Equal(sh.Acts, []request.Act{request.ActCancel, request.ActMarkError}) {
			t.Errorf("after thirty days one may %v", sh.Acts)
		}
		row := supervisor.Watches(supervise.Query{}).Rows[0]
		if !row.ReadOnly || slices.Contains(row.Can, request.ActRetry) || row.Risk != supervise.NoRisk {
			t.Errorf("the console offers %v, %q", row.Can, row.Risk)
		}
		_, retry := h.Requests.Retry(ward.Ctx(), r.ID, time.Time{})
		_, wait := h.Requests.Waitlist(supervisor.Ctx(), r.ID)
		_, place := h.Requests.Place(supervisor.Ctx(), r.ID, request.Placement{Person: h.Desk})
		for _, err := range []error{retry, wait, place} {
			if fault.CodeOf(err) != "request.read_only" || fault.KindOf(err) != fault.KindConflict {
				t.Errorf("refused with %v", err)
			}
		}
		h.Forward(30*day + 6*time.Hour)
		page := supervisor.Watches(supervise.Query{})
		if len(page.Rows) != 0 || page.Counts.All != 0 || page.Counts.Archived != 1 {
			t.Errorf("after sixty days the console shows %d, counts %+v", len(page.Rows), page.Counts)
		}
		if len(supervisor.Watches(supervise.Query{Archived: true}).Rows) != 1 || len(supervisor.Watches(supervise.Query{Text: "Maternité"}).Rows) != 1 {
			t.Error("the archive and the search do not find it")
		}
		if home := mine(t, h, ward); len(home) != 0 {
			t.Errorf("the ward’s list holds %d", len(home))
		}
		h.Must(h.Requests.Unshelve(ward.Ctx(), r.ID))
		if home := mine(t, h, ward); len(home) != 1 {
			t.Error("taken back, it is not in the list")
		}
	})
}

func mine(t *testing.T, h *testkit.House, who *testkit.Person) []request.Row {
	t.Helper()
	home, err := h.Requests.Home(who.Ctx())
	h.Must(err)
	return home.Mine
}

// What has ended is put away by hand, out of the lists of one service and of nobody else.
func TestPutAwayByHand(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Vabre")
		second := h.Member(ward, "Maud Fictive")
		r := ward.Asks()
		if err := h.Requests.Shelve(ward.Ctx(), r.ID); fault.CodeOf(err) != "request.not_ended" {
			t.Errorf("put away under way: %v", err)
		}
		nurse.Completes(nurse.Accepts(r))
		if err := h.Requests.Shelve(h.Nurse("Ronce").Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("put away by a stranger: %v", err)
		}
		h.Must(h.Requests.Shelve(second.Ctx(), r.ID))
		home, err := h.Requests.Home(nurse.Ctx())
		h.Must(err)
		if len(mine(t, h, ward)) != 0 || len(home.Finished) != 1 || !second.Sees(r).Archived || nurse.Sees(r).Archived {
			t.Errorf("the ward’s list holds %d, the nurse’s %d", len(mine(t, h, ward)), len(home.Finished))
		}
		kept, err := h.Requests.Archived(ward.Ctx())
		h.Must(err)
		if len(kept) != 1 || kept[0].ID != r.ID || kept[0].Patient == "" {
			t.Errorf("the archive of the ward holds %+v", kept)
		}
		h.Must(h.Requests.Unshelve(ward.Ctx(), r.ID))
		if len(mine(t, h, second)) != 1 {
			t.Error("taken back, it is not in the list")
		}
	})
}

// An error leaves every ordinary list, and supervisors still find it by its filter.
func TestErrorsAreOutOfOrdinaryView(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, supervisor := h.Ward("Maternité A"), h.Nurse("Vabre"), h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks()
		nurse.Accepts(r)
		ward.MarksError(r)
		page := supervisor.Watches(supervise.Query{})
		if len(page.Rows) != 0 || page.Counts.All != 0 || page.Counts.Errors != 1 || len(page.Recent.Professions) != 0 {
			t.Errorf("the console: %d rows, %+v, %+v", len(page.Rows), page.Counts, page.Recent)
		}
		if rows := supervisor.Watches(supervise.Query{States: []request.State{request.EnteredInError}}).Rows; len(rows) != 1 {
			t.Errorf("supervisors find %d", len(rows))
		}
		if len(ward.Watches(supervise.Query{States: []request.State{request.EnteredInError}}).Rows) != 0 {
			t.Error("a ward finds it by the filter of supervisors")
		}
		home, err := h.Requests.Home(nurse.Ctx())
		h.Must(err)
		recent, err := h.Requests.Recent(ward.Ctx())
		h.Must(err)
		patients, err := h.Requests.PatientList(ward.Ctx())
		h.Must(err)
		if len(mine(t, h, ward))+len(home.InCharge)+len(home.Finished)+len(home.Waiting)+len(recent)+len(patients) != 0 {
			t.Error("an ordinary list still holds it")
		}
		if f, err := h.Requests.PatientFile(supervisor.Ctx(), r.Patient); err == nil && len(f.Requests) != 0 {
			t.Error("the patient’s file still holds it")
		}
	})
}
