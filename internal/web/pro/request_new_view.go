package pro

import (
	"context"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// askView is everything the page shows.
type askView struct {
	Form      *web.Form
	Key       string
	Draft     string
	Today     civil.Day
	Recents   []request.Row
	Groups    []careGroup
	Usual     int // how many of Groups are shown first
	Urgencies []delayChoice
	Communes  []territory.Found
	GPs       []web.Option
	Preview   preview
	Networks  []directory.Network
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
		Communes: h.communes, Networks: h.networks, Urgencies: h.delays(ctx, now),
	}
	all := nomenclature.Dispatchable()
	for _, u := range usualProfessions {
		if i := slices.IndexFunc(all, func(p nomenclature.Profession) bool { return p.Code == u.code }); i >= 0 {
			v.Groups = append(v.Groups, h.group(ctx, f, all[i], u.icon))
			all = slices.Delete(all, i, i+1)
		}
	}
	v.Usual = len(v.Groups)
	for _, p := range all {
		if !p.Optional || f.Value("profession") == string(p.Code) {
			v.Groups = append(v.Groups, h.group(ctx, f, p, ""))
		}
	}
	slices.SortStableFunc(v.Groups[v.Usual:], func(a, b careGroup) int { return strings.Compare(a.Label, b.Label) })
	return v
}

func (h askHouse) group(ctx context.Context, f *web.Form, p nomenclature.Profession, icon string) careGroup {
	pr, lang, code := web.P(ctx), web.P(ctx).Lang(), string(p.Code)
	g := careGroup{Code: p.Code, Label: p.Label(lang), Icon: icon, Chosen: f.Values("acts_" + code), Mode: f.Value("mode_" + code), Line: f.Value("line_" + code)}
	for _, a := range nomenclature.ActsFor(p.Code) {
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
func (v askView) rare() bool {
	return slices.ContainsFunc(v.Groups[v.Usual:], func(g careGroup) bool { return string(g.Code) == v.Form.Value("profession") })
}

// birth tells whether the block about a birth is open: for a midwife, or once filled.
func (v askView) birth() bool {
	f := v.Form
	return nomenclature.ProfessionCode(f.Value("profession")) == nomenclature.Midwife || f.Value("maternity_date") != "" || f.Bool("mother_and_baby") || f.Bool("post_partum")
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

// preview reads who would be asked. Faults of the need say what is missing: they are no
// reason to refuse what is not sent yet.
func (p *Pages) preview(ctx context.Context, a askRead) preview {
	pr, now := web.P(ctx), web.Now(ctx)
	code := a.NewPatient.Commune
	if a.Patient != "" {
		_ = p.DB.View(ctx, func(tx *db.Tx) (err error) { // the use case says why it cannot
			code, err = patient.CommuneOf(tx, a.Patient)
			return err
		})
	}
	c, _ := territory.CommuneOf(code)
	r := request.Request{Profession: a.Profession, Acts: a.Acts, Mode: a.Mode, Urgency: a.Urgency, Commune: c.Code, StartAt: a.Start, Care: a.Care}
	if r.StartAt.IsZero() {
		r.StartAt = now
	}
	v := preview{Where: c.Name}
	if prof, ok := nomenclature.ProfessionOf(a.Profession); ok {
		v.Who = strings.ToLower(prof.Plural(pr.Lang()))
		v.Sentence = r.FullSentence(pr, a.Details)
	}
	plan, err := p.Requests.Preview(ctx, a.Ask)
	if a.Nobody || err != nil {
		if v.Missing = missing(ctx, err); a.Nobody {
			v.Missing = []string{strings.ToLower(pr.T("ask.patient"))}
		}
		return v
	}
	return v.with(pr, plan, now, c.Zone().Loc)
}

// with says a plan.
func (v preview) with(p *i18n.Printer, plan request.Preview, now time.Time, loc *time.Location) preview {
	v.Known, v.All, v.Short = true, plan.All(), plan.Short
	v.ReplyBy, v.StartBy = moment(p, plan.ReplyBy, now, loc), latest(p, plan.StartBy, now, loc)
	for _, w := range plan.Waves {
		when := p.T("ask.preview.now")
		if w.At.After(now.Add(time.Minute)) {
			when = moment(p, w.At, now, loc)
		}
		v.Waves = append(v.Waves, previewWave{When: when, Count: w.Count, Usual: w.Usual})
	}
	for _, verdict := range verdicts {
		if n := plan.NotAsked[verdict.is]; n > 0 {
			v.NotAsked = append(v.NotAsked, previewReason{Label: p.T("request.verdict." + string(verdict.is)), Icon: verdict.icon, Count: n})
		}
	}
	return v
}

// verdicts are the reasons for which somebody is not asked, the most useful first.
var verdicts = []struct {
	is   request.Verdict
	icon string
}{
	{"busy", "pause"}, {"absent", "calendar-days"}, {"outside_hours", "clock"}, {"asleep", "moon"}, {request.VerdictActs, "ban"}, {request.VerdictMode, "house"},
	{request.VerdictNetwork, "users-round"}, {request.VerdictCapped, "bell-off"}, {request.VerdictLeftOut, "undo-2"}, {request.VerdictSector, "map-pin"}, {"other_territory", "map"}, {request.VerdictProfession, "users-round"},
}

// missing names the fields that an error is about.
func missing(ctx context.Context, err error) []string {
	var names []string
	labels := askLabels(ctx)
	for _, e := range fault.Fields(err) {
		if name := strings.ToLower(labels[e.Field]); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// askLabels names the fields of the form.
func askLabels(ctx context.Context) map[string]string {
	t := web.P(ctx).T
	labels := map[string]string{
		"profession": t("ask.profession.name"), "acts": t("ask.acts"), "mode": t("ask.mode"), "frequency": t("ask.often"), "often_n": t("ask.often"), "days": t("ask.during"),
		"during_n": t("ask.during"), "start": t("ask.from"), "from_day": t("ask.from.day"), "from_hour": t("ask.from.hour"), "urgency": t("ask.urgency"), "networks": t("targeting.networks"), "respond": t("ask.respond"),
		"consent": t("ask.consent.name"), "my_phone": t("ask.my_phone"), "maternity_date": t("ask.maternity.date"), "insurance_scheme": t("ask.scheme"), "patient": t("ask.patient"),
	}
	for _, f := range []string{
		"family_name", "given_name", "birth_name", "birth_date", "birth_place", "sex", "phone", "relative_phone", "relative_name", "commune", "street", "building",
		"floor", "door", "code", "name_on_door", "file_number", "motive", "gp",
	} {
		labels[f] = t("ask." + f)
	}
	return labels
}

// communeOptions are the communes a name may mean, to choose from.
func communeOptions(found []territory.Found) []web.Option {
	var list []web.Option
	for _, c := range found {
		list = append(list, web.Option{Value: string(c.Code), Label: c.Label(), Detail: strings.Join(c.Postal[:min(2, len(c.Postal))], ", ")})
	}
	return list
}
