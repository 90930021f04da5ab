package pro

import (
	"strconv"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// story tells the acts of a request, the last first, with what is expected on top.
func (v requestView) story() []web.Entry {
	var entries []web.Entry
	if todo, ok := v.expected(); ok {
		entries = append(entries, todo)
	}
	for i := len(v.Timeline) - 1; i >= 0; i-- {
		a := v.Timeline[i]
		if a.Act == request.ActSave && len(v.Timeline) > 1 {
			continue // what was sent matters, not how often it was saved before
		}
		e := v.entry(a)
		e.Now = len(entries) == 0 || len(entries) == 1 && entries[0].Todo
		entries = append(entries, e)
	}
	return entries
}

// expected is what should come next.
func (v requestView) expected() (web.Entry, bool) {
	switch {
	case v.State == request.Searching && !v.ReplyBy.IsZero():
		return web.Entry{Title: v.p.T("pro.story.reply"), At: v.p.T("pro.story.before", "at", moment(v.p, v.ReplyBy, v.Now, v.loc)), Todo: true}, true
	case v.State == request.Suspended:
		return web.Entry{Title: v.p.T("pro.story.resume"), Todo: true}, true
	case v.State.InCharge() && !v.NextVisit.IsZero():
		return web.Entry{Title: v.p.T("pro.story.visit"), At: moment(v.p, v.NextVisit, v.Now, v.loc), Todo: true}, true
	case v.State == request.Accepted:
		return web.Entry{Title: v.p.T("pro.story.start"), At: v.start(), Todo: true}, true
	}
	return web.Entry{}, false
}

func (v requestView) entry(a request.Done) web.Entry {
	e := web.Entry{Title: v.title(a), Detail: v.detail(a), At: v.p.T("pro.story.at", "at", moment(v.p, a.At, v.Now, v.loc), "who", v.by(a))}
	switch a.To {
	case request.Accepted, request.Started:
		e.Tone, e.Icon = web.Taken, "check"
	case request.Searching:
		e.Tone, e.Icon = web.Wait, "send"
	case request.Suspended:
		e.Tone, e.Icon = web.Wait, "pause"
	case request.Waitlisted:
		e.Tone, e.Icon = web.Wait, "hourglass"
	case request.Unfilled:
		e.Tone, e.Icon = web.Alert, "triangle-alert"
	case request.Completed:
		e.Tone, e.Icon = web.Done, "check-check"
	case request.Cancelled, request.EnteredInError:
		e.Tone, e.Icon = web.Done, "ban"
	}
	switch a.Act {
	case request.ActVisit:
		e.Icon = "stethoscope"
	case request.ActContact, request.ActPlace:
		e.Icon = "phone-call"
	case request.ActReport:
		e.Icon = "file-text"
	case request.ActAccept, request.ActNameComing:
		e.Icon = "user-check"
	case request.ActAmend:
		e.Icon = "pencil"
	case request.ActReconfirm:
		e.Icon = "check"
	case request.ActOfferHandOver, request.ActAgreeHandOver:
		e.Icon = "forward"
	case request.ActRefuseHandOver, request.ActWithdrawHandOver:
		e.Icon = "x"
	case request.ActPropose:
		e.Icon = "message-square"
	case request.ActRetract:
		e.Icon = "undo-2"
	case request.ActTakeProposal:
		e.Icon = "user-check"
	case request.ActDecline:
		e.Icon = "x"
	case request.ActSave:
		e.Icon = "pencil"
	}
	return e
}

func (v requestView) title(a request.Done) string {
	key := "pro.act." + string(a.Act)
	if a.Act == request.ActVisit && a.Reason != "" {
		key += ".not_done"
	}
	if !v.p.Has(key) {
		key = "pro.act.other"
	}
	return v.p.T(key)
}

// detail is the reason of an act, or whom a search asked.
func (v requestView) detail(a request.Done) string {
	if words := a.ReasonWords(v.p.Lang()); words != "" {
		return words
	}
	if to := a.Toward(); to != "" {
		return to
	}
	if words := parts(v.p, a); words != "" {
		return capital(words)
	}
	if left := a.Left(); len(left) > 0 {
		return v.p.T("pro.story.left", "acts", actWords(v.p, left))
	}
	if c, ok := v.Named[a.Coming()]; ok {
		return c.Name
	}
	if next := a.Next(); !next.IsZero() {
		return v.p.T("pro.next.agreed", "at", moment(v.p, next, v.Now, v.loc))
	}
	if n, err := strconv.Atoi(a.Detail["asked"]); err == nil && n > 0 {
		return v.p.T("pro.asked", "n", n)
	}
	return ""
}

// by says who acted: « vous », a name, or the product itself.
func (v requestView) by(a request.Done) string {
	switch a.Account {
	case "":
		if a.OnBehalf != "" {
			return v.p.T("pro.story.in_name", "name", a.Name)
		}
		return v.p.T("pro.story.system")
	case v.me.Account:
		return v.standing(a, v.p.T("pro.story.you"))
	}
	return v.standing(a, a.Name)
}

// standing adds for whom somebody acted: in the place of who is away, for the outsider who carries the request, or for his service.
func (v requestView) standing(a request.Done, who string) string {
	if name := a.Replaced(); name != "" {
		return v.p.T("pro.story.instead", "who", who, "name", name)
	}
	name := v.service(a.OnBehalf)
	if v.Outsider != nil && a.OnBehalf == v.Request.Provider.ID {
		name = v.Outsider.Name
	}
	if name == "" || name == who {
		return who
	}
	return v.p.T("pro.story.for", "who", who, "name", name)
}

// service names who asked for the request or carries it, when another acted for him; "" for anything else.
func (v requestView) service(id string) string {
	switch {
	case id == "":
		return ""
	case id == v.From.Service:
		return v.From.Role
	case id == v.From.Person:
		return v.From.Name
	case id == v.Request.Provider.ID && v.Card.Name != "":
		return v.Card.Name
	case id == v.Request.Provider.ID:
		return v.Request.Provider.Name
	}
	return ""
}

// counts says how far a search has reached.
func (v requestView) counts(c request.RoundCounts) string {
	if c.Asked == 0 {
		return v.p.T("pro.people.nobody")
	}
	words := []string{v.p.T("pro.asked", "n", c.Asked), v.p.T("pro.reached", "n", c.Reached), seen(v.p, c.Seen)}
	if c.Declined > 0 {
		words = append(words, v.p.T("pro.declined", "n", c.Declined))
	}
	return joined(words)
}

// person is one line of « qui a été sollicité ? ».
func (v requestView) person(r request.Resource) web.Row {
	row := web.Row{Avatar: r.Who.Name, Title: r.Who.Name}
	var words []string
	if r.Replaces != "" {
		words = append(words, v.p.T("targeting.replaces", "name", r.Replaces))
	} else if r.Usual {
		words = append(words, v.p.T("pro.person.usual"))
	}
	if r.Km > 0 {
		words = append(words, v.p.Km(r.Km))
	}
	if !r.Asked.IsZero() {
		words = append(words, v.p.T("pro.person.asked", "at", moment(v.p, r.Asked, v.Now, v.loc)))
	}
	row.Detail = joinedBy(" · ", words...)
	switch {
	case r.Asked.IsZero() && r.Verdict == request.VerdictAsked:
		row.Tail = web.Pill{Label: v.p.T("pro.person.later"), Icon: "clock"}
	case r.Asked.IsZero():
		row.More = v.verdict(r.Verdict)
	case r.Answer != "":
		row.Tail, row.More = v.answer(r), v.answered(r)
	}
	return row
}

// verdict says why somebody was not asked.
func (v requestView) verdict(code request.Verdict) string {
	if key := "request.verdict." + string(code); v.p.Has(key) {
		return v.p.T(key)
	}
	return v.p.T("pro.person.unavailable")
}

func (v requestView) answer(r request.Resource) web.Pill {
	pill := web.Pill{Label: v.p.T("pro.answer." + string(r.Answer)), Icon: "minus"}
	switch r.Answer {
	case request.OfferAccepted:
		pill.Tone, pill.Icon = web.Taken, "check"
	case request.OfferDeclined:
		pill.Tone, pill.Icon = web.Alert, "x"
	case request.OfferPending:
		pill.Tone, pill.Icon = web.Wait, "clock"
		if r.Reached == notify.Seen {
			pill.Icon, pill.Label = "eye", v.p.T("pro.answer.seen")
		}
	}
	return pill
}

func (v requestView) answered(r request.Resource) string {
	var words []string
	if !r.Answered.IsZero() {
		words = append(words, moment(v.p, r.Answered, v.Now, v.loc))
	}
	if r.Reason != "" {
		words = append(words, nomenclature.DeclineReasons.Label(nomenclature.ReasonCode(r.Reason), v.p.Lang()))
	}
	return joinedBy(" · ", words...)
}
