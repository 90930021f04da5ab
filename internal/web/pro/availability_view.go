package pro

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// meRead is what the page of one's own availability stands on.
type meRead struct {
	subject   directory.Subject
	card      directory.Card
	practice  directory.Practice
	now       time.Time
	zone      civil.Zone
	alerts    request.Alerts
	addresses []notify.Address
	// secureMail is where reports may be sent to him.
	secureMail string
	chart      territory.Map
	networks   []directory.Network
	replacing  []directory.Replacing
	cards      map[directory.Subject]directory.Card
}

// meView is that page in words.
type meView struct {
	Form      *web.Form
	At        string // the form that was refused
	Asked     bool   // somebody who may be asked
	State     stateView
	Alerts    string
	Week      web.WeekGrid
	Always    bool // no hours were declared
	Hours     web.Hours
	Absences  []absenceView
	Today     string
	Practice  practiceView
	Addresses []addressView
	Secure    secureMailView
	Similar   string // where a replacement is searched
	Which     []web.Option
	Replacing []string // whom one replaces, and when
}

// stateView is what somebody is now, and what he may say.
type stateView struct {
	Pill  web.Pill
	Text  string // « jusqu’à 18 h »
	Said  bool   // he said so: he may take it back
	Full  []untilChoice
	Free  []untilChoice
	Least string // of the fields that hold an end
}

// untilChoice is one tap: an instant, and how it is said.
type untilChoice struct{ Value, Label string }

type absenceView struct{ ID, When, Who, Reason string }

type addressView struct {
	Icon, Label, Target string
	Muted               bool
}

// practiceView is what somebody accepts, and where.
type practiceView struct {
	Modes, Acts        []web.Option
	ModesOn, ActsOn    []string
	Wakes              bool
	QuietFrom, QuietTo string
	Radius             string
	Near, Far          []web.Option
	CommunesOn         []string
	Map                sectorView
	Networks           networkChoice
	NetworkOther       string
}

func (m meRead) replacements() []directory.Subject {
	var list []directory.Subject
	for _, a := range m.practice.Absences {
		if a.Replacement != "" {
			list = append(list, directory.Subject{Kind: directory.KindProfessional, ID: a.Replacement})
		}
	}
	for _, r := range m.replacing {
		list = append(list, r.Of)
	}
	return list
}

func (m meRead) view(ctx context.Context, f *web.Form, at string) meView {
	p := web.P(ctx)
	v := meView{Form: f, At: at, Asked: m.card.Profession != "", Alerts: alertWords(p, m.alerts), Always: len(m.practice.Windows) == 0}
	if !v.Asked {
		return v
	}
	v.State, v.Week = m.state(ctx), m.week(p)
	v.Today = civil.DayOf(m.now, m.zone.Loc).String()
	v.Hours = web.EditHours(p, f, at == "hours", m.practice.Windows)
	for _, a := range m.practice.Absences {
		who := m.cards[directory.Subject{Kind: directory.KindProfessional, ID: a.Replacement}]
		v.Absences = append(v.Absences, absenceView{
			ID: string(a.ID), Who: who.Name, Reason: a.Reason,
			When: p.T("me.absence.when", "from", p.Day(a.From, m.zone.Loc), "to", p.Day(a.To.Add(-time.Minute), m.zone.Loc)),
		})
	}
	for _, r := range m.replacing {
		v.Replacing = append(v.Replacing, p.T("targeting.replacing.when", "name", m.cards[r.Of].Name,
			"when", p.T("me.absence.when", "from", p.Day(r.From, m.zone.Loc), "to", p.Day(r.To.Add(-time.Minute), m.zone.Loc))))
	}
	v.Practice = m.accepts(ctx, f, at)
	for _, a := range m.addresses {
		v.Addresses = append(v.Addresses, addressView{Icon: channelIcons[a.Channel], Label: p.T("me.channel." + a.Channel), Target: target(a), Muted: a.Muted})
	}
	v.Secure = m.secure(f, at)
	v.Similar = peoplePath + "/choix?metier=" + string(m.card.Profession)
	return v
}

var channelIcons = map[string]string{"push": "bell-ring", "sms": "smartphone", "mail": "mail", "voice": "phone-call"}

// target writes an address as one reads it; a push subscription has nothing to read.
func target(a notify.Address) string {
	switch a.Channel {
	case "push":
		return ""
	case "mail":
		return a.Target
	}
	return directory.Phone(a.Target).String()
}

