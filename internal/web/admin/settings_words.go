package admin

import (
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/territory"
)

const nbsp = "\u00a0"

// words says the value of a setting, written as territory.Settings.Get writes it.
func words(p *i18n.Printer, o territory.Option, value string) string {
	switch o.Kind {
	case "duration":
		if d, err := time.ParseDuration(value); err == nil {
			return duration(p, d)
		}
	case "hour":
		return hour(p, value)
	case "night":
		from, to, _ := strings.Cut(value, "-")
		return p.T("admin.value.night", "from", hour(p, from), "to", hour(p, to))
	case "percent":
		return p.T("admin.value.percent", "x", value)
	case "km":
		if x, err := strconv.ParseFloat(value, 64); err == nil {
			return p.T("admin.value.km", "x", x)
		}
	case "list":
		return p.T("admin.value."+o.Key, "list", strings.ReplaceAll(value, ",", ", ")) // each list has its sentence
	case "yes_no":
		if value == "true" {
			return p.T("admin.value.yes")
		}
		return p.T("admin.value.no")
	}
	return value
}

// duration says a delay exactly, in hours up to two days: « 24 h » and not « 1 j ».
func duration(p *i18n.Printer, d time.Duration) string {
	const longHours = 48 * time.Hour
	switch {
	case d < time.Minute && d > 0:
		return strconv.Itoa(int(d/time.Second)) + nbsp + "s"
	case d%time.Minute != 0:
		return duration(p, d.Truncate(time.Minute)) + nbsp + duration(p, d%time.Minute)
	case d == 0:
		return "0" + nbsp + "min"
	case d <= longHours && d%time.Hour == 0:
		return strconv.Itoa(int(d/time.Hour)) + nbsp + "h"
	}
	return p.Duration(d)
}

// hour says 21:00 as the language does.
func hour(p *i18n.Printer, text string) string {
	minute, err := civil.ParseHour(text)
	if err != nil {
		return text
	}
	return p.Hour(time.Date(2001, 1, 1, 0, minute, 0, 0, time.UTC), time.UTC)
}

// label names a setting.
func label(p *i18n.Printer, key string) string {
	if k := "territory.setting." + key; p.Has(k) {
		return p.T(k)
	}
	return key
}

// help says what a setting changes; "" when its label says it all.
func help(p *i18n.Printer, key string) string {
	for ; key != ""; key = key[:max(0, strings.LastIndexByte(key, '.'))] {
		if k := "admin.help." + key; p.Has(k) {
			return p.T(k)
		}
	}
	return ""
}

// bounds says between what a setting may be; "" when it has no bounds.
func bounds(p *i18n.Printer, o territory.Option) string {
	if o.Max == "" {
		return ""
	}
	return p.T("admin.bounds", "min", edge(p, o, o.Min), "max", edge(p, o, o.Max))
}

// edge says a bound: that of a list is one of its numbers.
func edge(p *i18n.Printer, o territory.Option, value string) string {
	if o.Kind == "list" {
		return value
	}
	return words(p, o, value)
}

// function says who decided without naming anybody.
func function(p *i18n.Printer, r actor.Role) string {
	switch r {
	case actor.RoleTerritoryAdmin:
		return p.T("admin.role.territory")
	case actor.RolePlatformAdmin:
		return p.T("admin.role.platform")
	}
	return p.T("admin.role.house")
}

// say writes the values that a refusal carries as people read them.
func say(p *i18n.Printer, e *fault.Error) *fault.Error {
	o, ok := optionOf(e.Field)
	if !ok {
		return e
	}
	said := *e
	said.Values = nil
	for i := 0; i+1 < len(e.Values); i += 2 {
		v := e.Values[i+1]
		if text, isText := v.(string); isText && e.Values[i] == "value" {
			v = words(p, o, text)
		} else if isText && (e.Values[i] == "min" || e.Values[i] == "max") {
			v = edge(p, o, text)
		}
		said.Values = append(said.Values, e.Values[i], v)
	}
	return &said
}

// decimal writes what was typed or kept as the language does.
func decimal(v editView, text string) string {
	if x, err := strconv.ParseFloat(text, 64); err == nil {
		return v.p.T("me.number", "x", x)
	}
	return text
}

// compareFolded orders words without regard to accents.
func compareFolded(a, b string) int { return strings.Compare(fold.Key(a), fold.Key(b)) }
