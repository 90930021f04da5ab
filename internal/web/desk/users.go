package desk

import (
	"net/http"
	"net/url"
	"strings"

	"entractes/internal/base/i18n"
	"entractes/internal/care/supervise"
	"entractes/internal/web"
)

// users answers GET /supervision/utilisateurs: the accounts of the territory, by login.
func (p *Pages) users(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	after := f.Text("apres", codeMax)
	page, err := p.Console.Users(r.Context(), after)
	if err != nil {
		return err
	}
	v := usersView{web.P(r.Context()), page, after}
	return web.Render(w, r, http.StatusOK, web.Page{Title: v.p.T("desk.users.title"), Lead: page.Territory.Name, Section: "supervision", Back: consolePath, Wide: true}, usersBody(v))
}

type usersView struct {
	p     *i18n.Printer
	page  supervise.Users
	after string
}

func (v usersView) roles(u supervise.User) string {
	words := make([]string, len(u.Roles))
	for i, r := range u.Roles {
		words[i] = v.p.T("desk.role." + strings.ToLower(string(r)))
	}
	return strings.Join(words, ", ")
}

func (v usersView) works(u supervise.User) []string {
	words := []string{u.Structure}
	if u.Profession != "" {
		words = append(words, upper(u.Profession.Label(v.p.Lang())))
	}
	return nonEmpty(words...)
}

func (v usersView) seen(u supervise.User) string {
	if u.Seen.IsZero() {
		return v.p.T("desk.users.never")
	}
	return v.p.Moment(u.Seen, v.page.Now, v.page.Territory.Location())
}

func (v usersView) next() string { return usersPath + "?apres=" + url.QueryEscape(v.page.After) }
