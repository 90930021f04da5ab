package testkit_test

import (
	"sync"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
)

// order asks a nurse for eight days and a physiotherapist for fifteen, for one patient.
func order(h *testkit.House, options ...func(*request.Ask)) []request.Ask {
	nurse := testkit.Ask(h, options...)
	nurse.Care.Days, nurse.Mandatory = 8, true
	kine := testkit.Ask(h, options...)
	kine.Profession, kine.Acts, kine.Details.Motive, kine.Care.Days, kine.Consent = "MK", nil, "Rééducation de la hanche", 15, false
	return []request.Ask{nurse, kine}
}

// EA-062: one order, two professions, dispatched at once with independent winners.
func TestAnOrderAsksSeveralProfessionsAtOnce(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, kine := h.Ward("Orthopédie"), h.Nurse("Un"), h.Professional(testkit.Professional{Name: "Kiné", Profession: "MK"})
		asks := order(h)
		asks[1].Mandatory = true
		all, err := h.Requests.TriggerOrder(ward.Ctx(), asks)
		h.Must(err)
		h.Settle()
		if len(all) != 2 || all[0].Order != all[1].Order || all[0].Patient != all[1].Patient {
			t.Fatalf("not one order for one patient: %+v", all)
		}
		if nurse.Told(notify.OfferNew) != 1 || kine.Told(notify.OfferNew) != 1 {
			t.Error("both professions are not asked at once")
		}
		again, err := h.Requests.TriggerOrder(ward.Ctx(), asks)
		h.Must(err)
		if len(again) != 2 || again[0].ID != all[0].ID || again[1].ID != all[1].ID {
			t.Errorf("a doubled submission makes another order: %v", again)
		}
		kine.Accepts(all[1])
		if ward.Told(notify.OrderReady) != 0 {
			t.Error("the patient may leave before the nurse is found")
		}
		nurse.Accepts(all[0])
		if ward.Told(notify.OrderReady) != 1 {
			t.Errorf("the ward is told %d times that the patient may leave", ward.Told(notify.OrderReady))
		}
		nurse.Starts(all[0])
		if ward.Told(notify.OrderReady) != 1 {
			t.Error("it is told again")
		}
	})
}

// Every fault of every line comes back at once, and nothing is written.
func TestFaultsOfAnOrderNameTheirLine(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Orthopédie")
		asks := order(h)
		asks[0].Consent, asks[0].Profession = false, "rien"
		asks[1].Details.Motive, asks[1].Mode = "", "rien"
		_, err := h.Requests.TriggerOrder(ward.Ctx(), asks)
		fields := map[string]bool{}
		for _, f := range fault.Fields(err) {
			fields[f.Field] = true
		}
		for _, f := range []string{"profession", "consent", "l2.acts", "l2.mode"} {
			if !fields[f] {
				t.Errorf("%s is not at fault: %v", f, err)
			}
		}
		if checked := h.Requests.CheckOrder(ward.Ctx(), asks); len(fault.Fields(checked)) != len(fault.Fields(err)) {
			t.Errorf("checking says %v", checked)
		}
		home, err := h.Requests.Home(ward.Ctx())
		h.Must(err)
		if len(home.Mine) != 0 {
			t.Error("something was written")
		}
		if _, err := h.Requests.TriggerOrder(ward.Ctx(), nil); fault.CodeOf(err) != "order.lines" {
			t.Errorf("an order of nothing: %v", err)
		}
	})
}

// G15: the light is for the mandatory lines, goes out with a message when one of their
// providers releases, and comes back with the next.
func TestTheGreenLightFollowsTheMandatoryLines(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, a, b := h.Ward("Orthopédie"), h.Nurse("Un"), h.Nurse("Deux")
		kine := h.Professional(testkit.Professional{Name: "Kiné", Profession: "MK"})
		all, err := h.Requests.TriggerOrder(ward.Ctx(), order(h))
		h.Must(err)
		h.Settle()
		a.Accepts(all[0])
		if ward.Told(notify.OrderReady) != 1 {
			t.Fatal("the optional line holds the patient back")
		}
		kine.Accepts(all[1])
		kine.Releases(all[1])
		if ward.Told(notify.OrderNotReady) != 0 {
			t.Error("an optional release puts the light out")
		}
		r := a.Releases(all[0])
		if ward.Told(notify.OrderNotReady) != 1 {
			t.Error("the release of a mandatory provider is not told as such")
		}
		b.Accepts(r)
		if ward.Told(notify.OrderReady) != 2 {
			t.Error("the light does not come back")
		}
		for _, e := range ward.Inbox() {
			if e.Topic == notify.OrderReady && e.Request == "" {
				t.Error("the message leads nowhere")
			}
		}
	})
}

