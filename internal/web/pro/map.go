package pro

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// mapPath is the page of the map.
const mapPath = "/carte"

// mapWidth is the width of the drawing in its own units.
const mapWidth = 960.0

// mapView is the map in words and figures.
type mapView struct {
	Profession string
	Options    []web.Option
	Who        string // « infirmiers »
	Day, Hour  string
	Days       []web.Option
	Hours      []web.Option
	At         string // « mardi 22 h »; empty when no hour is asked
	High       float64
	Communes   []communeView
	Holes      []communeView
	Alone      int // people who live where nobody comes
	Shapes     bool
	About      bool // some positions are estimated
}

// communeView is one commune of the drawing and of the table.
type communeView struct {
	Name, Code   string
	X, Y, R      float64
	Path         string
	Desk, Phone  label // its name, where there is room for it
	People       int
	Based, Reach int
	Free         int
	About        bool
	Tone         web.Tone
}

// enough is from how many people a commune is no longer fragile.
const enough = 3

func (c communeView) tone() web.Tone {
	switch {
	case c.Free == 0:
		return web.Alert
	case c.Free < enough:
		return web.Wait
	}
	return web.Taken
}

// territoryMap answers GET /carte: one profession, at an hour of the week or at any.
func (p *Pages) territoryMap(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	profession := nomenclature.ProfessionCode(f.Value("metier"))
	if prof, ok := nomenclature.ProfessionOf(profession); !ok || !prof.Dispatchable {
		profession = nomenclature.Nurse
	}
	at := hourAsked(f, web.Now(ctx), civil.Paris())
	m, by, err := p.Directory.Presence(ctx, profession, at)
	if err != nil {
		return err
	}
	v := viewMap(m, by)
	v.ask(ctx, f, profession, at)
	return p.render(w, r, http.StatusOK, web.Page{Title: printer(ctx).T("people.map"), Lead: m.Territory.Name, Section: "map"}, mapBody(v))
}

// hourAsked is the next instant at which that hour of that day comes; zero for any hour.
func hourAsked(f *web.Form, now time.Time, loc *time.Location) time.Time {
	if f.Value("heure") == "" {
		return time.Time{}
	}
	hour, weekday := f.Int("heure", 0, 23), f.Value("jour")
	day := civil.DayOf(now, loc)
	if n, err := strconv.Atoi(weekday); err == nil && n >= 0 && n < 7 {
		for day.Weekday() != time.Weekday((n+1)%7) {
			day = day.Add(1)
		}
	}
	if at := civil.First(day, hour*60, loc); at.After(now) {
		return at
	}
	if weekday == "" {
		return now
	}
	return civil.First(day.Add(7), hour*60, loc)
}

// ask fills what the filters of the page show.
func (v *mapView) ask(ctx context.Context, f *web.Form, profession nomenclature.ProfessionCode, at time.Time) {
	p := printer(ctx)
	prof, _ := nomenclature.ProfessionOf(profession)
	v.Profession, v.Who, v.Options = string(profession), prof.Plural(p.Lang()), professions(ctx)
	v.Day, v.Hour = f.Value("jour"), f.Value("heure")
	for d := range 7 {
		v.Days = append(v.Days, web.Option{Value: strconv.Itoa(d), Label: capital(p.T("common.weekday." + strconv.Itoa((d+1)%7)))})
	}
	for h := range 24 {
		v.Hours = append(v.Hours, web.Option{Value: strconv.Itoa(h), Label: p.T("web.week.hour", "h", strconv.Itoa(h))})
	}
	if !at.IsZero() {
		v.At = p.Day(at, civil.Paris()) + " " + p.Hour(at, civil.Paris())
	}
}

// viewMap places the communes and says how well each is covered.
func viewMap(m territory.Map, by map[territory.CommuneCode]directory.Presence) mapView {
	v := mapView{High: m.Height(mapWidth), Communes: placed(m)}
	for i := range v.Communes {
		c := &v.Communes[i]
		n := by[territory.CommuneCode(c.Code)]
		c.Based, c.Reach, c.Free = n.Based, n.Reach, n.Free
		c.Tone = c.tone()
		v.Shapes, v.About = v.Shapes || c.Path != "", v.About || c.About
	}
	name(v.Communes, deskWriting)
	for _, c := range v.Communes {
		if c.Free == 0 {
			v.Holes = append(v.Holes, c)
			v.Alone += c.People
		}
	}
	return v
}

// href is the directory of who serves the commune.
func (v mapView) href(c communeView) string {
	q := url.Values{"metier": {v.Profession}, "commune": {c.Name}, "commune_code": {c.Code}, "commune_code_for": {c.Name}}
	return peoplePath + "?" + q.Encode()
}

func px(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
