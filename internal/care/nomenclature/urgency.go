package nomenclature

import (
	"slices"
	"time"
)

// Urgency tells how soon an answer and care are wanted.
type Urgency string

// The urgencies, from the most urgent.
const (
	U0      Urgency = "U0"
	U1      Urgency = "U1"
	U2      Urgency = "U2"
	U3      Urgency = "U3"
	U4      Urgency = "U4"
	Planned Urgency = "P"
)

// StartRule tells how the care start deadline of an urgency is found.
type StartRule string

// The rules.
const (
	// StartWithin counts StartMinutes from the trigger.
	StartWithin StartRule = "within"
	// StartSameDay is the end of the day; of the next day when triggered after SameDayUntil.
	StartSameDay StartRule = "same_day"
	// StartChosen is the date the requester chose.
	StartChosen StartRule = "chosen"
)

// SameDayUntil is the hour, in minutes since midnight, after which care of the day is for the next day.
const SameDayUntil = 17 * 60

// A planned request is answered within its Reply delay, or PlannedMargin before care
// when that comes first, and never in less than PlannedLeast.
const (
	PlannedMargin = 12 * time.Hour
	PlannedLeast  = 2 * time.Hour
)

// UrgencyTerm describes an urgency and its default delays.
type UrgencyTerm struct {
	Code Urgency `json:"code"`
	Words
	ReplyMinutes int       `json:"reply_min"`
	StartMinutes int       `json:"start_min"`
	Start        StartRule `json:"start"`
	// Priority is the value of ServiceRequest.priority in FHIR.
	Priority string `json:"priority"`
	// DayAndNight urgencies run during the night and may wake people on duty; the others wait for the morning.
	DayAndNight bool `json:"day_and_night"`
}

// Reply returns the default reply delay; for Planned the longest.
func (u UrgencyTerm) Reply() time.Duration { return time.Duration(u.ReplyMinutes) * time.Minute }

// StartDelay returns the default delay to care; zero unless the rule is StartWithin.
func (u UrgencyTerm) StartDelay() time.Duration { return time.Duration(u.StartMinutes) * time.Minute }

// PlannedReply returns the reply delay of a planned request asked at now for care at
// start: the shorter of the default and what is left PlannedMargin before care, at least PlannedLeast.
func PlannedReply(now, start time.Time) time.Duration {
	planned, _ := UrgencyOf(Planned)
	return max(PlannedLeast, min(planned.Reply(), start.Add(-PlannedMargin).Sub(now)))
}

// Urgencies lists the urgencies, from the most urgent.
func Urgencies() []UrgencyTerm { return slices.Clone(data().terms.Urgencies) }

// UrgencyOf returns the description of an urgency; false when there is none of this code.
func UrgencyOf(u Urgency) (UrgencyTerm, bool) {
	return find(data().terms.Urgencies, func(t UrgencyTerm) bool { return t.Code == u })
}

// Label returns the words of the urgency; the code itself when it is not known.
func (u Urgency) Label(lang string) string {
	if t, ok := UrgencyOf(u); ok {
		return t.Label(lang)
	}
	return string(u)
}