// Ten lines taken at the same instant light the light once: none of their winners misses the others.
func TestTheGreenLightIsToldOnceWhenAllAcceptTogether(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Orthopédie")
		professions := []nomenclature.ProfessionCode{"IDE", "MK", "MG", "SF", "ERGO", "PSY", "OPH", "DIET", "PEDI", "IPA"}
		var asks []request.Ask
		var people []*testkit.Person
		for _, p := range professions {
			if prof, ok := nomenclature.ProfessionOf(p); !ok || !prof.Dispatchable {
				continue
			}
			a := testkit.Ask(h, testkit.Motive("Sortie"))
			a.Profession, a.Acts = p, nil
			asks = append(asks, a)
			people = append(people, h.Professional(testkit.Professional{Name: string(p), Profession: p}))
		}
		if len(asks) < 4 {
			t.Fatalf("only %d professions", len(asks))
		}
		all, err := h.Requests.TriggerOrder(ward.Ctx(), asks)
		h.Must(err)
		h.Settle()
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i, r := range all {
			offer := people[i].OfferOn(r)
			wg.Go(func() {
				<-start
				if _, err := h.Requests.Accept(people[i].Ctx(), offer, ""); err != nil {
					t.Errorf("%s: %v", people[i].Name, err)
				}
			})
		}
		close(start)
		wg.Wait()
		h.Settle()
		if n := ward.Told(notify.OrderReady); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

// The rule of a partial fill: what is found is kept in both cases; the desk is told of the
// order itself, or of the request alone.
func TestAPartialFillKeepsWhatIsFound(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, kine := h.Ward("Orthopédie"), h.Professional(testkit.Professional{Name: "Kiné", Profession: "MK"})
		for _, c := range []struct {
			rule       request.Partial
			incomplete int
		}{{request.KeepFilled, 0}, {request.TellDesk, 1}, {"", 1}} {
			before := h.DeskTold(notify.OrderIncomplete)
			asks := order(h)
			asks[0].Partial = c.rule
			all, err := h.Requests.TriggerOrder(ward.Ctx(), asks)
			h.Must(err)
			h.Settle()
			kine.Accepts(all[1])
			if n := h.DeskTold(notify.OrderIncomplete) - before; n != c.incomplete {
				t.Errorf("rule %q tells the desk %d times that the order is incomplete", c.rule, n)
			}
			o, err := h.Requests.Order(ward.Ctx(), all[0].Order)
			h.Must(err)
			if !o.Incomplete || o.Ready || !o.Lines[1].Filled || o.Lines[0].State != request.Unfilled {
				t.Errorf("rule %q: %+v", c.rule, o)
			}
		}
		if h.DeskTold(notify.RequestUnfilled) != 1 {
			t.Error("the rule that keeps what is found does not tell that nobody came")
		}
	})
}

// A provider reads of the other lines their profession and state only; a stranger reads
// no order at all, nor somebody who is only asked.
func TestWhoReadsAnOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, other := h.Ward("Orthopédie"), h.Nurse("Un"), h.Nurse("Autre")
		kine := h.Professional(testkit.Professional{Name: "Kiné", Profession: "MK"})
		supervisor := h.Supervisor(actor.RoleSupervisorNurse)
		all, err := h.Requests.TriggerOrder(ward.Ctx(), order(h))
		h.Must(err)
		h.Settle()
		kine.Accepts(all[1])
		nurse.Accepts(all[0])
		o, err := h.Requests.Order(nurse.Ctx(), all[0].Order)
		h.Must(err)
		if len(o.Lines) != 2 || o.Lines[1].Request != "" || o.Lines[1].Provider != "" || o.Lines[1].Row != nil || o.Lines[1].State != request.Accepted || o.Name == "" || o.MayAdd {
			t.Errorf("the nurse reads %+v", o)
		}
		for _, p := range []*testkit.Person{ward, supervisor} {
			o, err := h.Requests.Order(p.Ctx(), all[0].Order)
			h.Must(err)
			if len(o.Lines) != 2 || o.Lines[0].Provider == "" || o.Lines[1].Provider == "" || o.Name == "" || !o.MayAdd || !o.Ready {
				t.Errorf("%s reads %+v", p.Name, o)
			}
		}
		for _, p := range []*testkit.Person{other, h.Ward("Cardiologie")} {
			if _, err := h.Requests.Order(p.Ctx(), all[0].Order); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s reads the order: %v", p.Name, err)
			}
		}
		if sh := nurse.Sees(all[0]); len(sh.Lines) != 2 || sh.Lines[1].Request != "" {
			t.Errorf("on the nurse's sheet: %+v", sh.Lines)
		}
		if sh := other.Sees(all[0]); sh.Lines != nil {
			t.Errorf("on the sheet of who was only asked: %+v", sh.Lines)
		}
	})
}

