package paper

import (
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/pdf"
)

// Evidence is the evidence sheet of a request. reader is the name of whom it is made for.
func Evidence(p *i18n.Printer, e request.Evidence, reader string) Sheet {
	w := witness{p, e, civil.ZoneOf(string(e.Request.Commune)).Loc}
	s := Sheet{Title: p.T("paper.evidence.title"), Sections: []Section{w.request(reader), w.consent(), w.usual()}}
	for _, d := range e.Rounds {
		s.Sections = append(s.Sections, w.round(d))
	}
	return Sheet{s.Title, append(s.Sections, w.acts(), w.seals())}
}

// witness puts evidence in words.
type witness struct {
	p   *i18n.Printer
	e   request.Evidence
	loc *time.Location
}

func (w witness) request(reader string) Section {
	r := w.e.Request
	provider := r.Provider.Name
	if o := w.e.Outsider; o != nil {
		provider = o.Name + ", " + o.Profession.Label(w.p.Lang())
	}
	return Section{
		Facts: []pdf.Fact{
			{Label: w.p.T("paper.patient"), Text: w.e.Patient},
			{Label: w.p.T("paper.need"), Text: r.Sentence(w.p)},
			{Label: w.p.T("paper.evidence.profession"), Text: r.Profession.Label(w.p.Lang())},
			{Label: w.p.T("paper.place"), Text: commune(r.Commune)},
			{Label: w.p.T("paper.asked_by"), Text: joined(r.From.Role, r.From.Name)},
			{Label: w.p.T("paper.evidence.triggered"), Text: w.moment(r.Triggered)},
			{Label: w.p.T("paper.evidence.urgency"), Text: r.Urgency.Label(w.p.Lang())},
			{Label: w.p.T("paper.evidence.state"), Text: w.p.T("request.state." + string(r.State))},
			{Label: w.p.T("paper.evidence.provider"), Text: provider},
			{Label: w.p.T("paper.evidence.number"), Text: string(r.ID)},
			{Label: w.p.T("paper.evidence.made"), Text: w.p.T("paper.evidence.made_by", "at", w.moment(w.e.Now), "who", reader)},
		},
	}
}

// consent is what the patient said.
func (w witness) consent() Section {
	s := Section{Title: w.p.T("paper.evidence.consent")}
	if len(w.e.Consents) == 0 {
		s.Text = w.p.T("paper.evidence.consent.none")
	}
	for _, c := range w.e.Consents {
		s.Facts = append(s.Facts, pdf.Fact{Label: w.moment(c.At), Text: w.p.T("paper.evidence.consent.sharing", "who", w.nameOf(c.Account))})
	}
	for _, o := range w.e.Oppositions {
		s.Facts = append(s.Facts, w.opposition(o))
	}
	return s
}

// opposition is one that the patient said, in force or withdrawn.
func (w witness) opposition(o patient.Opposition) pdf.Fact {
	text := w.p.T("paper.evidence.opposition."+string(o.Scope), "profession", o.Profession.Label(w.p.Lang()), "who", o.Name)
	if !o.Ended.IsZero() {
		text += " " + w.p.T("paper.evidence.opposition.ended", "at", w.moment(o.Ended), "who", o.EndedName)
	}
	return pdf.Fact{Label: w.moment(o.At), Text: text}
}

// nameOf is the name under which an account acted on this request.
func (w witness) nameOf(account string) string {
	for _, a := range w.e.Timeline {
		if a.Account == account && account != "" {
			return a.Name
		}
	}
	return w.p.T("paper.evidence.somebody")
}

// usual tells whether and when the usual team was asked: what the sheet is first read for.
func (w witness) usual() Section {
	s := Section{Title: w.p.T("paper.evidence.usual"), Table: w.people()}
	for _, one := range w.e.Usual() {
		s.Table.Rows = append(s.Table.Rows, w.person(one))
	}
	if len(s.Table.Rows) == 0 {
		s.Text = w.p.T("paper.evidence.usual.none")
	}
	return s
}

