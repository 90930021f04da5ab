package pro

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// askView is everything the page shows.
type askView struct {
	Form      *web.Form
	Key       string
	Draft     string
	Today     civil.Day
	Recents   []request.Row
	Needs     []needView
	Urgencies []delayChoice
	Communes  []territory.Found
	GPs       []web.Option
	Preview   previews
	Drafts    []web.Row // forms begun, while none of them is open
	// Documents are those already received; PrescriptionAttached says that the territory wants a prescription among them.
	Documents            []request.Document
	PrescriptionAttached bool
}

// needView is one need, with what may be asked.
type needView struct {
	need
	Number    int
	Today     civil.Day
	Habits    []habit
	Groups    []careGroup
	Usual     int // how many of Groups are shown first
	Networks  []directory.Network
	Urgencies []delayChoice
	Questions questions
	Several   bool
	Extends   bool // another profession may be added after it
	Last      bool // the last of several, which may be taken away
}

// careGroup is what may be asked of one profession.
type careGroup struct {
	Code   nomenclature.ProfessionCode
	Label  string
	Icon   string
	Acts   []web.Option // shown first
	Rest   []web.Option
	Chosen []string
	Modes  []web.Option
	Mode   string
	Lines  []web.Option
	Line   string
}

// habit is what was asked another time, to ask it again with one tap.
type habit struct {
	Label, Detail string
	Fill          string // the fields it fills, as an address writes them
}

// delayChoice is one urgency with its two delays in words.
type delayChoice struct {
	Value, Label string
	Reply, Start string
	Hot          bool
}

// usualProfessions are shown first, with their icon.
var usualProfessions = []struct {
	code nomenclature.ProfessionCode
	icon string
}{
	{nomenclature.Nurse, "stethoscope"}, {nomenclature.Midwife, "baby"}, {nomenclature.Physio, "activity"}, {nomenclature.GP, "heart-pulse"},
	{nomenclature.AmbulanceCompany, "ambulance"}, {nomenclature.SOSMedecins, "zap"}, {nomenclature.Pharmacy, "pill"}, {nomenclature.Laboratory, "clipboard-list"},
}

// firstActs is how many acts are shown before « tous les actes ».
const firstActs = 8

func (h askHouse) view(ctx context.Context, f *web.Form) askView {
	now := web.Now(ctx)
	v := askView{
		Form: f, Key: f.Key(), Draft: f.Value("draft"), Today: civil.DayOf(now, civil.Paris()), Recents: h.recents,
		Communes: h.communes, Urgencies: h.delays(ctx, now), PrescriptionAttached: h.settings.PrescriptionAttached,
	}
	if v.Draft == "" {
		for _, row := range h.drafts {
			v.Drafts = append(v.Drafts, draftRow(web.P(ctx), row, now))
		}
	}
	all := needsIn(f)
	for i, n := range all {
		one := h.need(ctx, n, v)
		one.Number, one.Several, one.Last = i+1, len(all) > 1, i > 0 && i == len(all)-1
		one.Extends = i == len(all)-1 && len(all) < maxNeeds
		v.Needs = append(v.Needs, one)
	}
	return v
}

func (h askHouse) need(ctx context.Context, n need, page askView) needView {
	v := needView{need: n, Today: page.Today, Networks: h.networks, Urgencies: page.Urgencies, Habits: h.again(ctx), Questions: questionsOf(ctx, n, n.acts())}
	all := nomenclature.Dispatchable()
	for _, u := range usualProfessions {
		if i := slices.IndexFunc(all, func(p nomenclature.Profession) bool { return p.Code == u.code }); i >= 0 {
			v.Groups = append(v.Groups, h.group(ctx, n, all[i], u.icon))
			all = slices.Delete(all, i, i+1)
		}
	}
	v.Usual = len(v.Groups)
	for _, p := range all {
		if !p.Optional || n.profession() == p.Code {
			v.Groups = append(v.Groups, h.group(ctx, n, p, ""))
		}
	}
	slices.SortStableFunc(v.Groups[v.Usual:], func(a, b careGroup) int { return strings.Compare(a.Label, b.Label) })
	return v
}

// again lists what the reader asked the last times.
func (h askHouse) again(ctx context.Context) (list []habit) {
	p := web.P(ctx)
	for _, r := range h.habits {
		var acts []string
		for _, a := range r.Acts {
			acts = append(acts, a.Label(p.Lang()))
		}
		fill := url.Values{}
		for _, c := range careOf(r) {
			fill[c.name] = c.values
		}
		list = append(list, habit{
			Label: strings.Join(acts, " / "), Detail: joinedBy(" · ", r.Profession.Label(p.Lang()), r.Rhythm(p), r.Urgency.Label(p.Lang())), Fill: fill.Encode(),
		})
	}
	return list
}

