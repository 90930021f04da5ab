package request

import "slices"

// State is where a request stands. The label people read is in the catalogue under
// "request.state." + state.
type State string

// The states of a request.
const (
	Draft          State = "draft"
	Searching      State = "searching"
	Accepted       State = "accepted"
	Started        State = "started"
	Suspended      State = "suspended"
	Unfilled       State = "unfilled"
	Waitlisted     State = "waitlisted"
	Completed      State = "completed"
	Cancelled      State = "cancelled"
	EnteredInError State = "entered_in_error"
)

// States lists every state in the order of a life.
var States = []State{Draft, Searching, Accepted, Started, Suspended, Unfilled, Waitlisted, Completed, Cancelled, EnteredInError}

// Terminal tells whether nothing moves a request of this state any more, save its marking as an error.
func (s State) Terminal() bool {
	return s == Completed || s == Cancelled || s == EnteredInError
}

// InCharge tells whether a provider carries the request.
func (s State) InCharge() bool { return s == Accepted || s == Started || s == Suspended }

// RoundState is where one search stands.
type RoundState string

// The states of a round: open → taken, failed, withdrawn; taken → completed, released, failed, withdrawn.
const (
	RoundOpen      RoundState = "open"
	RoundTaken     RoundState = "taken"
	RoundCompleted RoundState = "completed"
	RoundReleased  RoundState = "released"
	RoundFailed    RoundState = "failed"
	RoundWithdrawn RoundState = "withdrawn"
)

// OfferState is the decision of one recipient.
type OfferState string

// The decisions.
const (
	OfferPending      OfferState = "pending"
	OfferAccepted     OfferState = "accepted"
	OfferDeclined     OfferState = "declined"
	OfferProposed     OfferState = "proposed"
	OfferTakenByOther OfferState = "taken_by_other"
	OfferWithdrawn    OfferState = "withdrawn"
	OfferExpired      OfferState = "expired"
)

// open tells whether the recipient may still answer: he has not, or he proposed something else.
func (s OfferState) open() bool { return s == OfferPending || s == OfferProposed }

// Act is what somebody does to a request.
type Act string

// The acts, in the order of the table.
const (
	ActSave             Act = "save"
	ActTrigger          Act = "trigger"
	ActWiden            Act = "widen"
	ActExhaust          Act = "exhaust"
	ActTimeOut          Act = "time_out"
	ActAccept           Act = "accept"
	ActDecline          Act = "decline"
	ActPropose          Act = "propose"
	ActRetract          Act = "retract"
	ActTakeProposal     Act = "take_proposal"
	ActPlace            Act = "place"
	ActUndo             Act = "undo"
	ActRelease          Act = "release"
	ActHandBack         Act = "hand_back"
	ActOfferHandOver    Act = "offer_hand_over"
	ActAgreeHandOver    Act = "agree_hand_over"
	ActRefuseHandOver   Act = "refuse_hand_over"
	ActWithdrawHandOver Act = "withdraw_hand_over"
	ActAmend            Act = "amend"
	ActReconfirm        Act = "reconfirm"
	ActRefuseChange     Act = "refuse_change"
	ActNameComing       Act = "name_coming"
	ActContact          Act = "contact"
	ActStart            Act = "start"
	ActVisit            Act = "visit"
	ActReport           Act = "report"
	ActSuspend          Act = "suspend"
	ActResume           Act = "resume"
	ActComplete         Act = "complete"
	ActCancel           Act = "cancel"
	ActRetry            Act = "retry"
	ActWaitlist         Act = "waitlist"
	ActMarkError        Act = "mark_as_error"
)

// Party is the quality in which somebody acts on one request.
type Party string

// The parties.
const (
	Requester  Party = "requester"  // who asked, or anyone of the service that asked
	Operator   Party = "operator"   // the call desk
	Supervisor Party = "supervisor" // the supervisors of the territory
	Recipient  Party = "recipient"  // somebody asked in the open round
	Colleague  Party = "colleague"  // the one a hand-over was offered to
	Provider   Party = "provider"   // who carries the request
	System     Party = "system"
)

// Same and Back stand for a target that is not written in the row: the state stays,
// or returns to where the suspension came from.
const (
	Same State = "="
	Back State = "<"
)

// Move is one row of the table: who may do what from which states, and where it leads.
type Move struct {
	Act  Act
	Who  []Party
	From []State
	To   State
}

