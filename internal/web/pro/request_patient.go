package pro

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// identityView is who a patient is and how to reach his door, in words.
type identityView struct {
	name   string
	age    string
	street string
	access []web.Fact
	phone  directory.Phone
	whose  string // whose phone it is, when it is not his own
	route  string // address that a phone opens in its map
}

func viewIdentity(p *i18n.Printer, i patient.Identity, now time.Time) identityView {
	v := identityView{name: i.FullName(), phone: i.CallPhone(), age: age(p, i, now)}
	v.street = joinedBy(", ", i.Street, i.Building, postal(i.Commune))
	for _, f := range []struct{ key, text string }{{"code", i.Code}, {"floor", i.Floor}, {"door", i.Door}, {"name_on_door", i.NameOnDoor}} {
		v.access = append(v.access, web.Fact{Label: p.T("pro.access." + f.key), Text: f.text})
	}
	if scheme, ok := nomenclature.InsuranceSchemeOf(i.InsuranceScheme); ok {
		v.access = append(v.access, web.Fact{Label: p.T("pro.need.scheme"), Text: scheme.Label(p.Lang())})
	}
	if i.Phone == "" && i.RelativePhone != "" {
		v.whose = p.T("pro.patient.relative", "name", or(i.RelativeName, p.T("pro.patient.relative.unnamed")))
	}
	if i.Street != "" {
		v.route = mapAddress(i)
	}
	return v
}

// age is « 26 ans », « 4 mois », « 12 jours »: what changes how one comes.
func age(p *i18n.Printer, i patient.Identity, now time.Time) string {
	if i.BirthDate.IsZero() {
		return ""
	}
	today := civil.DayOf(now, placeZone(i.Commune))
	if years := i.BirthDate.YearsUntil(today); years >= 2 {
		return p.T("pro.age.years", "n", years)
	}
	days := i.BirthDate.Until(today)
	if days >= 60 {
		return p.T("pro.age.months", "n", days*12/365)
	}
	return p.T("pro.age.days", "n", max(0, days))
}

// mapAddress is the geo: address of a home: the words are what a map looks for, the point
// of the commune is what it shows when it does not understand them.
func mapAddress(i patient.Identity) string {
	at := "0,0"
	if c, ok := territory.CommuneOf(i.Commune); ok {
		at = strconv.FormatFloat(c.Point.Lat, 'f', 4, 64) + "," + strconv.FormatFloat(c.Point.Lon, 'f', 4, 64)
	}
	return "geo:" + at + "?q=" + url.QueryEscape(joinedBy(", ", i.Street, postal(i.Commune)))
}

// postal is « 91100 Corbeil-Essonnes ».
func postal(code territory.CommuneCode) string {
	c, ok := territory.CommuneOf(code)
	if !ok {
		return ""
	}
	if len(c.Postal) == 1 {
		return c.Postal[0] + " " + c.Name
	}
	return c.Name
}

// tel is the address that calls a number.
func tel(phone directory.Phone) string { return "tel:" + string(phone) }

// joined lists the texts that are there.
func joined(texts []string) string { return joinedBy(", ", texts...) }

func joinedBy(sep string, texts ...string) string {
	var some []string
	for _, t := range texts {
		if t != "" {
			some = append(some, t)
		}
	}
	return strings.Join(some, sep)
}
