package admin

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/rota"
	"entractes/internal/web"
)

// week answers GET /administration/astreintes/{line}: one week of a line, this one or that of « semaine ».
func (p *Pages) week(w http.ResponseWriter, r *http.Request) error {
	return p.showWeek(w, r, web.NewForm())
}

// repeat answers POST /administration/astreintes/{line}/reconduire: the week again, over those that follow.
func (p *Pages) repeat(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	line, weeks := rota.LineID(r.PathValue("line")), f.Int("weeks", 0, 1000)
	monday, ok := weekOf(r)
	if !ok {
		return fault.NotFound("page")
	}
	if f.Err() == nil {
		if err := p.Rota.Repeat(r.Context(), line, monday, weeks); err == nil {
			return web.Redirect(w, r, at.href(linePath(line), "semaine", monday.Add(7).String(), "fait", "reconduite"))
		} else if !f.Take(err) {
			return err
		}
	}
	return p.showWeek(w, r, f)
}

func (p *Pages) showWeek(w http.ResponseWriter, r *http.Request, f *web.Form) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	monday, _ := weekOf(r)
	plan, err := p.Rota.Plan(r.Context(), rota.LineID(r.PathValue("line")), monday, 7)
	if err != nil {
		return err
	}
	v := weekView{p: web.P(r.Context()), at: at, plan: plan, f: f, done: r.URL.Query().Get("fait"), loc: plan.Territory.Location()}
	v.monday = civil.DayOf(plan.From, v.loc)
	page := web.Page{Title: plan.Line.Name, Lead: upper(plan.Line.Profession.Label(v.p.Lang())) + ", " + lower(v.p.T("admin.mode."+string(plan.Line.Mode))), Section: "duty", Back: at.href(dutyPath)}
	if !plan.Line.Active {
		page.State = web.Pill{Tone: web.Done, Icon: "ban", Label: v.p.T("admin.line.closed")}
	}
	return web.Render(w, r, web.Status(f.Err()), page, weekBody(v))
}

// weekOf is the Monday of the week that the address names; false for none.
func weekOf(r *http.Request) (civil.Day, bool) {
	day, err := civil.ParseDay(r.URL.Query().Get("semaine"))
	if err != nil || day.Year < 2000 || day.Year > 2200 {
		return civil.Day{}, false
	}
	return day.Add(-int((day.Weekday() + 6) % 7)), true
}

// today is a day that any plan has.
func today(r *http.Request) civil.Day { return civil.DayOf(web.Now(r.Context()), time.UTC) }

type weekView struct {
	p      *i18n.Printer
	at     place
	plan   rota.Plan
	f      *web.Form
	done   string
	loc    *time.Location
	monday civil.Day
}

// address is this page at another week.
func (v weekView) address(weeks int) string {
	return v.at.href(linePath(v.plan.Line.ID), "semaine", v.monday.Add(7*weeks).String())
}

func (v weekView) planPath() string {
	return v.at.href(linePath(v.plan.Line.ID)+"/plan", "du", v.monday.String(), "au", v.monday.Add(6).String())
}

// title says which week it is.
func (v weekView) title() string {
	return v.p.T("admin.week", "from", v.p.Day(v.plan.From, v.loc), "to", v.p.DayYear(v.monday.Add(6).Start(v.loc), v.loc))
}

// hours says when a shift is within a day: « 8 h – 20 h », or the whole day.
func (v weekView) hours(from, to time.Time, day civil.Day) string {
	if !from.After(day.Start(v.loc)) && !to.Before(day.End(v.loc)) {
		return v.p.T("admin.all_day")
	}
	return v.p.T("admin.hours", "from", v.p.Hour(from, v.loc), "to", v.ending(to, day))
}

// ending says the hour that something begun on a day ends at: « minuit » for its last instant.
func (v weekView) ending(to time.Time, day civil.Day) string {
	if to.Equal(day.End(v.loc)) {
		return v.p.T("admin.midnight")
	}
	return v.p.Hour(to, v.loc)
}

// dayView is one day of the week in words.
type dayView struct {
	Name   string
	Today  bool
	Shifts []dayShift
}

// dayShift is who is on duty in a part of a day; nobody in a gap.
type dayShift struct {
	Hours string
	Name  string
	Rank  string
	Gap   bool
	from  time.Time
}