// Moves is the one table of a request's life. Checks, buttons, documentation, the
// drawing of doc.go and the tests derive from it.
var Moves = []Move{
	{Act: ActSave, Who: []Party{Requester, Operator}, From: []State{"", Draft}, To: Draft},
	{Act: ActTrigger, Who: []Party{Requester, Operator}, From: []State{Draft}, To: Searching},
	{Act: ActWiden, Who: []Party{System, Supervisor}, From: []State{Searching}, To: Same},
	{Act: ActExhaust, Who: []Party{System}, From: []State{Searching}, To: Unfilled},
	{Act: ActTimeOut, Who: []Party{System}, From: []State{Searching}, To: Unfilled},
	{Act: ActAccept, Who: []Party{Recipient}, From: []State{Searching}, To: Accepted},
	{Act: ActDecline, Who: []Party{Recipient}, From: []State{Searching}, To: Same},
	{Act: ActPropose, Who: []Party{Recipient}, From: []State{Searching}, To: Same},
	{Act: ActRetract, Who: []Party{Recipient}, From: []State{Searching}, To: Same},
	{Act: ActTakeProposal, Who: []Party{Requester}, From: []State{Searching}, To: Accepted},
	{Act: ActPlace, Who: []Party{Supervisor, Operator}, From: []State{Searching, Unfilled, Waitlisted}, To: Accepted},
	{Act: ActUndo, Who: []Party{Provider}, From: []State{Accepted}, To: Searching},
	{Act: ActRelease, Who: []Party{Provider, Supervisor}, From: []State{Accepted, Started, Suspended}, To: Searching},
	{Act: ActHandBack, Who: []Party{Provider}, From: []State{Accepted}, To: Unfilled},
	{Act: ActOfferHandOver, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended}, To: Same},
	{Act: ActAgreeHandOver, Who: []Party{Colleague}, From: []State{Accepted, Started, Suspended}, To: Same},
	{Act: ActRefuseHandOver, Who: []Party{Colleague}, From: []State{Accepted, Started, Suspended}, To: Same},
	{Act: ActWithdrawHandOver, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended}, To: Same},
	{Act: ActAmend, Who: []Party{Requester}, From: []State{Searching, Accepted, Started, Suspended}, To: Same},
	{Act: ActReconfirm, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended}, To: Same},
	{Act: ActRefuseChange, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended}, To: Searching},
	{Act: ActNameComing, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended}, To: Same},
	{Act: ActContact, Who: []Party{Provider}, From: []State{Accepted}, To: Same},
	{Act: ActStart, Who: []Party{Provider}, From: []State{Accepted}, To: Started},
	{Act: ActVisit, Who: []Party{Provider}, From: []State{Started}, To: Same},
	{Act: ActReport, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended, Completed}, To: Same},
	{Act: ActSuspend, Who: []Party{Provider, Requester}, From: []State{Searching, Accepted, Started}, To: Suspended},
	{Act: ActResume, Who: []Party{Provider, Requester}, From: []State{Suspended}, To: Back},
	{Act: ActComplete, Who: []Party{Provider}, From: []State{Accepted, Started, Suspended}, To: Completed},
	{Act: ActCancel, Who: []Party{Requester, Supervisor}, From: []State{Draft, Searching, Accepted, Started, Suspended, Unfilled, Waitlisted}, To: Cancelled},
	{Act: ActRetry, Who: []Party{Requester, Supervisor}, From: []State{Unfilled, Waitlisted}, To: Searching},
	{Act: ActWaitlist, Who: []Party{Requester, Supervisor}, From: []State{Unfilled}, To: Waitlisted},
	{Act: ActMarkError, Who: []Party{Requester, Supervisor}, From: []State{Draft, Searching, Accepted, Started, Suspended, Unfilled, Waitlisted, Completed, Cancelled}, To: EnteredInError},
}

// MoveOf returns the row of act; false when the act is unknown.
func MoveOf(act Act) (Move, bool) {
	i := slices.IndexFunc(Moves, func(m Move) bool { return m.Act == act })
	if i < 0 {
		return Move{}, false
	}
	return Moves[i], true
}

// Allowed tells whether somebody in one of the qualities parties may do act on a
// request in state from.
func Allowed(from State, act Act, parties ...Party) bool {
	m, ok := MoveOf(act)
	return ok && slices.Contains(m.From, from) && slices.ContainsFunc(parties, func(p Party) bool { return slices.Contains(m.Who, p) })
}

// ActsAllowed lists what parties may do from a state, in the order of the table: the buttons of a page.
func ActsAllowed(from State, parties ...Party) []Act {
	var out []Act
	for _, m := range Moves {
		if Allowed(from, m.Act, parties...) {
			out = append(out, m.Act)
		}
	}
	return out
}

// Target returns the state act leads to from a state, came being where a suspended request came from.
func (m Move) Target(from, came State) State {
	switch m.To {
	case Same:
		return from
	case Back:
		return came
	}
	return m.To
}

// roundMoves is the table of a round's life.
var roundMoves = map[RoundState][]RoundState{
	RoundOpen:  {RoundTaken, RoundFailed, RoundWithdrawn},
	RoundTaken: {RoundCompleted, RoundReleased, RoundFailed, RoundWithdrawn},
}

// RoundMay tells whether a round may go from one state to another.
func RoundMay(from, to RoundState) bool { return slices.Contains(roundMoves[from], to) }
