package pro

import (
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
)

// address is the page of a request.
func address(id request.ID) string { return "/demandes/" + string(id) }

// zone is where the hours of a request are lived.
func zone(r request.Row) *time.Location { return placeZone(r.Commune) }

func placeZone(c territory.CommuneCode) *time.Location { return civil.ZoneOf(string(c)).Loc }

func communeName(code territory.CommuneCode) string {
	c, ok := territory.CommuneOf(code)
	if !ok {
		return string(code)
	}
	return c.Name
}

// acts lists what is asked in a few words: « Injection s/c, retrait d’agrafes ».
func acts(p *i18n.Printer, r request.Request) string {
	var words []string
	for _, a := range r.Acts {
		words = append(words, a.Label(p.Lang()))
	}
	if len(words) == 0 {
		return r.Mode.Label(p.Lang())
	}
	return strings.Join(words, ", ")
}

// moment says t, with its day only when it is not today: « 12 h 40 », « demain 8 h ».
func moment(p *i18n.Printer, t, now time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if civil.DayOf(t, loc) == civil.DayOf(now, loc) {
		return p.Hour(t, loc)
	}
	return p.Moment(t, now, loc)
}

// shortMoment is moment where there is little room: « 21 h », « jeu. 7 ».
func shortMoment(p *i18n.Printer, t, now time.Time, loc *time.Location) string {
	day := civil.DayOf(t, loc)
	if day == civil.DayOf(now, loc) {
		return p.Hour(t, loc)
	}
	return p.T("pro.short_day", "weekday", p.T("pro.weekday."+t.In(loc).Weekday().String()), "day", day.Day)
}

// immediate tells whether care is wanted within hours, day or night.
func immediate(u nomenclature.Urgency) bool {
	t, ok := nomenclature.UrgencyOf(u)
	return ok && t.DayAndNight
}

// or returns the first that is not empty.
func or(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}
