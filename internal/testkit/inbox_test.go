package testkit_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/testkit"
)

// inbox reads the shared inbox of somebody's service.
func inbox(h *testkit.House, who *testkit.Person) supervise.Inbox {
	h.T.Helper()
	box, err := h.Supervise.ReadInbox(who.Ctx(), supervise.InboxAll)
	h.Must(err)
	return box
}

// A ward of two people reads one inbox: what one has read is read, both see who looks
// after what, and the answer of one is the ward's.
func TestTheInboxOfAServiceIsShared(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse, other := h.Ward("Maternité A"), h.Nurse("Vabre"), h.Ward("Chirurgie B")
		morning, evening := ward, h.Member(ward, "Maud Fictive")
		r := morning.Asks()
		if box := inbox(h, evening); len(box.Items) != 1 || box.Items[0].Request != r.ID || box.Unread != 0 || box.Nobody != 1 {
			t.Fatalf("what the ward asks: %+v", box)
		}
		h.Forward(time.Minute)
		nurse.Accepts(r)
		h.Must(h.Requests.Write(nurse.Ctx(), r.ID, "Quel étage ?"))
		h.Settle()
		box := inbox(h, evening)
		if box.Unread != 1 || box.Items[0].Unread != 2 || box.Items[0].Last.Topic != notify.RequestMessage || len(box.Items[0].Readers) != 0 {
			t.Errorf("told of an acceptance and of a message: %+v", box)
		}
		morning.Takes(r)
		h.Forward(time.Minute)
		evening.Sees(r)
		h.Must(h.Supervise.ReadItem(evening.Ctx(), r.ID))
		box = inbox(h, morning)
		if item := box.Items[0]; box.Unread != 0 || item.Owner.Account != morning.Actor.Account || len(item.Readers) != 1 || item.Readers[0].Name != "Maud Fictive" {
			t.Errorf("read by one, it is read for both: %+v", box)
		}
		if _, err := h.Supervise.Take(evening.Ctx(), r.ID); fault.CodeOf(err) != "supervise.owned" {
			t.Errorf("taken twice: %v", err)
		}
		h.Must(h.Requests.Write(evening.Ctx(), r.ID, "Deuxième étage."))
		sh := nurse.Sees(r)
		if last := sh.Messages[len(sh.Messages)-1]; last.Name != "Maud Fictive" || last.OnBehalf != ward.Subject.ID || last.Side != request.Requester {
			t.Errorf("the answer is signed %+v", last)
		}
		evening.Cancels(r)
		acts := morning.Sees(r).Timeline
		if last := acts[len(acts)-1]; last.Act != request.ActCancel || last.Account != evening.Actor.Account || last.OnBehalf != ward.Subject.ID {
			t.Errorf("the act is signed %+v", last)
		}

		if box := inbox(h, other); len(box.Items) != 0 {
			t.Errorf("another ward reads %+v", box)
		}
		if _, err := h.Supervise.Take(other.Ctx(), r.ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("another ward takes it: %v", err)
		}
		for _, who := range []*testkit.Person{nurse, h.Supervisor(actor.RoleOperator)} {
			if _, err := h.Supervise.ReadInbox(who.Ctx(), supervise.InboxAll); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s reads the inbox of a service: %v", who.Name, err)
			}
		}
		h.Forward(8 * 24 * time.Hour)
		if box := inbox(h, morning); len(box.Items) != 0 {
			t.Errorf("a week after the end it is still there: %+v", box.Items)
		}
	})
}

// A cabinet is asked: the offer comes first in its inbox, whoever is there answers, and
// who has it is told to the others.
func TestACabinetAnswersFromItsInbox(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward := h.Ward("Maternité A")
		company := h.Structure(testkit.Structure{Name: "Ambulances du Val", Kind: directory.Company, Profession: nomenclature.AmbulanceCompany, Wakes: true})
		second := h.Member(company, "Maud Fictive")
		r := ward.Asks(testkit.Urgency(nomenclature.U1), func(a *request.Ask) {
			a.Profession, a.Mode, a.Acts, a.Care = nomenclature.AmbulanceCompany, "TRANSPORT", []nomenclature.ActCode{"TR04"}, request.Care{Prescription: request.PrescriptionWithPatient}
		})
		box := inbox(h, second)
		if len(box.Items) != 1 || !box.Items[0].Waiting() || box.Items[0].Unread != 1 {
			t.Fatalf("what the company is asked: %+v", box)
		}
		rows, err := h.Requests.List(second.Ctx(), []request.ID{r.ID})
		h.Must(err)
		if row := rows[r.ID]; row.Patient != "" || len(row.Request.Acts) != 1 {
			t.Errorf("before it accepts it reads %+v", row)
		}
		company.Takes(r)
		got, err := h.Requests.Accept(second.Ctx(), second.OfferOn(r), "Claude")
		h.Must(err)
		acts := ward.Sees(got).Timeline
		if last := acts[len(acts)-1]; last.Name != "Maud Fictive" || last.OnBehalf != company.Subject.ID {
			t.Errorf("accepted by %+v", last)
		}
		if box := inbox(h, company); len(box.Items) != 1 || box.Items[0].Waiting() || box.Mine != 1 {
			t.Errorf("once taken: %+v", box)
		}
		if rows, err := h.Requests.List(h.Nurse("Ronce").Ctx(), []request.ID{r.ID}); err != nil || len(rows) != 0 {
			t.Errorf("a stranger lists %+v, %v", rows, err)
		}
	})
}
