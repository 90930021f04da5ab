package pro

import (
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/web"
)

// trait is one part of an identity in words.
type trait struct{ label, text string }

// traits lists every part of an identity in words, in one order.
func traits(p *i18n.Printer, i patient.Identity) []trait {
	attribute := ""
	if i.Fictitious {
		attribute = p.T("identity.attribute." + fictitiousIdentity)
	} else if i.Doubtful {
		attribute = p.T("identity.attribute." + doubtfulIdentity)
	}
	list := []trait{
		{"birth_name", i.BirthName}, {"first_name", i.FirstName}, {"given_names", i.GivenNames}, {"birth_date", bornWords(p, i)}, {"sex", p.T("pro.sex." + string(i.Sex))},
		{"birth_place", i.BirthPlace}, {"birth_place_code", i.BirthPlaceCode}, {"family_name", i.FamilyName}, {"given_name", i.GivenName},
		{"ins_status", p.T("pro.ins." + string(i.INSStatus))}, {"attribute", attribute}, {"document", documentWords(p, i.Proof.Document)},
		{"seen_on", dayWords(i.Proof.SeenOn)}, {"fetched_on", dayWords(i.Proof.FetchedOn)}, {"fetched_by", i.Proof.FetchedBy}, {"ins", i.INS.String()},
		{"phone", i.Phone.String()}, {"relative", joinedBy(" ", i.RelativeName, i.RelativePhone.String())},
		{"commune", communeName(i.Commune)}, {"street", i.Street}, {"building", i.Building}, {"floor", i.Floor}, {"door", i.Door}, {"code", i.Code}, {"name_on_door", i.NameOnDoor},
		{"file_number", i.FileNumber},
	}
	if s, ok := nomenclature.InsuranceSchemeOf(i.InsuranceScheme); ok {
		list = append(list, trait{"insurance_scheme", s.Label(p.Lang())})
	} else {
		list = append(list, trait{"insurance_scheme", ""})
	}
	for n := range list {
		list[n].label = p.T("identity." + list[n].label)
	}
	return list
}

// dayWords is « 16/03/2026 ».
func dayWords(d civil.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.Start(placeZone("")).Format("02/01/2006")
}

func documentWords(p *i18n.Printer, d patient.Document) string {
	if d == "" {
		return ""
	}
	return p.T("identity.document." + string(d))
}

// changes tells, for each change of the identity, who made it, when, and from what to what.
func (v identityPage) changes() []web.Entry {
	var entries []web.Entry
	next := traits(v.p, v.Identity)
	for _, was := range v.Versions {
		former := traits(v.p, was.Identity)
		var lines []web.Fact
		for n, t := range former {
			if t.text != next[n].text {
				lines = append(lines, web.Fact{Label: t.label, Text: v.p.T("identity.change", "was", or(t.text, v.p.T("identity.nothing")), "is", or(next[n].text, v.p.T("identity.nothing")))})
			}
		}
		entry := web.Entry{Title: v.p.T("identity.changed", "n", len(lines)), Icon: "pencil", At: v.p.T("pro.story.at", "at", moment(v.p, was.Until, v.now, v.loc), "who", was.Name)}
		if len(lines) > 0 {
			entry.Body = web.Facts{List: lines, Stacked: true}
		}
		entries, next = append(entries, entry), former
	}
	return entries
}
