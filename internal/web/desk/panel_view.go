package desk

import (
	"strings"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// panelView is one request beside the list: who was asked and what each answered, as far as the
// reader may know.
type panelView struct {
	v consoleView
	request.Sheet
}

func (s panelView) close() string { return s.v.at.beside("").href() }

func (s panelView) title() string {
	if s.Name != "" {
		return s.Name
	}
	return communeName(s.Commune)
}

func (s panelView) facts() []web.Fact {
	p := s.v.p
	list := []web.Fact{
		{Label: p.T("desk.panel.care"), Text: s.Sentence(p)},
		{Label: p.T("desk.panel.place"), Text: communeName(s.Commune)},
		{Label: p.T("desk.panel.requester"), Text: strings.Join(nonEmpty(s.From.Role, other(s.From.Name, s.From.Role)), "\n")},
		{Label: p.T("desk.panel.start_by"), Text: s.moment(s.StartBy)},
	}
	if s.State == request.Searching {
		list = append(list, web.Fact{Label: p.T("desk.panel.reply_by"), Text: s.moment(s.ReplyBy)})
	}
	if t := s.Texts; t != nil && t.Segments+t.Waiting > 0 {
		list = append(list, web.Fact{Label: p.T("desk.panel.texts"), Text: strings.Join(nonEmpty(s.texts(*t)...), "\n")})
	}
	if o := s.Outsider; o != nil {
		list = append(list, web.Fact{Label: p.T("desk.panel.outsider"), Text: strings.Join([]string{o.Name, o.Profession.Label(p.Lang()), o.Phone.String()}, "\n")})
	}
	if s.Details != nil {
		list = append(list, web.Fact{Label: p.T("desk.panel.motive"), Text: strings.Join(nonEmpty(append([]string{s.Details.Motive}, s.Details.Blocks(p, s.Request.Acts)...)...), "\n")})
	}
	return list
}

// texts says what the text messages of the request cost, and what those that wait would.
func (s panelView) texts(t notify.Spending) []string {
	p := s.v.p
	words := []string{p.T("desk.panel.texts.sent", "n", t.Segments, "cost", web.Euros(p, t.Cost()))}
	if t.Waiting > 0 {
		words = append(words, p.T("desk.panel.texts.waiting", "n", t.Waiting, "cost", web.Euros(p, t.Ahead())))
	}
	return words
}

func (s panelView) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.v.p.Moment(t, s.Now, s.v.loc)
}

// round names a search: « Recherche 2, hier 18 h 16 ».
func (s panelView) round(r request.RoundSheet) string {
	return s.v.p.T("desk.round", "number", r.Number, "at", s.moment(r.Opened))
}

// progress is how far a search went.
func (s panelView) progress(r request.RoundSheet) string {
	p := s.v.p
	words := []string{p.T("desk.asked", "n", r.Counts.Asked), p.T("desk.reached", "n", r.Counts.Reached), p.T("desk.seen", "n", r.Counts.Seen)}
	if r.Counts.Declined > 0 {
		words = append(words, p.T("desk.declined", "n", r.Counts.Declined))
	}
	if r.Waves > 1 {
		words = append(words, p.T("desk.wave_of", "wave", r.Wave, "waves", r.Waves))
	}
	return strings.Join(words, ", ")
}

// asked are those who were asked; others those who were considered and were not.
func asked(r request.RoundSheet) (list, others []request.Resource) {
	for _, one := range r.Resources {
		if one.Asked.IsZero() {
			others = append(others, one)
		} else {
			list = append(list, one)
		}
	}
	return list, others
}

// detail is what is known of somebody asked: his wave, how far he is, when.
func (s panelView) detail(r request.Resource) string {
	p := s.v.p
	var words []string
	if r.Replaces != "" {
		words = append(words, p.T("targeting.replaces", "name", r.Replaces))
	} else if r.Usual {
		words = append(words, p.T("desk.usual"))
	}
	if r.Wave > 0 {
		words = append(words, p.T("desk.wave", "wave", r.Wave))
	}
	if r.Km > 0 {
		words = append(words, p.Km(r.Km))
	}
	if !r.Asked.IsZero() {
		words = append(words, p.T("desk.asked_at", "hour", p.Hour(r.Asked, s.v.loc)))
	}
	return strings.Join(words, " · ")
}

// answer is what somebody answered or, until then, how well he was reached; nothing when the reader may not know.
func (s panelView) answer(r request.Resource) (web.Pill, bool) {
	p := s.v.p
	switch r.Answer {
	case "":
		return web.Pill{}, false
	case request.OfferPending:
		return s.reach(r)
	case request.OfferAccepted:
		return web.Pill{Tone: web.Taken, Icon: "check", Label: p.T("desk.answer.accepted")}, true
	case request.OfferDeclined:
		return web.Pill{Tone: web.Alert, Icon: "x", Label: p.T("desk.answer.declined")}, true
	}
	return web.Pill{Tone: web.Done, Icon: "minus", Label: p.T("desk.answer." + string(r.Answer))}, true
}

func (s panelView) reach(r request.Resource) (web.Pill, bool) {
	p := s.v.p
	switch r.Reached {
	case notify.Seen:
		return web.Pill{Tone: web.Wait, Icon: "eye", Label: p.T("desk.reach.seen")}, true
	case notify.Delivered, notify.Sent:
		return web.Pill{Tone: web.Wait, Icon: "check-check", Label: p.T("desk.reach.received")}, true
	case notify.Failed, notify.Unknown, notify.Cancelled:
		return web.Pill{Tone: web.Alert, Icon: "wifi-off", Label: p.T("desk.reach.failed")}, true
	}
	return web.Pill{Tone: web.Wait, Icon: "clock", Label: p.T("desk.reach.waiting")}, true
}

// answered tells when and why, under the answer.
func (s panelView) answered(r request.Resource) string {
	var words []string
	if !r.Answered.IsZero() && r.Answer != request.OfferPending {
		words = append(words, s.v.p.Hour(r.Answered, s.v.loc))
	}
	if r.Reason != "" {
		words = append(words, nomenclature.DeclineReasons.Label(nomenclature.ReasonCode(r.Reason), s.v.p.Lang()))
	}
	return strings.Join(words, " · ")
}

func (s panelView) may(act request.Act) bool {
	for _, a := range s.Sheet.Acts {
		if a == act {
			return true
		}
	}
	return false
}

// mayWiden tells whether somebody is left to be asked.
func (s panelView) mayWiden() bool {
	return s.may(request.ActWiden) && len(s.Rounds) > 0 && s.Rounds[0].Wave < s.Rounds[0].Waves
}

func (s panelView) post(act string) string { return actsPath + string(s.ID) + "/" + act }

func (s panelView) reasons(list nomenclature.ReasonList) []web.Option {
	var out []web.Option
	for _, r := range nomenclature.Reasons(list) {
		out = append(out, web.Option{Value: string(r.Code), Label: upper(r.Label(s.v.p.Lang()))})
	}
	return out
}

func nonEmpty(words ...string) (out []string) {
	for _, w := range words {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// other returns word unless it is said already.
func other(word, said string) string {
	if word == said {
		return ""
	}
	return word
}
