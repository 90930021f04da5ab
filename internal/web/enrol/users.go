package enrol

import (
	"net/http"

	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// usersView is an establishment with its wards and who acts for them.
type usersView struct {
	p     *i18n.Printer
	house directory.Structure
	wards []enrolment.Ward
	f     *web.Form
	at    string // the form that was refused: ward, or the id of the ward of a user
	done  bool
}

// users answers GET /etablissement.
func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	return p.renderUsers(w, r, http.StatusOK, web.NewForm(), "")
}

func (p *Pages) renderUsers(w http.ResponseWriter, r *http.Request, status int, f *web.Form, at string) (err error) {
	v := usersView{p: web.P(r.Context()), f: f, at: at, done: r.URL.Query().Has("fait")}
	if v.house, v.wards, err = p.Enrolment.Users(r.Context()); err != nil {
		return err
	}
	page := web.Page{Title: v.house.Name, Lead: v.p.T("enrol.users.lead"), Section: "house", Narrow: true}
	return web.Render(w, r, status, page, usersBody(v))
}

// addWard answers POST /etablissement/services.
func (p *Pages) addWard(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	name := f.Required("name", longest)
	if err = f.Err(); err == nil {
		err = p.Enrolment.AddWard(r.Context(), name)
	}
	return p.kept(w, r, f, "ward", err)
}

// addUser answers POST /etablissement/utilisateurs.
func (p *Pages) addUser(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	ward := f.Text("ward", 64)
	u := enrolment.Referent{Name: f.Required("name", longest), Role: f.Text("role", longest), Phone: directory.Phone(f.Required("phone", longest)), Email: f.Required("email", longest)}
	if err = f.Err(); err == nil {
		err = p.Enrolment.AddUser(r.Context(), ward, u)
	}
	return p.kept(w, r, f, ward, err)
}

// closeUser answers POST /etablissement/utilisateurs/{id}/fermer.
func (p *Pages) closeUser(w http.ResponseWriter, r *http.Request) error {
	if err := p.Enrolment.CloseUser(r.Context(), auth.AccountID(r.PathValue("id"))); err != nil {
		return err
	}
	return web.Redirect(w, r, usersPath+"?fait=1")
}

func (p *Pages) kept(w http.ResponseWriter, r *http.Request, f *web.Form, at string, err error) error {
	if err != nil && f.Err() != nil || f.Take(err) {
		return p.renderUsers(w, r, http.StatusUnprocessableEntity, f, at)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, usersPath+"?fait=1")
}

// sent is what was sent to the form named at, when it is the one that comes back.
func (v usersView) sent(at, name string) string {
	if v.at != at {
		return ""
	}
	return v.f.Value(name)
}
