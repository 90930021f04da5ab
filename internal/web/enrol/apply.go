package enrol

import (
	"net/http"
	"slices"
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// noPlace is where a stranger is.
var noPlace = geo.Point{}

// form is the page of what an applicant declares.
type form struct {
	p *i18n.Printer
	f *web.Form
	// link is the end of the invitation that led here, or empty.
	link string
	// which are the communes that what was typed may mean.
	which []web.Option
	// change tells that the application is begun already.
	change bool
}

// person answers GET /inscription: empty, or what was declared while it may still be changed.
func (p *Pages) person(w http.ResponseWriter, r *http.Request) error {
	v := form{p: web.P(r.Context()), f: web.NewForm()}
	if a, err := p.Enrolment.Mine(r.Context(), web.ApplicationToken(r)); err == nil {
		switch {
		case !a.Open() || a.Kind == enrolment.Establishment && r.URL.Query().Has("modifier"):
			return web.Redirect(w, r, goOnPath)
		case a.Declared.Person != nil:
			v.f, v.change = filled(*a.Declared.Person), true
		}
	}
	return p.renderPerson(w, r, http.StatusOK, v)
}

// invited answers GET /inscription/invitation/{link}: the form holds what whoever invites has said.
func (p *Pages) invited(w http.ResponseWriter, r *http.Request) error {
	a, err := p.Enrolment.Invitation(r.Context(), r.PathValue("link"))
	if err != nil {
		return err
	}
	return p.renderPerson(w, r, http.StatusOK, form{p: web.P(r.Context()), f: filled(*a.Declared.Person), link: r.PathValue("link")})
}

func (p *Pages) renderPerson(w http.ResponseWriter, r *http.Request, status int, v form) error {
	page := web.Page{Title: v.p.T("enrol.title"), Lead: v.p.T("enrol.lead"), Narrow: true, Bare: true, Back: web.SignInPath}
	return web.Render(w, r, status, page, personBody(v))
}

// filled is the form of what was declared.
func filled(d directory.Professional) *web.Form {
	commune, _ := territory.CommuneOf(d.Commune)
	f := web.NewForm("civility", d.Civility, "given_name", d.GivenName, "family_name", d.FamilyName, "sex", d.Sex, "profession", string(d.Profession), "specialty", d.Specialty,
		"rpps", d.RPPS, "adeli", d.ADELI, "street", d.Street, "commune_code", string(d.Commune), "phone", d.Phone.String(), "email", d.Email, "network", strings.Join(d.Networks, ", "))
	if commune.Code != "" {
		f.Set("commune", commune.Label())
	}
	return f
}

// savePerson answers POST /inscription.
func (p *Pages) savePerson(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	v := form{p: web.P(r.Context()), f: f, link: f.Text("invitation", 64)}
	d := directory.Professional{
		Civility: f.OneOf("civility", "", "Dr", "Pr"), GivenName: f.Required("given_name", longest), FamilyName: f.Required("family_name", longest), Sex: f.OneOf("sex", "", "F", "M"),
		Profession: nomenclature.ProfessionCode(f.Required("profession", longest)), Specialty: f.Text("specialty", longest), RPPS: f.Text("rpps", longest), ADELI: f.Text("adeli", longest),
		Phone: directory.Phone(f.Required("phone", longest)), Email: strings.ToLower(f.Required("email", longest)), Street: f.Text("street", longest),
	}
	if n := f.Text("network", longest); n != "" {
		d.Networks = []string{n}
	}
	d.Commune, v.which = readCommune(f)
	return p.save(w, r, f, enrolment.Declared{Person: &d}, v.link, func(status int) error {
		_, err := p.Enrolment.Mine(r.Context(), web.ApplicationToken(r))
		v.change = err == nil
		return p.renderPerson(w, r, status, v)
	})
}

// save begins an application, or changes the one that the browser holds; show answers with the form when it is refused.
func (p *Pages) save(w http.ResponseWriter, r *http.Request, f *web.Form, d enrolment.Declared, link string, show func(status int) error) error {
	if f.Err() != nil {
		return show(http.StatusUnprocessableEntity)
	}
	token := web.ApplicationToken(r)
	held, err := p.Enrolment.Mine(r.Context(), token)
	switch {
	case err == nil && held.Open() && link == "" && (held.Kind == enrolment.Establishment) == (d.House != nil):
		err = p.Enrolment.Change(r.Context(), token, d)
	case err != nil && fault.KindOf(err) != fault.KindNotFound:
		return err
	default:
		if token, err = p.Enrolment.Begin(r.Context(), d, link, web.ClientAddress(r)); err == nil {
			web.SetApplication(w, r, token)
		}
	}
	if f.Take(err) {
		return show(web.Status(err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, goOnPath)
}

// readCommune reads a commune by its code, chosen while typing, or by what was typed; several that it may mean are
// returned to choose from.
func readCommune(f *web.Form) (territory.CommuneCode, []web.Option) {
	typed, code := f.Required("commune", longest), territory.CommuneCode(f.Text("commune_code", 10))
	if c, ok := territory.CommuneOf(code); ok && c.Label() == typed {
		return code, nil
	}
	var which []web.Option
	found := territory.Search(typed, noPlace, 6)
	for _, c := range found {
		which = append(which, web.Option{Value: string(c.Code), Label: c.Label(), Detail: strings.Join(c.Postal[:min(1, len(c.Postal))], "")})
	}
	switch {
	case len(found) == 1 || len(found) > 1 && fold.Key(found[0].Name) == fold.Key(typed) && fold.Key(found[1].Name) != fold.Key(typed):
		return found[0].Code, nil
	case typed != "":
		f.Refuse(fault.Invalid("enrol.commune", "commune"))
	}
	return "", which
}

// professions are those that may enrol, by name.
func (v form) professions() []web.Option {
	var out []web.Option
	for _, p := range nomenclature.Dispatchable() {
		if !p.Structure {
			out = append(out, web.Option{Value: string(p.Code), Label: upper(p.Label(v.p.Lang()))})
		}
	}
	slices.SortFunc(out, func(a, b web.Option) int { return strings.Compare(a.Label, b.Label) })
	return out
}

// specialties are those of doctors.
func (v form) specialties() []web.Option {
	var out []web.Option
	for _, s := range nomenclature.Specialties(doctors) {
		out = append(out, web.Option{Value: s.Code, Label: s.Label(v.p.Lang())})
	}
	return out
}

// doctors is the code of their profession in the national register.
const doctors = "10"

func upper(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// house answers GET /inscription/etablissement.
func (p *Pages) house(w http.ResponseWriter, r *http.Request) error {
	v := form{p: web.P(r.Context()), f: web.NewForm()}
	if a, err := p.Enrolment.Mine(r.Context(), web.ApplicationToken(r)); err == nil && a.Declared.House != nil {
		if !a.Open() {
			return web.Redirect(w, r, goOnPath)
		}
		v.f, v.change = filledHouse(*a.Declared.House), true
	}
	return p.renderHouse(w, r, http.StatusOK, v)
}

func (p *Pages) renderHouse(w http.ResponseWriter, r *http.Request, status int, v form) error {
	page := web.Page{Title: v.p.T("enrol.house.title"), Lead: v.p.T("enrol.house.lead"), Narrow: true, Bare: true, Back: startPath}
	return web.Render(w, r, status, page, houseBody(v))
}

func filledHouse(h enrolment.House) *web.Form {
	commune, _ := territory.CommuneOf(h.Commune)
	f := web.NewForm("name", h.Name, "kind", string(h.Kind), "finess", h.FINESS, "switchboard", h.Structure.Phone.String(), "street", h.Street, "commune_code", string(h.Commune),
		"wards", strings.Join(h.Wards, "\n"), "referent", h.Referent.Name, "referent_role", h.Referent.Role, "phone", h.Referent.Phone.String(), "email", h.Referent.Email)
	if commune.Code != "" {
		f.Set("commune", commune.Label())
	}
	return f
}

// houseKinds are the kinds of establishment that apply.
var houseKinds = []directory.StructureKind{directory.Establishment, directory.HomeService, directory.HealthCentre}

// saveHouse answers POST /inscription/etablissement.
func (p *Pages) saveHouse(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	v := form{p: web.P(r.Context()), f: f}
	h := enrolment.House{
		Structure: directory.Structure{Name: f.Required("name", longest), Kind: directory.StructureKind(f.OneOf("kind", kindValues()...)), FINESS: f.Required("finess", longest), Street: f.Text("street", longest)},
		Wards:     strings.Split(f.Required("wards", 10000), "\n"),
		Referent:  enrolment.Referent{Name: f.Required("referent", longest), Role: f.Text("referent_role", longest), Phone: directory.Phone(f.Required("phone", longest)), Email: strings.ToLower(f.Required("email", longest))},
	}
	number, err := directory.ParsePhone(f.Text("switchboard", longest))
	if err != nil {
		f.Refuse(fault.Invalid("directory.phone", "switchboard"))
	}
	h.Structure.Phone = number
	h.Commune, v.which = readCommune(f)
	return p.save(w, r, f, enrolment.Declared{House: &h}, "", func(status int) error { return p.renderHouse(w, r, status, v) })
}

func kindValues() []string {
	out := make([]string, len(houseKinds))
	for i, k := range houseKinds {
		out[i] = string(k)
	}
	return out
}

func (v form) kinds() []web.Option {
	var out []web.Option
	for _, k := range houseKinds {
		out = append(out, web.Option{Value: string(k), Label: v.p.T("enrol.house.kind." + string(k))})
	}
	return out
}

// labels name the fields, for the summary of what is refused.
func (v form) labels() map[string]string {
	out := map[string]string{}
	for _, name := range []string{
		"given_name", "family_name", "profession", "specialty", "rpps", "adeli", "street", "commune", "phone", "email", "network", "name", "kind", "finess", "switchboard", "wards", "referent", "referent_role",
	} {
		out[name] = v.p.T("enrol.field." + name)
	}
	return out
}
