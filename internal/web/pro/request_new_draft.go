package pro

import (
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// personFields are those about who the patient is, which his file keeps, and about the
// sending, which is said again when it comes.
var personFields = []string{
	"patient", "family_name", "given_name", "birth_name", "birth_date", "birth_place", "sex", "insurance_scheme", "commune", "commune_code", "commune_code_for", "street", "building", "floor", "door",
	"code", "name_on_door", "phone", "relative_phone", "relative_name", "file_number", "gp", "gp_id", "gp_id_for", "caller", "caller_id", "caller_id_for", "consent", "action", "draft", "open", "need", "twin",
}

// aboutNeed tells whether a field says what is wanted, and not for whom.
func aboutNeed(field string) bool {
	return !slices.Contains(personFields, field) && field != "my_phone" || field == "consent"
}

// draftOf is what a draft keeps of its form: all that is wanted, as it was typed, the days
// being those they were when it was typed.
func draftOf(f *web.Form, now time.Time, loc *time.Location) map[string][]string {
	kept := web.CopyForm(f)
	for _, n := range needsIn(kept) {
		n.keepDay(now, loc)
	}
	content := kept.Content()
	for _, name := range personFields {
		delete(content, name)
	}
	return content
}

// writeAsk fills the form with a draft, whose key it takes, or with a request to be asked again.
func writeAsk(f *web.Form, sh request.Sheet, s territory.Settings) {
	f.Set("patient", string(sh.Request.Patient))
	f.Set("my_phone", directory.Phone(sh.From.Phone).String())
	f.Set(web.KeyField, sh.Key())
	loc := civil.ZoneOf(string(sh.Commune)).Loc
	if sh.State == request.Draft && sh.Details != nil && len(sh.Details.Form) > 0 {
		for name, values := range sh.Details.Form {
			f.Set(name, values...)
		}
		return
	}
	usual := request.DefaultTimes(sh.Urgency, s, sh.StartAt, sh.Created, civil.ZoneOf(string(sh.Commune))).RespondWithin
	need{f: f}.write(sh.Request, sh.Details, usual, loc)
	writePrescription(f, sh.Request)
}