// state tells what somebody is at the instant of the page.
func (m meRead) state(ctx context.Context) stateView {
	p := web.P(ctx)
	c := directory.Candidate{Practice: m.practice}
	s := stateView{Pill: web.Pill{Tone: web.Taken, Label: p.T("me.state.free"), Big: true}, Full: m.fullUntil(p), Free: m.freeUntil(p)}
	s.Least = m.now.In(m.zone.Loc).Format("2006-01-02T15:04")
	until := func(key string, t time.Time) { s.Text = p.T(key, "when", moment(p, t, m.now, m.zone.Loc)) }
	switch verdict := directory.Available(c, m.now, m.now, m.now, m.zone); {
	case m.now.Before(m.practice.OpenUntil):
		s.Said = true
		until("me.state.until", m.practice.OpenUntil)
	case m.now.Before(m.practice.BusyUntil):
		s.Said = true
		s.Pill.Tone, s.Pill.Icon, s.Pill.Label = web.Wait, "pause", p.T("me.state.busy")
		until("me.state.until", m.practice.BusyUntil)
	case verdict == directory.AvailableAbsent:
		s.Pill.Tone, s.Pill.Icon, s.Pill.Label = web.Done, "calendar-days", p.T("me.state.absent")
		for _, a := range m.practice.Absences {
			if !m.now.Before(a.From) && m.now.Before(a.To) {
				until("me.state.until", a.To)
			}
		}
	case verdict == directory.AvailableOutsideHours:
		s.Pill.Tone, s.Pill.Icon, s.Pill.Label = web.Done, "moon", p.T("me.state.outside")
		const ahead = 8 * 24 * time.Hour
		if next := m.zone.Spans(m.practice.Windows, m.now, m.now.Add(ahead)); len(next) > 0 {
			until("me.state.again", next[0].Start)
		}
	}
	return s
}

// Hours at which one is usually back, in minutes.
const (
	evening = 18 * 60
	late    = 20 * 60
	early   = 7 * 60
)

// fullUntil proposes the ends of « complet » (G11): this evening, tomorrow, Monday.
func (m meRead) fullUntil(p *i18n.Printer) []untilChoice {
	loc, today := m.zone.Loc, civil.DayOf(m.now, m.zone.Loc)
	var ends []time.Time
	if at := civil.First(today, evening, loc); at.After(m.now.Add(30 * time.Minute)) {
		ends = append(ends, at)
	}
	ends = append(ends, civil.First(today.Add(1), early, loc))
	monday := today.Add(1)
	for monday.Weekday() != time.Monday {
		monday = monday.Add(1)
	}
	if monday != today.Add(1) {
		ends = append(ends, civil.First(monday, early, loc))
	}
	return m.choices(p, ends)
}

// freeUntil proposes the ends of « disponible maintenant ».
func (m meRead) freeUntil(p *i18n.Printer) []untilChoice {
	loc := m.zone.Loc
	ends := []time.Time{m.now.Add(time.Hour).Truncate(time.Minute), m.now.Add(3 * time.Hour).Truncate(time.Minute)}
	if at := civil.First(civil.DayOf(m.now, loc), late, loc); at.After(ends[1]) {
		ends = append(ends, at)
	}
	return m.choices(p, ends)
}

func (m meRead) choices(p *i18n.Printer, ends []time.Time) []untilChoice {
	var list []untilChoice
	for _, at := range ends {
		list = append(list, untilChoice{strconv.FormatInt(at.UnixMilli(), 10), p.T("me.until", "when", moment(p, at, m.now, m.zone.Loc))})
	}
	return list
}

// week draws the week of now: hours of every week, absences and statements together.
func (m meRead) week(p *i18n.Printer) web.WeekGrid {
	loc := m.zone.Loc
	today := civil.DayOf(m.now, loc)
	monday := today.Add(-int((today.Weekday() + 6) % 7))
	g := web.WeekGrid{Label: p.T("me.week"), Marked: true, NowDay: monday.Until(today), NowHour: m.now.In(loc).Hour()}
	for d := range 7 {
		for h := range 24 {
			hour := civil.SpanOn(monday.Add(d), h*60, (h+1)*60, loc)
			g.Hours[d][h] = m.slot(hour)
		}
	}
	return g
}

