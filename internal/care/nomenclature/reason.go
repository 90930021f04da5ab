package nomenclature

import "slices"

// ReasonList is a list of reasons: each act of a request that wants one has its own.
type ReasonList string

// The lists.
const (
	DeclineReasons      ReasonList = "decline"        // a recipient says no
	UnfilledReasons     ReasonList = "unfilled"       // nobody took the request
	CancelReasons       ReasonList = "cancel"         // the requester gives up
	ReleaseReasons      ReasonList = "release"        // the provider gives back
	SuspendReasons      ReasonList = "suspend"        // the care stops for a while
	CloseReasons        ReasonList = "close"          // the series of care ends
	VisitNotDoneReasons ReasonList = "visit_not_done" // the provider came, or did not, and did nothing
)

// ReasonCode names a reason within its list.
type ReasonCode string

// The reasons the product itself gives or acts upon.
const (
	NobodyMatches    ReasonCode = "nobody_matches"
	NobodyAvailable  ReasonCode = "nobody_available"
	AllDeclined      ReasonCode = "all_declined"
	NoAnswer         ReasonCode = "no_answer"
	DelayTooShort    ReasonCode = "delay_too_short"
	OffHours         ReasonCode = "off_hours"
	ActNotCovered    ReasonCode = "act_not_covered"
	TechnicalFailure ReasonCode = "technical_failure"
	Hospitalised     ReasonCode = "hospitalised"
	Renewed          ReasonCode = "renewed"
	Death            ReasonCode = "death"
	Duplicate        ReasonCode = "duplicate"
	NoReason         ReasonCode = "none"
)

// Reason is an entry of a list.
type Reason struct {
	Code ReasonCode `json:"code"`
	Words
}

// ReasonLists names the lists.
func ReasonLists() []ReasonList {
	return []ReasonList{DeclineReasons, UnfilledReasons, CancelReasons, ReleaseReasons, SuspendReasons, CloseReasons, VisitNotDoneReasons}
}

// Reasons returns the reasons of a list; nil when there is no such list.
func Reasons(list ReasonList) []Reason { return slices.Clone(data().terms.Reasons[list]) }

// ReasonOf returns a reason of a list; false when the list has none of this code.
func ReasonOf(list ReasonList, code ReasonCode) (Reason, bool) {
	return find(data().terms.Reasons[list], func(r Reason) bool { return r.Code == code })
}

// Label returns the words of a reason; the code itself when the list does not have it.
func (l ReasonList) Label(code ReasonCode, lang string) string {
	if r, ok := ReasonOf(l, code); ok {
		return r.Label(lang)
	}
	return string(code)
}