// round is one search: when, whom, and who was left out.
func (w witness) round(d request.EvidenceRound) Section {
	state := "pro.round." + string(d.State)
	if d.Undone() {
		state = "pro.round.undone"
	}
	s := Section{
		Title: w.p.T("pro.round", "n", d.Number),
		Facts: []pdf.Fact{
			{Label: w.p.T("paper.evidence.opened"), Text: w.moment(d.Opened)},
			{Label: w.p.T("paper.evidence.reply_by"), Text: w.moment(d.ReplyBy)},
			{Label: w.p.T("paper.evidence.closed"), Text: w.moment(d.Closed)},
			{Label: w.p.T("paper.evidence.outcome"), Text: w.p.T(state)},
			{Label: w.p.T("paper.evidence.counts"), Text: w.counts(d.Counts)},
		},
		Table: w.people(),
	}
	for _, one := range d.People {
		s.Table.Rows = append(s.Table.Rows, w.person(one))
	}
	s.Note = w.leftOut(d)
	return s
}

func (w witness) counts(c request.RoundCounts) string {
	return joined(w.p.T("pro.asked", "n", c.Asked), w.p.T("pro.reached", "n", c.Reached), w.p.T("paper.evidence.seen", "n", c.Seen), w.p.T("pro.declined", "n", c.Declined))
}

// people are the columns of who was considered; answers are for those who may read them.
func (w witness) people() pdf.Table {
	t := pdf.Table{Columns: []pdf.Column{{Label: w.p.T("paper.evidence.person"), Share: 3}, {Label: w.p.T("paper.evidence.asked"), Share: 3}}}
	if w.e.Answers {
		t.Columns = append(t.Columns, pdf.Column{Label: w.p.T("paper.evidence.why"), Share: 3}, pdf.Column{Label: w.p.T("paper.evidence.reached"), Share: 4}, pdf.Column{Label: w.p.T("paper.evidence.answer"), Share: 3})
	}
	return t
}

func (w witness) person(one request.Witness) []string {
	name := one.Who.Name
	if one.Usual {
		name += "\n" + w.p.T("paper.evidence.is_usual")
	}
	row := []string{name, w.asked(one)}
	if !w.e.Answers {
		return row
	}
	return append(row, w.why(one), w.reached(one), w.answer(one))
}

func (w witness) asked(one request.Witness) string {
	switch {
	case !one.Asked.IsZero():
		return w.short(one.Asked) + "\n" + w.p.T("paper.evidence.wave", "n", one.Wave)
	case one.Verdict == request.VerdictAsked:
		return w.p.T("paper.evidence.later")
	}
	return w.p.T("paper.evidence.not_asked")
}

// why is why somebody was asked, or was not.
func (w witness) why(one request.Witness) string {
	if one.Asked.IsZero() {
		if one.Verdict == request.VerdictAsked {
			return ""
		}
		return w.verdict(one.Verdict)
	}
	var words []string
	for _, code := range one.Why {
		if key := "paper.why." + code; w.p.Has(key) {
			words = append(words, w.p.T(key))
		}
	}
	if one.Km > 0 {
		words = append(words, w.p.Km(one.Km))
	}
	return strings.Join(words, ", ")
}

func (w witness) verdict(v request.Verdict) string {
	if key := "request.verdict." + string(v); w.p.Has(key) {
		return w.p.T(key)
	}
	return w.p.T("pro.person.unavailable")
}

