package notify

import (
	"time"
)

// DeliveryID identifies one attempt to reach one subject by one channel; channels
// receive it as their idempotency key.
type DeliveryID string

// Subject is who is told: a professional, or a structure whose users answer for it.
type Subject struct {
	Kind string // Professional or Structure
	ID   string
}

// The kinds of Subject.
const (
	Professional = "professional"
	Structure    = "structure"
)

// Topic says what a notice is about, and so which sentence is written. A topic
// without a sentence is told in general words, never dropped.
type Topic string

// The topics told today.
const (
	OfferNew       Topic = "offer.new"       // somebody is asked
	OfferReminder  Topic = "offer.reminder"  // and has not answered
	OfferTaken     Topic = "offer.taken"     // another was faster
	OfferCancelled Topic = "offer.cancelled" // nobody is needed any more
	OfferChanged   Topic = "offer.changed"   // the need is no longer what was asked

	RequestPlaced          Topic = "request.placed" // the desk gave it to whom it had on the phone
	RequestAccepted        Topic = "request.accepted"
	RequestComing          Topic = "request.coming"  // the structure in charge said who comes
	RequestContact         Topic = "request.contact" // the first visit is agreed
	RequestStarted         Topic = "request.started"
	RequestVisit           Topic = "request.visit"
	RequestReport          Topic = "request.report"
	RequestAlert           Topic = "request.alert" // a report that cannot wait
	RequestCompleted       Topic = "request.completed"
	RequestUnfilled        Topic = "request.unfilled"
	RequestWidened         Topic = "request.widened"
	RequestReleased        Topic = "request.released"
	RequestUndone          Topic = "request.undone" // an acceptance was taken back at once
	RequestSuspended       Topic = "request.suspended"
	RequestResumed         Topic = "request.resumed"
	RequestCancelled       Topic = "request.cancelled"
	RequestWaitlisted      Topic = "request.waitlisted"
	RequestError           Topic = "request.error"       // it should not have been written
	RequestReconfirmed     Topic = "request.reconfirmed" // whoever carries a changed request still does
	RequestUnconfirmed     Topic = "request.unconfirmed" // and has not said so
	RequestAmended         Topic = "request.amended"
	RequestProposed        Topic = "request.proposed"
	RequestRetained        Topic = "request.retained"    // a proposal was, and its author carries the request
	RequestHandover        Topic = "request.handover"    // somebody is asked to take over
	RequestHandedOver      Topic = "request.handed_over" // and did
	RequestHandoverRefused Topic = "request.handover_refused"
	RequestHandoverEnded   Topic = "request.handover_ended" // he is not asked any more
	RequestMessage         Topic = "request.message"
	RequestDocument        Topic = "request.document"   // one was attached
	RequestReminder        Topic = "request.reminder"   // care should have started by now
	RequestLate            Topic = "request.late"       // and has not since
	RequestShort           Topic = "request.short"      // little time left before care is wanted
	RequestUnreached       Topic = "request.unreached"  // nobody asked can be told
	RequestOpposed         Topic = "request.opposed"    // the patient opposes who carries it
	RequestSeriesEnd       Topic = "request.series_end" // a series of care is about to end

	RequestBudget Topic = "request.budget" // its text messages are held

	DayBudget Topic = "desk.budget" // and those of the day

	OrderReady      Topic = "order.ready"      // every mandatory request of an order is taken
	OrderNotReady   Topic = "order.not_ready"  // and one no longer is
	OrderIncomplete Topic = "order.incomplete" // a mandatory request of an order found nobody

	PatientGlass Topic = "patient.glass" // a file was opened for an emergency

	AccountCode    Topic = "account.code"    // a code to choose a new password
	AccountChanged Topic = "account.changed" // what proves who the owner of an account is has changed

	// An applicant has no account yet. Each of these leaves by one way alone, the one it is about.
	EnrolPhone    Topic = "enrol.phone"    // a code, to prove a phone
	EnrolMail     Topic = "enrol.mail"     // a link, to prove a mailbox
	EnrolInvited  Topic = "enrol.invited"  // a link, for who is invited to enrol
	EnrolWaiting  Topic = "enrol.waiting"  // somebody waits to be admitted: to who judges
	EnrolAdmitted Topic = "enrol.admitted" // a code, to open an account
	EnrolRefused  Topic = "enrol.refused"
	EnrolReach    Topic = "enrol.reach" // is this account reachable?
)

// Topics lists them all, in the order above.
func Topics() []Topic {
	return []Topic{
		OfferNew, OfferReminder, OfferTaken, OfferCancelled, OfferChanged,
		RequestPlaced, RequestAccepted, RequestComing, RequestContact, RequestStarted, RequestVisit, RequestReport, RequestAlert, RequestCompleted, RequestUnfilled,
		RequestWidened, RequestReleased, RequestUndone, RequestSuspended, RequestResumed, RequestCancelled, RequestWaitlisted, RequestError, RequestAmended, RequestReconfirmed, RequestUnconfirmed,
		RequestProposed, RequestRetained, RequestHandover, RequestHandedOver, RequestHandoverRefused, RequestHandoverEnded, RequestMessage, RequestDocument, RequestReminder, RequestLate, RequestShort, RequestUnreached,
		RequestOpposed, RequestSeriesEnd, RequestBudget, DayBudget, OrderReady, OrderNotReady, OrderIncomplete, PatientGlass, AccountCode, AccountChanged,
		EnrolPhone, EnrolMail, EnrolInvited, EnrolWaiting, EnrolAdmitted, EnrolRefused, EnrolReach,
	}
}

// Notice is one thing to tell one subject.
type Notice struct {
	Territory string
	Subject   Subject
	Topic     Topic
	Solicits  bool // asks for an answer: never sent once its round is closed
	Request   string
	Dispatch  string // the round; needed when Solicits
	Offer     string
	Wave      int
	Params    map[string]string // see Params; nothing nominative
	Urgent    bool              // shorter waits, and one more try when a channel may have sent
	NotBefore time.Time         // nothing outside leaves earlier, or zero
	Quiet     []Quiet           // nothing outside rings then, whenever it is sent or tried again
	Deadline  time.Time         // nothing outside leaves later: the reply deadline, or zero
	Lang      string            // language of the subject; empty means French
}

// State is where a delivery stands.
type State string

// The states of a delivery, drawn in doc.go.
const (
	Held      State = "held"      // a fallback that waits for its turn
	Queued    State = "queued"    // to be sent, at its NotBefore
	Sending   State = "sending"   // in the hands of a channel
	Sent      State = "sent"      // the channel took it
	Delivered State = "delivered" // it reached the phone, the mailbox or the inbox
	Seen      State = "seen"      // the subject opened what it is about
	Failed    State = "failed"    // it cannot be delivered; Error says why
	Unknown   State = "unknown"   // it may have been sent: the channel did not answer
	Cancelled State = "cancelled" // no longer to be said
)

// rank orders the states by how much they prove: reports that arrive late or twice
// never take a delivery back.
func (s State) rank() int {
	switch s {
	case Seen:
		return 8
	case Delivered:
		return 7
	case Sent:
		return 6
	case Unknown:
		return 5
	case Sending:
		return 4
	case Queued:
		return 3
	case Held:
		return 2
	case Failed:
		return 1
	}
	return 0
}

// out tells whether the words have, or may have, left the house.
func (s State) out() bool { return s.rank() >= Sending.rank() }
