package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// forDays asks a series of so many days.
func forDays(n int) func(*request.Ask) { return func(a *request.Ask) { a.Care.Days = n } }

// renews asks the same care again as p.
func renews(h *testkit.House, p *testkit.Person, r request.Request, change ...func(*request.Ask)) request.Request {
	h.T.Helper()
	a, err := h.Requests.Prefilled(p.Ctx(), r.ID, request.KindRenewal)
	h.Must(err)
	a.Once, a.Consent = "renewal of "+string(r.ID), true
	for _, f := range change {
		f(&a)
	}
	done, err := h.Requests.Trigger(p.Ctx(), a)
	h.Must(err)
	h.Settle()
	return done
}

// Two days before a started series ends, the provider and the ward are told, once, in the
// morning; not for what is shorter, given back, ended or renewed already.
func TestTheEndOfASeriesIsRecalled(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Orthopédie"), h.Nurse("Un"), h.Nurse("Deux")
		long, short, ended, open := ward.Asks(forDays(8)), ward.Asks(forDays(2)), ward.Asks(forDays(8)), ward.Asks(forDays(0))
		given := ward.Asks(forDays(8))
		for _, r := range []request.Request{long, short, ended, open, given} {
			a.Starts(a.Accepts(r))
		}
		a.Completes(ended)
		b.Accepts(a.Releases(given))
		h.Until(request.SeriesEnd(a.Sees(long).Request).Add(-42 * time.Hour))
		if a.Told(notify.RequestSeriesEnd) != 0 {
			t.Fatal("told during the night")
		}
		h.Forward(2 * time.Hour)
		if a.Told(notify.RequestSeriesEnd) != 1 || ward.Told(notify.RequestSeriesEnd) != 1 || b.Told(notify.RequestSeriesEnd) != 0 {
			t.Errorf("told %d times to the provider, %d to the ward, %d to who has not started", a.Told(notify.RequestSeriesEnd), ward.Told(notify.RequestSeriesEnd), b.Told(notify.RequestSeriesEnd))
		}
		h.Forward(72 * time.Hour)
		if a.Told(notify.RequestSeriesEnd) != 1 {
			t.Error("told again")
		}
	})
}

// A series renewed already is not recalled; a suspended one waits until it is resumed.
func TestNoReminderForWhatIsRenewedOrSuspended(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Orthopédie"), h.Nurse("Un")
		renewed, held := ward.Asks(forDays(8)), ward.Asks(forDays(8))
		a.Starts(a.Accepts(renewed))
		a.Starts(a.Accepts(held))
		renews(h, ward, renewed)
		a.Suspends(held, "patient_away")
		end := request.SeriesEnd(a.Sees(held).Request)
		h.Until(end.Add(-36 * time.Hour))
		if a.Told(notify.RequestSeriesEnd) != 0 {
			t.Fatal("told although renewed or suspended")
		}
		a.Resumes(held, h.Clock.Now().Add(time.Hour))
		h.Until(end.Add(-time.Hour))
		if a.Told(notify.RequestSeriesEnd) != 1 {
			t.Errorf("after it resumed, told %d times", a.Told(notify.RequestSeriesEnd))
		}
	})
}

