package pro

import (
	"slices"
	"strings"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// note is a visit or a report, as the request's page keeps it.
type note struct {
	at, title, text string
	when            time.Time
	alert           bool
	paper           string // where it is read on paper; empty for a visit
	facts           []web.Fact
	mailed          string // what became of the letter to the registered GP
}

// notes mixes visits and reports, the last first.
func (v requestView) notes() []note {
	var out []note
	for _, r := range v.Reports {
		out = append(out, v.reportNote(r))
	}
	for _, n := range v.Visits {
		title := v.p.T("pro.visit.done")
		if n.Outcome != request.VisitDone {
			title = v.p.T("pro.notes.not_done", "why", nomenclature.VisitNotDoneReasons.Label(nomenclature.ReasonCode(n.Outcome), v.p.Lang()))
		}
		out = append(out, note{when: n.At, title: title, text: n.Note, at: v.noted(n.At, n.Name), facts: v.vitalsFact(n.Vitals)})
	}
	slices.SortStableFunc(out, func(a, b note) int { return b.when.Compare(a.when) })
	return out
}

// reportNote is a report with the parts of its template that were filled.
func (v requestView) reportNote(r request.Report) note {
	n := note{when: r.At, title: v.p.T("pro.notes.report"), text: r.Text, at: v.noted(r.At, r.Name), alert: r.Alert, paper: reportAddress(v.ID, r.ID), mailed: v.mailed(r.Mailed), facts: v.vitalsFact(r.Vitals)}
	for _, s := range r.Said(v.p, v.loc) {
		if s.Section != request.SectionAlert { // the pill says it
			n.facts = append(n.facts, web.Fact{Label: s.Label, Text: s.Text})
		}
	}
	return n
}

func (v requestView) vitalsFact(list []nomenclature.Reading) []web.Fact {
	if len(list) == 0 {
		return nil
	}
	return []web.Fact{{Label: v.p.T("pro.vitals"), Text: strings.Join(nomenclature.SayReadings(v.p, list), " · ")}}
}

// mailed says what became of the letter of a report.
func (v requestView) mailed(m *request.Mailed) string {
	if m == nil {
		return ""
	}
	key := "pro.mailed."
	switch m.State {
	case notify.Sent, notify.Delivered, notify.Seen:
		key += pick(m.Secure, "sent", "notice")
	case notify.Queued, notify.Sending:
		key += pick(m.Secure, "sending", "noticing")
	case notify.Unknown:
		key += pick(m.Secure, "unknown", "failed")
	case notify.Failed, notify.Cancelled:
		key += pick(m.InHouse, "in_house", "failed")
	default:
		key += pick(m.InHouse, "in_house", "none")
	}
	return v.p.T(key, "who", m.To, "at", moment(v.p, m.At, v.Now, v.loc))
}

// pick chooses between two words.
func pick(first bool, yes, no string) string {
	if first {
		return yes
	}
	return no
}
