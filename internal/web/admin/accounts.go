package admin

import (
	"net/http"
	"strings"

	"entractes/internal/base/i18n"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// accountsView is the list of accounts, with the code that was just made for one of them.
type accountsView struct {
	p     *i18n.Printer
	at    place
	words string
	found []auth.Known
	more  bool
	code  string // told once, for the owner of login
	login string
}

// accounts answers GET /administration/comptes.
func (p *Pages) accounts(w http.ResponseWriter, r *http.Request) error {
	return p.renderAccounts(w, r, "", "")
}

// renderAccounts shows the accounts, and once the code of one that was readmitted.
func (p *Pages) renderAccounts(w http.ResponseWriter, r *http.Request, login, code string) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	v := accountsView{p: web.P(r.Context()), at: at, words: f.Text("q", 100), code: code, login: login}
	if v.found, v.more, err = p.Auth.Search(r.Context(), at.id, v.words); err != nil {
		return err
	}
	page := web.Page{Title: v.p.T("admin.accounts.title"), Lead: v.p.T("admin.accounts.lead"), Section: "accounts"}
	return web.Render(w, r, http.StatusOK, page, accountsBody(v))
}

// readmit answers POST /administration/comptes/{id}/code: the code is shown on the page that answers, and nowhere else.
func (p *Pages) readmit(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	code, err := p.Auth.Readmit(r.Context(), auth.AccountID(r.PathValue("id")))
	if err != nil {
		return err
	}
	return p.renderAccounts(w, r, f.Text("login", 200), code)
}

// closeAccount answers POST /administration/comptes/{id}/fermer.
func (p *Pages) closeAccount(w http.ResponseWriter, r *http.Request) error {
	at, err := p.placeOf(r)
	if err != nil {
		return err
	}
	if err := p.Auth.Close(r.Context(), auth.AccountID(r.PathValue("id"))); err != nil {
		return err
	}
	return web.Redirect(w, r, at.href(accountsPath))
}

// roles are those of an account, in words.
func (v accountsView) roles(k auth.Known) string {
	words := make([]string, len(k.Roles))
	for i, role := range k.Roles {
		words[i] = v.p.T("admin.role." + strings.ToLower(string(role)))
	}
	return v.p.Join(words)
}

// proofs says what an account has beside its password, and since when it is not used.
func (v accountsView) proofs(k auth.Known) string {
	if k.Closed {
		return v.p.T("admin.accounts.closed")
	}
	return v.p.T("admin.accounts.proofs", "n", k.Proofs)
}
