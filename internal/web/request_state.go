package web

import (
	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
)

// StatePill says the state of a request in its word, its sign and its colour: the same on every page.
func StatePill(p *i18n.Printer, s request.State) Pill {
	pill := Pill{Label: p.T("request.state." + string(s))}
	switch s {
	case request.Draft:
		pill.Icon = "pencil"
	case request.Searching:
		pill.Tone = Wait
	case request.Accepted, request.Started:
		pill.Tone = Taken
	case request.Suspended:
		pill.Tone, pill.Icon = Wait, "pause"
	case request.Waitlisted:
		pill.Tone, pill.Icon = Wait, "hourglass"
	case request.Unfilled:
		pill.Tone, pill.Label = Alert, p.T("web.unfilled")
	case request.Completed:
		pill.Tone = Done
	case request.Cancelled, request.EnteredInError:
		pill.Tone, pill.Icon = Done, "ban"
	}
	return pill
}
