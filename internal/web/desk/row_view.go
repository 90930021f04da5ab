package desk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// rowView is one request of the list.
type rowView struct {
	supervise.Row
	v consoleView
}

func (v consoleView) rows() []rowView {
	out := make([]rowView, len(v.page.Rows))
	for i, r := range v.page.Rows {
		out[i] = rowView{r, v}
	}
	return out
}

func (r rowView) elementID() string { return rowID(r.ID) }

func (r rowView) address() string { return "/demandes/" + string(r.ID) }

// beside is the address of the console with this request in the panel.
func (r rowView) beside() string { return r.v.at.beside(r.ID).href() }

func (r rowView) shown() bool { return r.v.panel != nil && r.v.panel.ID == r.ID }

// class is the tone of the row: what is at risk first, then where it stands.
func (r rowView) class() string { return string(r.tone()) }

func (r rowView) tone() web.Tone {
	switch {
	case r.Risk != supervise.NoRisk, r.State == request.Unfilled:
		return web.Alert
	case r.State == request.Searching, r.State == request.Suspended, r.State == request.Waitlisted:
		return web.Wait
	case r.State.InCharge():
		return web.Taken
	}
	return web.Done
}

func (r rowView) pill() web.Pill { return web.StatePill(r.v.p, r.State) }

// requester is who asked, in the words people know him by.
func (r rowView) requester() string { return or(r.From.Role, r.Service.Name, r.From.Name) }

// contact is the person who asked, when the requester is a service.
func (r rowView) contact() string {
	if r.From.Name == r.requester() {
		return ""
	}
	return r.From.Name
}

func (r rowView) requesterPhone() directory.Phone {
	return directory.Phone(or(r.From.Phone, string(r.Service.Phone)))
}

func (r rowView) patientName() string {
	if r.Patient == nil {
		return r.v.p.T("desk.patient.hidden")
	}
	return shortName(r.v.p, *r.Patient, r.v.page.Now, r.v.loc)
}

func (r rowView) patientPhone() directory.Phone {
	if r.Patient == nil {
		return ""
	}
	return r.Patient.CallPhone()
}

// relative tells that the phone is not the patient's own.
func (r rowView) relative() bool {
	return r.Patient != nil && r.Patient.Phone == "" && r.Patient.RelativePhone != ""
}

func (r rowView) acts() string {
	var words []string
	for _, a := range r.Acts {
		words = append(words, a.Label(r.v.p.Lang()))
	}
	if len(words) == 0 {
		return r.Mode.Label(r.v.p.Lang())
	}
	return strings.Join(words, ", ")
}

// terms are how and how soon: « Visite · 1 passage par jour pendant 3 j · 24 h · astreinte kiné ».
func (r rowView) terms() string {
	p := r.v.p
	var words []string
	if len(r.Acts) > 0 {
		words = append(words, r.Mode.Label(p.Lang()))
	}
	if rhythm := r.Rhythm(p); rhythm != "" {
		words = append(words, rhythm)
	}
	words = append(words, r.Urgency.Label(p.Lang()))
	if r.Line != "" {
		words = append(words, r.Line)
	}
	if r.Elsewhere != "" {
		words = append(words, p.T("targeting.border.owner", "name", r.Elsewhere))
	}
	return strings.Join(words, " · ")
}

// motive is the free text and the maternity block, for those who may read them.
func (r rowView) motive() string {
	if r.Details == nil {
		return ""
	}
	words := []string{strings.Join(strings.Fields(r.Details.Motive), " ")}
	words = append(words, r.Details.Blocks(r.v.p, r.Acts)...)
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " · ")
}

// wanted is the profession asked.
func (r rowView) wanted() string { return upper(r.Profession.Label(r.v.p.Lang())) }

// provider is who carries the request, and as what.
func (r rowView) provider() (name, label string) {
	if r.Provider.ID == "" {
		return "", ""
	}
	label = r.Profession.Label(r.v.p.Lang())
	if r.Card.Kind == directory.KindProfessional && r.v.p.Lang() == "fr" {
		label = r.Card.Label
	}
	return or(r.Provider.Name, r.Card.Name), strings.ToLower(label)
}

// asked is how many were asked: « 4 ressources déclenchées ».
func (r rowView) asked() string { return r.v.p.T("desk.asked", "n", r.Counts.Asked) }

