package account

import (
	"net/http"
	"strings"
	"time"

	"entractes/internal/base/i18n"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// security is what the page of an account shows.
type security struct {
	factors auth.Factors
	devices []auth.Device
	fresh   bool // something was just changed
	now     time.Time
	zone    *time.Location
}

// account answers GET /compte: what proves its owner, and where he is in.
func (p *Pages) account(w http.ResponseWriter, r *http.Request) (err error) {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	s := security{fresh: f.Has("fait"), now: web.Now(r.Context()), zone: time.UTC}
	if p.Zone != nil {
		s.zone = p.Zone(r.Context(), web.Actor(r.Context()))
	}
	if s.factors, err = p.Auth.Factors(r.Context()); err != nil {
		return err
	}
	if s.devices, err = p.Auth.Devices(r.Context()); err != nil {
		return err
	}
	t := web.P(r.Context())
	page := web.Page{Title: t.T("account.security"), Lead: t.T("account.security.lead"), Narrow: true, Section: "me"}
	return web.Render(w, r, http.StatusOK, page, accountBody(s))
}

// endDevice answers POST /compte/appareils/{id}.
func (p *Pages) endDevice(w http.ResponseWriter, r *http.Request) error {
	if err := p.Auth.EndDevice(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return web.Redirect(w, r, accountPath+"?fait=1")
}

// endOthers answers POST /compte/appareils: every session but this one ends.
func (p *Pages) endOthers(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Auth.EndOthers(r.Context()); err != nil {
		return err
	}
	return web.Redirect(w, r, accountPath+"?fait=1")
}

// browsers and systems are looked for in what a browser says of itself, in this order: most claim
// to be several.
var (
	browsers = []struct{ in, name string }{{"Edg/", "Edge"}, {"Firefox/", "Firefox"}, {"SamsungBrowser", "Samsung"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = []struct{ in, name string }{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"Linux", "Linux"}}
)

// machine names a browser as its owner knows it: « Chrome, Android ».
func machine(t *i18n.Printer, agent string) string {
	var words []string
	for _, b := range browsers {
		if strings.Contains(agent, b.in) {
			words = append(words, b.name)
			break
		}
	}
	for _, s := range systems {
		if strings.Contains(agent, s.in) {
			words = append(words, s.name)
			break
		}
	}
	if len(words) == 0 {
		return t.T("account.machine")
	}
	return strings.Join(words, ", ")
}