func (v weekView) days() []dayView {
	var list []dayView
	for n := range 7 {
		day := v.monday.Add(n)
		d := dayView{Name: v.p.Day(day.Start(v.loc), v.loc), Today: day == civil.DayOf(v.plan.Now, v.loc)}
		for _, s := range rota.Clipped(v.plan.Shifts, day.Start(v.loc), day.End(v.loc)) {
			one := dayShift{Hours: v.hours(s.From, s.To, day), Name: v.name(s.Subject), from: s.From}
			if v.plan.Line.Mode == rota.InOrder {
				one.Rank = strconv.Itoa(s.Rank)
			}
			d.Shifts = append(d.Shifts, one)
		}
		for _, g := range v.plan.Gaps {
			from, to := later(g.Start, day.Start(v.loc)), earlier(g.End, day.End(v.loc))
			if from.Before(to) {
				d.Shifts = append(d.Shifts, dayShift{Hours: v.hours(from, to, day), Name: v.p.T("admin.duty.nobody"), Gap: true, from: from})
			}
		}
		slices.SortStableFunc(d.Shifts, func(a, b dayShift) int { return a.from.Compare(b.from) })
		list = append(list, d)
	}
	return list
}

func (v weekView) name(s directory.Subject) string {
	if card, ok := v.plan.Cards[s]; ok {
		return card.Name
	}
	return v.p.T("admin.shift.gone")
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// The drawing of a week, in its own units.
const (
	drawnNames = 190.0
	drawnDay   = 130.0
	drawnHead  = 30.0
	drawnRow   = 36.0
	drawnWide  = drawnNames + 7*drawnDay
)

// bar is a shift, or a gap, on the drawing.
type bar struct {
	X, Y, W float64
	Text    string
	Gap     bool
}

// drawing is a week: one lane for each person, and the last one for when there is nobody.
type drawing struct {
	High  float64
	Names []string
	Bars  []bar
	Days  []string
	Now   float64 // 0 outside of the week
}

func (v weekView) draw() drawing {
	d := drawing{}
	lanes := map[directory.Subject]int{}
	for _, s := range slices.SortedStableFunc(slices.Values(v.plan.Shifts), func(a, b rota.DutyShift) int { return a.Rank - b.Rank }) {
		if _, ok := lanes[s.Subject]; !ok {
			lanes[s.Subject] = len(d.Names)
			d.Names = append(d.Names, v.name(s.Subject))
		}
	}
	for _, s := range v.plan.Shifts {
		d.Bars = append(d.Bars, v.bar(s.From, s.To, lanes[s.Subject]))
	}
	if len(v.plan.Gaps) > 0 {
		for _, g := range v.plan.Gaps {
			b := v.bar(g.Start, g.End, len(d.Names))
			b.Gap = true
			d.Bars = append(d.Bars, b)
		}
		d.Names = append(d.Names, v.p.T("admin.duty.nobody"))
	}
	for n := range 7 {
		d.Days = append(d.Days, v.p.T("web.week."+strconv.Itoa(n))+" "+strconv.Itoa(v.monday.Add(n).Day))
	}
	d.High = drawnHead + drawnRow*float64(len(d.Names))
	if !v.plan.Now.Before(v.plan.From) && v.plan.Now.Before(v.plan.To) {
		d.Now = v.x(v.plan.Now)
	}
	return d
}

func (v weekView) bar(from, to time.Time, lane int) bar {
	const letter = 7.4
	day := civil.DayOf(from, v.loc)
	b := bar{X: v.x(from), Y: drawnHead + drawnRow*float64(lane) + 5, Text: v.hours(from, to, day)}
	if last := civil.DayOf(to, v.loc); last != day && to.After(day.End(v.loc)) {
		b.Text = v.p.T("admin.hours", "from", v.p.Hour(from, v.loc), "to", v.ending(to, last.Add(-1)))
	}
	b.W = max(3, v.x(to)-b.X)
	if float64(len([]rune(b.Text)))*letter > b.W-8 {
		b.Text = ""
	}
	return b
}

// x is where an instant stands: every day is as wide, even those of 23 or 25 hours.
func (v weekView) x(t time.Time) float64 {
	day := civil.DayOf(t, v.loc)
	start, end := day.Start(v.loc), day.End(v.loc)
	within := float64(t.Sub(start)) / float64(end.Sub(start))
	return drawnNames + drawnDay*(float64(v.monday.Until(day))+within)
}

// num writes a coordinate.
func num(x float64) string { return fmt.Sprintf("%.1f", x) }

// short cuts a name that its lane has no room for.
func short(name string) string {
	const room = 24
	if r := []rune(name); len(r) > room {
		return string(r[:room-1]) + "…"
	}
	return name
}