// seen is how it went with them: « 3 l’ont vue, 1 a décliné ».
func (r rowView) seen() string {
	var words []string
	if r.State == request.Searching || r.State == request.Unfilled {
		if r.Counts.Seen > 0 {
			words = append(words, r.v.p.T("desk.seen", "n", r.Counts.Seen))
		} else if r.Counts.Asked > 0 {
			words = append(words, r.v.p.T("desk.reached", "n", r.Counts.Reached))
		}
		if r.Counts.Declined > 0 {
			words = append(words, r.v.p.T("desk.declined", "n", r.Counts.Declined))
		}
	}
	return strings.Join(words, ", ")
}

// why is the reason of the state, when it has one.
func (r rowView) why() string {
	list := nomenclature.CloseReasons
	switch r.State {
	case request.Unfilled, request.Waitlisted:
		list = nomenclature.UnfilledReasons
	case request.Cancelled:
		list = nomenclature.CancelReasons
	case request.Suspended:
		list = nomenclature.SuspendReasons
	case request.Completed:
	default:
		return ""
	}
	if r.Reason == "" {
		return ""
	}
	return list.Label(nomenclature.ReasonCode(r.Reason), r.v.p.Lang())
}

func (r rowView) risk() string {
	if r.Risk == supervise.NoRisk || r.Risk == supervise.NobodyCame {
		return ""
	}
	return r.v.p.T("supervise.risk." + string(r.Risk))
}

// stamp is one line of the horodatage.
type stamp struct {
	day, hour, what string
	at              time.Time
}

// stamps are the hours that matter, in order; a day is named when it changes.
func (r rowView) stamps() []stamp {
	p := r.v.p
	var all []stamp
	add := func(at time.Time, what string) {
		if !at.IsZero() {
			all = append(all, stamp{at: at, what: p.T("desk.stamp." + what)})
		}
	}
	add(r.Triggered, "triggered")
	if r.Round.Number > 1 {
		add(r.Round.Opened, "again")
	}
	add(r.AcceptedAt, "accepted")
	add(r.StartedAt, "started")
	add(r.ToReconfirm, "unconfirmed")
	switch r.State {
	case request.Completed:
		add(r.Ended, "completed")
	case request.Cancelled:
		add(r.Ended, "cancelled")
	case request.Unfilled:
		add(r.Round.Closed, "unfilled")
	}
	add(r.Reported, "report")
	slices.SortStableFunc(all, func(a, b stamp) int { return a.at.Compare(b.at) })
	day := civil.DayOf(r.v.page.Now, r.v.loc)
	for i := range all {
		all[i].hour = p.Hour(all[i].at, r.v.loc)
		if on := civil.DayOf(all[i].at, r.v.loc); on != day {
			day, all[i].day = on, r.v.dayOf(all[i].at)
		}
	}
	return all
}

// dayOf names a day in a few letters: « hier », « lun. 16 mars ».
func (v consoleView) dayOf(t time.Time) string {
	day, today := civil.DayOf(t, v.loc), civil.DayOf(v.page.Now, v.loc)
	switch day {
	case today:
		return v.p.T("common.today")
	case today.Add(-1):
		return v.p.T("common.yesterday")
	}
	in := t.In(v.loc)
	return v.p.T("desk.day."+strconv.Itoa(int(in.Weekday()))) + " " + strconv.Itoa(day.Day) + " " + v.p.T("common.month."+strconv.Itoa(int(day.Month)))
}

func (r rowView) may(act request.Act) bool { return slices.Contains(r.Can, act) }

// mayWiden tells whether somebody is left to be asked before the others.
func (r rowView) mayWiden() bool { return r.may(request.ActWiden) && r.Round.Wave < r.Round.Waves }

// mayMore tells whether the panel has acts that want a reason.
func (r rowView) mayMore() bool {
	return r.may(request.ActCancel) || r.may(request.ActRelease) || r.may(request.ActWaitlist) || r.may(request.ActPlace)
}

func (r rowView) post(act string) string { return actsPath + string(r.ID) + "/" + act }

// about says which request a button is about, to those who listen.
func (r rowView) about() string { return r.patientName() + ", " + communeName(r.Commune) }

// since is how long the search has run.
func (r rowView) since() string {
	if r.State != request.Searching || r.Round.Opened.IsZero() {
		return ""
	}
	return r.v.p.Duration(r.v.page.Now.Sub(r.Round.Opened))
}

// callable is the address that calls a phone.
func callable(p directory.Phone) string { return "tel:" + string(p) }