// A line is added to an order by those who asked it, and by nobody else.
func TestALineIsAddedToAnOrder(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Orthopédie"), h.Nurse("Un")
		r := ward.Asks()
		nurse.Accepts(r)
		more := testkit.Ask(h, testkit.For(r.Patient), testkit.Motive("Rééducation"))
		more.Profession, more.Acts, more.Order, more.Mandatory = "MK", nil, r.Order, true
		if _, err := h.Requests.Trigger(nurse.Ctx(), more); fault.CodeOf(err) != "order.not_found" {
			t.Errorf("the provider adds a line: %v", err)
		}
		added, err := h.Requests.Trigger(ward.Ctx(), more)
		h.Must(err)
		o, err := h.Requests.Order(ward.Ctx(), r.Order)
		h.Must(err)
		if added.Order != r.Order || len(o.Lines) != 2 || o.Ready {
			t.Errorf("after a line is added: %+v", o)
		}
		if nurse.OfferOn(added) != "" {
			t.Error("the nurse is asked for the physiotherapist's line")
		}
		other := ward.Asks()
		more.Once, more.Order = "another", other.Order
		if _, err := h.Requests.Trigger(ward.Ctx(), more); fault.CodeOf(err) != "order.not_found" {
			t.Errorf("a line of another patient: %v", err)
		}
	})
}

// EA-003, EA-110: from the bedside a provider asks another profession for his patient, and
// the two sheets lead to each other.
func TestAProviderAsksFromTheBedside(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, other := h.Ward("Orthopédie"), h.Nurse("Un"), h.Nurse("Autre")
		kine := h.Professional(testkit.Professional{Name: "Kiné", Profession: "MK"})
		r := ward.Asks()
		nurse.Accepts(r)
		if _, err := h.Requests.Prefilled(other.Ctx(), r.ID, request.KindFollowOn); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("somebody else follows it: %v", err)
		}
		a, err := h.Requests.Prefilled(nurse.Ctx(), r.ID, request.KindFollowOn)
		h.Must(err)
		a.Once, a.Profession, a.Urgency, a.Details.Motive, a.Consent = "follow", "MK", nomenclature.U4, "Reprendre la marche", true
		next, err := h.Requests.Trigger(nurse.Ctx(), a)
		h.Must(err)
		h.Settle()
		if next.Patient != r.Patient || next.From.Person != nurse.Subject.ID || kine.Told(notify.OfferNew) != 1 {
			t.Errorf("the follow-on is %+v", next)
		}
		if sh := nurse.Sees(next); sh.Before == nil || sh.Before.Request != r.ID || sh.Before.Kind != request.KindFollowOn {
			t.Errorf("it does not lead back: %+v", sh.Before)
		}
		if sh := ward.Sees(r); len(sh.After) != 1 || sh.After[0].Profession != "MK" || sh.After[0].Request != "" {
			t.Errorf("the ward reads of what follows: %+v", sh.After)
		}
		kine.Accepts(next)
		if sh := kine.Sees(next); sh.Before == nil || sh.Before.Request != "" {
			t.Errorf("the physiotherapist reads of what came before: %+v", sh.Before)
		}
		stolen := testkit.Ask(h)
		stolen.Follows, stolen.Kind = r.ID, request.KindFollowOn
		if _, err := h.Requests.Trigger(other.Ctx(), stolen); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a stranger hangs his request to it: %v", err)
		}
	})
}

// What the call desk asks again, or adds, for somebody who has no application is asked in
// his name, and he is told of the light.
func TestTheDeskCompletesAnOrderForWhoCalled(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		operator, doctor, nurse := h.Supervisor(actor.RoleOperator), h.Doctor("Toubib"), h.Nurse("Un")
		kine := h.Professional(testkit.Professional{Name: "Kiné", Profession: "MK"})
		r := operator.Asks(func(a *request.Ask) { a.For.ID = doctor.Subject.ID })
		nurse.Starts(nurse.Accepts(r))
		line, o, err := h.Requests.NextLine(operator.Ctx(), r.Order)
		h.Must(err)
		if len(o.Lines) != 1 || line.Patient != r.Patient {
			t.Fatalf("the order is %+v", o)
		}
		line.Once, line.Profession, line.Details.Motive, line.Consent = "more", "MK", "Marche", true
		added, err := h.Requests.Trigger(operator.Ctx(), line)
		h.Must(err)
		h.Settle()
		if added.From.Person != doctor.Subject.ID || added.Order != r.Order {
			t.Errorf("the line is asked by %+v", added.From)
		}
		kine.Accepts(added)
		if doctor.Told(notify.OrderReady) != 1 {
			t.Errorf("who called is told %d times that the patient may leave", doctor.Told(notify.OrderReady))
		}
		if next := renews(h, operator, r); next.From.Person != doctor.Subject.ID {
			t.Errorf("the renewal is asked by %+v", next.From)
		}
		if _, _, err := h.Requests.NextLine(nurse.Ctx(), r.Order); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("the provider adds a line: %v", err)
		}
	})
}
