package pro

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// What may be said of an identity besides its status.
const (
	ordinaryIdentity   = "none"
	fictitiousIdentity = "fictitious"
	doubtfulIdentity   = "doubtful"
)

// patientIdentity answers GET /patients/{id}/identite: the identity as a form, and what it was.
func (p *Pages) patientIdentity(w http.ResponseWriter, r *http.Request) error {
	file, err := p.Requests.IdentityFile(r.Context(), patient.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	f := web.NewForm()
	writeIdentity(f, file.Patient)
	return p.renderIdentity(w, r, http.StatusOK, file, f, nil)
}

// changeIdentity answers POST /patients/{id}/identite.
func (p *Pages) changeIdentity(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id := patient.ID(r.PathValue("id"))
	near, err := p.near(r.Context())
	if err != nil {
		return err
	}
	file, err := p.Requests.IdentityFile(r.Context(), id)
	if err != nil {
		return err
	}
	i := readWholeIdentity(f)
	i.RelativeName, i.RelativePhone = file.Identity.RelativeName, file.Identity.RelativePhone
	var communes []territory.Found
	i.Commune, communes = readCommune(f, "commune", near)
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64)
	if err = f.Err(); err == nil {
		err = p.Requests.ChangeIdentity(r.Context(), id, version, i)
	}
	if err == nil {
		return web.Redirect(w, r, patientAddress(id)+"?fait=identite")
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.renderIdentity(w, r, web.Status(err), file, f, communes)
}

func (p *Pages) renderIdentity(w http.ResponseWriter, r *http.Request, status int, file request.IdentityFile, f *web.Form, communes []territory.Found) error {
	ctx := r.Context()
	v := identityPage{IdentityFile: file, p: web.P(ctx), now: web.Now(ctx), form: f, communes: communes, loc: placeZone(file.Identity.Commune)}
	page := web.Page{Title: v.p.T("identity.title"), Lead: file.Identity.FullName(), Section: "patients", Back: patientAddress(file.Patient.ID)}
	return p.render(w, r, status, page, identityBody(v))
}

// readWholeIdentity reads every part of an identity but its commune and its relatives. What
// is known of the birth makes its date.
func readWholeIdentity(f *web.Form) patient.Identity {
	i := patient.Identity{
		FamilyName: f.Text("family_name", nameMax), BirthName: f.Text("birth_name", nameMax), GivenName: f.Text("given_name", nameMax),
		FirstName: f.Text("first_name", nameMax), GivenNames: f.Text("given_names", nameMax),
		BirthPlace: f.Text("birth_place", nameMax), BirthPlaceCode: f.Text("birth_place_code", codeMax), Sex: patient.Sex(f.Value("sex")),
		Phone: directory.Phone(f.Text("phone", codeMax)), Street: f.Text("street", 2*nameMax), Building: f.Text("building", codeMax), Floor: f.Text("floor", codeMax),
		Door: f.Text("door", codeMax), Code: f.Text("code", codeMax), NameOnDoor: f.Text("name_on_door", nameMax),
		FileNumber: f.Text("file_number", codeMax), InsuranceScheme: f.Text("insurance_scheme", codeMax),
		INSStatus: patient.INSStatus(f.Value("ins_status")), INS: patient.INS{Matricule: f.Text("ins", codeMax), OID: patient.OID(f.Value("ins_oid"))},
		Fictitious: f.Value("attribute") == fictitiousIdentity, Doubtful: f.Value("attribute") == doubtfulIdentity,
		Proof: patient.Proof{
			Document: patient.Document(f.Value("document")), SeenOn: readDay(f, "seen_on"),
			FetchedOn: readDay(f, "fetched_on"), FetchedBy: f.Text("fetched_by", nameMax),
		},
	}
	known := patient.KnownBirth{
		Year: f.Int("birth_year", 1850, 2200), Month: f.Int("birth_month", 1, 12), Day: f.Int("birth_day", 1, 31), Estimated: f.Bool("birth_estimated"),
	}
	i.BirthDate, i.BirthKnown = known.Conventional()
	return i
}

// writeIdentity fills the form with what is kept; the parts of a birth date that are a convention stay empty.
func writeIdentity(f *web.Form, of patient.Patient) {
	i := of.Identity
	attribute := ordinaryIdentity
	if i.Fictitious {
		attribute = fictitiousIdentity
	} else if i.Doubtful {
		attribute = doubtfulIdentity
	}
	values := map[string]string{
		"version": strconv.FormatInt(of.Version, 10), "family_name": i.FamilyName, "birth_name": i.BirthName, "given_name": i.GivenName, "first_name": i.FirstName,
		"given_names": i.GivenNames, "birth_place": i.BirthPlace, "birth_place_code": i.BirthPlaceCode, "sex": string(i.Sex), "phone": i.Phone.String(),
		"street": i.Street, "building": i.Building, "floor": i.Floor, "door": i.Door, "code": i.Code, "name_on_door": i.NameOnDoor, "file_number": i.FileNumber,
		"insurance_scheme": i.InsuranceScheme, "ins_status": string(i.INSStatus), "ins": i.INS.String(), "ins_oid": string(i.INS.OID), "attribute": attribute,
		"document": string(i.Proof.Document), "fetched_by": i.Proof.FetchedBy, "seen_on": dayValue(i.Proof.SeenOn), "fetched_on": dayValue(i.Proof.FetchedOn),
		"birth_year": strconv.Itoa(i.BirthDate.Year), "birth_estimated": yes(i.BirthKnown == patient.BirthEstimated),
		"commune": communeName(i.Commune), "commune_code": string(i.Commune),
	}
	if i.BirthKnown == "" || i.BirthKnown == patient.BirthNoDay {
		values["birth_month"] = strconv.Itoa(int(i.BirthDate.Month))
	}
	if i.BirthKnown == "" || i.BirthKnown == patient.BirthNoMonth {
		values["birth_day"] = strconv.Itoa(i.BirthDate.Day)
	}
	for name, value := range values {
		f.Set(name, value)
	}
}

func dayValue(d civil.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// identityPage is an identity being read or changed.
type identityPage struct {
	request.IdentityFile
	p        *i18n.Printer
	now      time.Time
	form     *web.Form
	communes []territory.Found
	loc      *time.Location
}

func (v identityPage) fault(ctx context.Context, name string) string { return v.form.Fault(ctx, name) }

// today is the last day a proof may bear.
func (v identityPage) today() string { return civil.DayOf(v.now, v.loc).String() }

// statuses are the present one and those that may follow it.
func (v identityPage) statuses() []web.Option {
	var options []web.Option
	for _, s := range patient.INSStatuses() {
		if v.Identity.INSStatus.MayBecome(s) {
			options = append(options, web.Option{Value: string(s), Label: v.p.T("pro.ins." + string(s)), Detail: v.p.T("identity.status." + string(s)), Icon: statusIcon(s)})
		}
	}
	return options
}

func statusIcon(s patient.INSStatus) string {
	switch s {
	case patient.INSQualified:
		return "shield-check"
	case patient.INSValidated:
		return "circle-check"
	case patient.INSFetched:
		return "fingerprint"
	}
	return "circle-dashed"
}

func (v identityPage) attributes() []web.Option {
	var options []web.Option
	for _, a := range []string{ordinaryIdentity, doubtfulIdentity, fictitiousIdentity} {
		options = append(options, web.Option{Value: a, Label: v.p.T("identity.attribute." + a)})
	}
	return options
}

func (v identityPage) documents() []web.Option {
	var options []web.Option
	for _, d := range patient.Documents() {
		options = append(options, web.Option{Value: string(d), Label: v.p.T("identity.document." + string(d))})
	}
	return options
}

func (v identityPage) oids() []web.Option {
	var options []web.Option
	for _, o := range patient.OIDs() {
		options = append(options, web.Option{Value: string(o), Label: v.oid(o)})
	}
	return options
}

func (v identityPage) oid(o patient.OID) string {
	return v.p.T("identity.oid." + string(o)[strings.LastIndex(string(o), ".")+1:])
}

func (v identityPage) sexes() []web.Option {
	var options []web.Option
	for _, s := range []patient.Sex{patient.Female, patient.Male, patient.UnknownSex} {
		options = append(options, web.Option{Value: string(s), Label: v.p.T("pro.sex." + string(s))})
	}
	return options
}

func (v identityPage) schemes() []web.Option {
	var options []web.Option
	for _, s := range nomenclature.InsuranceSchemes() {
		options = append(options, web.Option{Value: s.Code, Label: s.Label(v.p.Lang())})
	}
	return options
}

// labels name the fields in the summary of what is at fault.
func (v identityPage) labels() map[string]string {
	out := map[string]string{}
	for _, name := range []string{
		"birth_name", "first_name", "given_names", "birth_year", "birth_month", "birth_day", "birth_date", "sex", "birth_place", "birth_place_code", "family_name", "given_name",
		"phone", "commune", "street", "building", "floor", "door", "code", "name_on_door", "file_number", "insurance_scheme",
		"ins_status", "document", "seen_on", "fetched_on", "fetched_by", "ins", "ins_oid",
	} {
		out[name] = v.p.T("identity." + name)
	}
	return out
}

// bornWords is the birth as it is known: « vers 1940 », « mai 1941, jour inconnu ».
func bornWords(p *i18n.Printer, i patient.Identity) string {
	if i.BirthDate.IsZero() {
		return ""
	}
	loc := placeZone(i.Commune)
	day := p.DayYear(i.BirthDate.Start(loc), loc)
	if i.BirthKnown == "" {
		return day
	}
	return p.T("identity.born."+string(i.BirthKnown), "day", day, "year", strconv.Itoa(i.BirthDate.Year))
}