func (h askHouse) group(ctx context.Context, n need, p nomenclature.Profession, icon string) careGroup {
	pr, lang, code := web.P(ctx), web.P(ctx).Lang(), string(p.Code)
	g := careGroup{Code: p.Code, Label: p.Label(lang), Icon: icon, Chosen: n.f.Values(n.name("acts_" + code)), Mode: n.value("mode_" + code), Line: n.value("line_" + code)}
	usual := h.usualActs(p.Code)
	acts := nomenclature.ActsFor(p.Code)
	slices.SortStableFunc(acts, func(a, b nomenclature.Act) int { return cmp.Compare(placeIn(usual, a.Code), placeIn(usual, b.Code)) })
	for _, a := range acts {
		o := web.Option{Value: string(a.Code), Label: a.Label(lang)}
		if len(g.Acts) < firstActs || slices.Contains(g.Chosen, o.Value) {
			g.Acts = append(g.Acts, o)
		} else {
			g.Rest = append(g.Rest, o)
		}
	}
	if len(p.Modes) > 1 {
		for _, m := range p.Modes {
			g.Modes = append(g.Modes, web.Option{Value: string(m), Label: m.Label(lang)})
		}
		if g.Mode == "" {
			g.Mode = string(p.Modes[0])
		}
	}
	for _, l := range h.lines {
		if l.Profession == p.Code {
			mode := map[rota.Mode]string{rota.InOrder: "ask.line.in_order", rota.Together: "ask.line.together"}[l.Mode]
			g.Lines = append(g.Lines, web.Option{Value: string(l.ID), Label: pr.T(mode, "line", l.Name)})
		}
	}
	if len(g.Lines) > 0 {
		g.Lines = append([]web.Option{{Label: pr.T("ask.line.everyone")}}, g.Lines...)
	}
	return g
}

// placeIn is the place of an act in a list; those that are not in it come last.
func placeIn(list []nomenclature.ActCode, act nomenclature.ActCode) int {
	if i := slices.Index(list, act); i >= 0 {
		return i
	}
	return len(list)
}

// delays says the two delays of each urgency, as the territory set them.
func (h askHouse) delays(ctx context.Context, now time.Time) []delayChoice {
	p, zone := web.P(ctx), civil.ZoneIn(civil.Paris())
	var list []delayChoice
	for _, u := range nomenclature.Urgencies() {
		d := delayChoice{Value: string(u.Code), Label: u.Label(p.Lang()), Hot: u.DayAndNight}
		times := request.DefaultTimes(u.Code, h.settings, time.Time{}, now, zone)
		d.Reply = p.T("ask.delay.reply", "t", p.Duration(times.RespondWithin))
		switch {
		case u.Code == nomenclature.Planned:
			d.Reply, d.Start = p.T("ask.delay.reply_most", "t", p.Duration(h.settings.Reply[u.Code])), p.T("ask.delay.planned")
		case u.StartDelay() > 0:
			d.Start = p.T("ask.delay.start", "t", p.Duration(times.StartBy.Sub(now)))
		default:
			d.Start = p.T("ask.delay.before", "when", latest(p, times.StartBy, now, zone.Loc))
		}
		list = append(list, d)
	}
	return list
}

// rare tells whether the profession chosen stands among the others.
func (v needView) rare() bool {
	return slices.ContainsFunc(v.Groups[v.Usual:], func(g careGroup) bool { return g.Code == v.profession() })
}

// title names the need when there are several.
func (v needView) title(ctx context.Context) string {
	if v.Number == 1 {
		return web.P(ctx).T("ask.care")
	}
	return web.P(ctx).T("ask.need.also", "number", v.Number)
}

// step is the address of the need in the page.
func (v needView) step() string { return stepOf(v.prefix) }

func stepOf(prefix string) string {
	if prefix == "" {
		return "step-care"
	}
	return "step-care-" + strings.Trim(prefix, "l.")
}

// patients lists those proposed, then somebody new.
func (v askView) patients(ctx context.Context) []web.Option {
	p := web.P(ctx)
	var list []web.Option
	for _, r := range v.Recents {
		o := web.Option{Value: string(r.Request.Patient), Label: r.Patient, Icon: "user-round"}
		c, _ := territory.CommuneOf(r.Commune)
		o.Detail = c.Name
		if r.Profession != "" {
			o.Detail = p.T("ask.known.last", "commune", c.Name, "who", strings.ToLower(r.Profession.Label(p.Lang())), "when", moment(p, r.Created, web.Now(ctx), c.Zone().Loc))
		}
		list = append(list, o)
	}
	return append(list, web.Option{Value: newPatient, Label: p.T("ask.known.new"), Icon: "user-plus"})
}

func (v askView) sexes(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	return []web.Option{{Value: string(patient.Female), Label: t("ask.sex.female")}, {Value: string(patient.Male), Label: t("ask.sex.male")}, {Value: string(patient.UnknownSex), Label: t("ask.sex.unknown")}}
}

func (v askView) schemes(ctx context.Context) []web.Option {
	var list []web.Option
	for _, s := range nomenclature.InsuranceSchemes() {
		list = append(list, web.Option{Value: s.Code, Label: s.Label(web.P(ctx).Lang())})
	}
	return list
}

// latest says a limit; the midnight that ends a day is that day.
func latest(p *i18n.Printer, t, now time.Time, loc *time.Location) string {
	if civil.MinuteOf(t, loc) != 0 {
		return p.T("ask.by.hour", "when", moment(p, t, now, loc))
	}
	day := civil.DayOf(t, loc).Add(-1)
	switch civil.DayOf(now, loc).Until(day) {
	case 0:
		return p.T("ask.by.today")
	case 1:
		return p.T("ask.by.tomorrow")
	}
	return p.T("ask.by.day", "day", p.Day(day.Start(loc), loc))
}

// communeOptions are the communes a name may mean, to choose from.
func communeOptions(found []territory.Found) []web.Option {
	var list []web.Option
	for _, c := range found {
		list = append(list, web.Option{Value: string(c.Code), Label: c.Label(), Detail: strings.Join(c.Postal[:min(2, len(c.Postal))], ", ")})
	}
	return list
}