// EA-097: a new prescription asks the same professional first and alone, whatever the
// usual team, then everyone; once taken, and only once the series is over, it ends the old one.
func TestARenewalAsksTheSameProfessionalFirst(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, usual, other := h.Ward("Orthopédie"), h.Nurse("Un"), h.Nurse("Habituelle"), h.Nurse("Autre")
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		r := ward.Asks(forDays(4), testkit.Motive("Pansement"))
		a.Starts(a.Accepts(r))
		h.Usual(r.Patient, usual)
		if _, err := h.Requests.Prefilled(ward.Ctx(), ward.Asks(forDays(4)).ID, request.KindRenewal); fault.CodeOf(err) != "order.not_renewable" {
			t.Errorf("what nobody carries is renewed: %v", err)
		}
		next := renews(h, ward, r, func(a *request.Ask) {
			if a.Details.Motive != "Pansement" || a.Care.Days != 4 || a.Urgency != nomenclature.Planned || a.Start.IsZero() || a.Consent && a.Once == "" {
				t.Errorf("the form proposes %+v", a)
			}
			a.EndsFollowed = true
		})
		if asked := h.Asked(supervisor, next); len(asked) != 1 || asked[a.Subject].Asked.IsZero() || asked[a.Subject].Why[0] != "renewal" {
			t.Fatalf("asked first: %v", asked)
		}
		h.Until(h.Clock.Now().Add(24 * time.Hour))
		if asked := h.Asked(supervisor, next); len(asked) != 3 || asked[usual.Subject].Asked.IsZero() || asked[other.Subject].Asked.IsZero() {
			t.Errorf("then everyone: %v", asked)
		}
		other.Accepts(next)
		if sh := a.Sees(r); sh.State != request.Started || len(sh.After) != 1 || sh.After[0].Kind != request.KindRenewal {
			t.Errorf("as soon as it is renewed the series is %s, after it %v", sh.State, sh.After)
		}
		a.Visits(r, "Dernier passage", time.Time{})
		h.Until(request.SeriesEnd(ward.Sees(r).Request).Add(time.Minute))
		sh := ward.Sees(r)
		if sh.State != request.Completed || sh.Reason != string(nomenclature.Renewed) || sh.Rounds[0].State != request.RoundCompleted {
			t.Errorf("the series renewed is %s because %q", sh.State, sh.Reason)
		}
		if last := sh.Timeline[len(sh.Timeline)-1]; last.Act != request.ActComplete || last.Account != "" || last.OnBehalf != other.Subject.ID {
			t.Errorf("it ends as %+v", last)
		}
		if a.Told(notify.RequestCompleted) != 1 {
			t.Error("who carried it is not told")
		}
		if sh := ward.Sees(next); sh.State != request.Accepted || sh.Before == nil || sh.Before.Request != r.ID {
			t.Errorf("the renewal is %s, before it %v", sh.State, sh.Before)
		}
	})
}

// The renewal of a series that nobody takes, or that is not asked to, ends nothing.
func TestARenewalEndsTheSeriesOnlyWhenAskedAndTaken(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a := h.Ward("Orthopédie"), h.Nurse("Un")
		kept, alone := ward.Asks(forDays(4)), ward.Asks(forDays(4))
		a.Starts(a.Accepts(kept))
		a.Starts(a.Accepts(alone))
		a.Accepts(renews(h, ward, kept))
		given := a.Accepts(renews(h, ward, alone, func(a *request.Ask) { a.EndsFollowed = true }))
		a.Releases(given)
		h.Forward(10 * 24 * time.Hour)
		for _, r := range []request.Request{kept, alone} {
			if sh := ward.Sees(r); sh.State != request.Started {
				t.Errorf("the series is %s because %q", sh.State, sh.Reason)
			}
		}
		over := renews(h, ward, kept, func(a *request.Ask) {
			if !a.Start.IsZero() {
				t.Errorf("a series that is over is renewed from %v", a.Start)
			}
			a.Once, a.EndsFollowed = "again", true
		})
		a.Accepts(over)
		if sh := ward.Sees(kept); sh.State != request.Completed {
			t.Errorf("the series already over is %s", sh.State)
		}
	})
}

// The reminder follows the series: its length when it is amended, its provider when he hands it over.
func TestTheReminderFollowsTheSeries(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Orthopédie"), h.Nurse("Un"), h.Nurse("Deux")
		longer, handed := ward.Asks(forDays(4)), ward.Asks(forDays(8))
		a.Starts(a.Accepts(longer))
		a.Starts(a.Accepts(handed))
		ward.Amends(longer, days(10))
		a.OffersHandOver(handed, b)
		b.AgreesHandOver(handed)
		h.Until(request.SeriesEnd(b.Sees(handed).Request).Add(-36 * time.Hour))
		if a.Told(notify.RequestSeriesEnd) != 0 || b.Told(notify.RequestSeriesEnd) != 1 {
			t.Errorf("of the series handed over, the former is told %d times and the colleague %d", a.Told(notify.RequestSeriesEnd), b.Told(notify.RequestSeriesEnd))
		}
		h.Until(request.SeriesEnd(a.Sees(longer).Request).Add(-36 * time.Hour))
		if a.Told(notify.RequestSeriesEnd) != 1 {
			t.Errorf("of the longer series the provider is told %d times", a.Told(notify.RequestSeriesEnd))
		}
	})
}