// reached says each way by which somebody was written to, with its times.
func (w witness) reached(one request.Witness) string {
	var lines []string
	for _, t := range one.Deliveries {
		var words []string
		if t.Sent.IsZero() && t.Channel != notify.InboxChannel {
			t.Seen = time.Time{} // seen elsewhere: it never left
		}
		for _, step := range []struct {
			state notify.State
			at    time.Time
		}{{notify.Sent, t.Sent}, {notify.Delivered, t.Delivered}, {notify.Seen, t.Seen}} {
			if !step.at.IsZero() {
				words = append(words, w.p.T("paper.evidence.step", "what", w.p.T("notify.state."+string(step.state)), "at", w.short(step.at)))
			}
		}
		if len(words) == 0 || t.State == notify.Failed || t.State == notify.Unknown {
			words = append(words, w.p.T("notify.state."+string(t.State)))
		}
		lines = append(lines, w.p.T("paper.evidence.way", "channel", w.p.T("paper.channel."+t.Channel), "steps", strings.Join(words, ", ")))
	}
	return strings.Join(lines, "\n")
}

func (w witness) answer(one request.Witness) string {
	if one.Answer == "" {
		return ""
	}
	words := []string{w.p.T("pro.answer." + string(one.Answer))}
	if !one.Answered.IsZero() {
		words = append(words, w.short(one.Answered))
	}
	if one.Reason != "" {
		words = append(words, nomenclature.DeclineReasons.Label(nomenclature.ReasonCode(one.Reason), w.p.Lang()))
	}
	return strings.Join(words, "\n")
}

// leftOut counts the people who are not named, by reason.
func (w witness) leftOut(d request.EvidenceRound) string {
	var words []string
	for _, code := range slices.Sorted(maps.Keys(d.Planned.Counts)) {
		if n := d.Planned.Counts[code]; n > 0 {
			words = append(words, w.p.T("pro.not_asked", "n", n, "why", w.verdict(code)))
		}
	}
	return strings.Join(words, " · ")
}

// acts is everything that was done.
func (w witness) acts() Section {
	s := Section{Title: w.p.T("paper.evidence.acts"), Table: pdf.Table{Columns: []pdf.Column{
		{Label: w.p.T("paper.evidence.when"), Share: 3}, {Label: w.p.T("paper.evidence.act"), Share: 4}, {Label: w.p.T("paper.evidence.by"), Share: 4}, {Label: w.p.T("paper.evidence.reason"), Share: 4},
	}}}
	for _, a := range w.e.Timeline {
		if a.Act == request.ActSave {
			continue // what was sent matters, not how often it was saved before
		}
		by := a.Name
		if a.Account == "" {
			by = w.p.T("paper.evidence.system")
		}
		key := "pro.act." + string(a.Act)
		if !w.p.Has(key) {
			key = "pro.act.other"
		}
		s.Table.Rows = append(s.Table.Rows, []string{w.short(a.At), w.p.T(key), by, a.ReasonWords(w.p.Lang())})
	}
	return s
}

// seals are what proves that nothing of it was changed afterwards.
func (w witness) seals() Section {
	s := Section{
		Title: w.p.T("paper.evidence.seals"), Text: w.p.T("paper.evidence.seals.what"),
		Table: pdf.Table{Columns: []pdf.Column{{Label: w.p.T("paper.evidence.seal"), Share: 1}, {Label: w.p.T("paper.evidence.sealed"), Share: 2}, {Label: w.p.T("paper.evidence.lines"), Share: 1, Right: true}, {Label: w.p.T("paper.evidence.hash"), Share: 6}}},
	}
	for _, c := range w.e.Covers {
		s.Table.Rows = append(s.Table.Rows, []string{strconv.FormatInt(c.Number, 10), w.short(c.At), strconv.FormatInt(c.Lines, 10), hex.EncodeToString(c.Hash)})
	}
	if w.e.Waiting > 0 {
		s.Note = w.p.T("paper.evidence.waiting", "n", int(w.e.Waiting))
	}
	return s
}

func (w witness) moment(t time.Time) string { return moment(w.p, t, w.loc) }

// short is a moment where there is little room, to the second: an order of events is read there.
func (w witness) short(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(w.loc).Format("02/01/2006 15:04:05")
}

// joined puts words that are there one after the other.
func joined(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " · ")
}