func (m meRead) slot(hour civil.Span) web.Slot {
	for _, a := range m.practice.Absences {
		if (civil.Span{Start: a.From, End: a.To}).Meets(hour) {
			return web.AwayOrOff
		}
	}
	if m.now.Before(m.practice.BusyUntil) && (civil.Span{Start: m.now, End: m.practice.BusyUntil}).Meets(hour) {
		return web.AwayOrOff
	}
	if m.now.Before(m.practice.OpenUntil) && (civil.Span{Start: m.now, End: m.practice.OpenUntil}).Meets(hour) {
		return web.Open
	}
	if len(m.practice.Windows) == 0 || m.zone.Overlaps(m.practice.Windows, hour.Start, hour.End) {
		return web.Open
	}
	return web.Closed
}

// nearCommunes is how many communes are shown before « toutes les communes ».
const nearCommunes = 16

// accepts is the practice as the form shows it: what is kept, or what was sent and refused.
func (m meRead) accepts(ctx context.Context, f *web.Form, at string) practiceView {
	lang := web.P(ctx).Lang()
	sent := at == "practice"
	v := practiceView{Wakes: m.practice.Wakes, Radius: web.P(ctx).T("me.number", "x", m.practice.Radius)}
	prof, _ := nomenclature.ProfessionOf(m.card.Profession)
	for _, mode := range prof.Modes {
		v.Modes = append(v.Modes, web.Option{Value: string(mode), Label: mode.Label(lang)})
		if len(m.practice.Modes) == 0 || slices.Contains(m.practice.Modes, mode) {
			v.ModesOn = append(v.ModesOn, string(mode))
		}
	}
	for _, a := range nomenclature.ActsFor(prof.Code) {
		v.Acts = append(v.Acts, web.Option{Value: string(a.Code), Label: a.Label(lang)})
		if len(m.practice.Acts) == 0 || slices.Contains(m.practice.Acts, a.Code) {
			v.ActsOn = append(v.ActsOn, string(a.Code))
		}
	}
	if q := m.practice.Quiet; q != (civil.Night{}) {
		v.QuietFrom, v.QuietTo = civil.FormatHour(q.From), civil.FormatHour(q.To)
	}
	for _, c := range m.practice.Communes {
		v.CommunesOn = append(v.CommunesOn, string(c))
	}
	if sent {
		v.ModesOn, v.ActsOn, v.CommunesOn = f.Values("modes"), f.Values("acts"), f.Values("communes")
		v.NetworkOther = f.Value("network_other")
		v.Wakes, v.Radius, v.QuietFrom, v.QuietTo = f.Bool("wakes"), f.Value("radius"), f.Value("quiet_from"), f.Value("quiet_to")
	}
	v.Networks = m.myNetworks(ctx, f, sent)
	m.sector(&v)
	return v
}

// acrossBorder is how far from the place of work communes of other territories are proposed, in kilometres.
const acrossBorder = 15

// communes are those one may serve: of the territory, those served already and those near
// beyond its border.
func (m meRead) communes(home territory.Commune, served map[territory.CommuneCode]bool) []territory.Commune {
	own := map[territory.CommuneCode]bool{}
	for _, c := range m.chart.Communes {
		own[c.Code] = true
	}
	return territory.CommunesOf(func(c territory.Commune) bool {
		return own[c.Code] || served[c.Code] || c.Parent == "" && geo.Distance(home.Point, c.Point) <= acrossBorder
	})
}

// sector lists the communes one may serve: those served, then the nearest, then all.
func (m meRead) sector(v *practiceView) {
	home, _ := territory.CommuneOf(m.card.Commune)
	km := map[territory.CommuneCode]float64{}
	served := map[territory.CommuneCode]bool{}
	for _, c := range v.CommunesOn {
		served[territory.CommuneCode(c)] = true
	}
	proposed := m.communes(home, served)
	for _, c := range proposed {
		km[c.Code] = geo.Distance(home.Point, c.Point)
	}
	all := slices.SortedFunc(slices.Values(proposed), func(a, b territory.Commune) int {
		return cmp.Or(cmp.Compare(rank(served[a.Code]), rank(served[b.Code])), cmp.Compare(km[a.Code], km[b.Code]), cmp.Compare(a.Code, b.Code))
	})
	for i, c := range all {
		o := web.Option{Value: string(c.Code), Label: c.Name}
		if i < nearCommunes || served[c.Code] {
			v.Near = append(v.Near, o)
		} else {
			v.Far = append(v.Far, o)
		}
	}
	v.Map = drawSector(m.chart, home, served, m.practice.Radius)
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}
