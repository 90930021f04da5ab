package dev

import (
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// ticketLife is how long a browser may take to come to the host of the part.
const ticketLife = time.Minute

// play answers POST /demo/jouer/{account}: it opens a session and goes to « suite ». On
// a machine of one's own, the part gets its own host name, and so its own cookie: two
// parts can be played in two windows. « ici » plays in this window instead.
func (p *Pages) play(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	to := web.LocalPath(f.Text("suite", 2000), "/")
	account, err := p.account(r, auth.AccountID(r.PathValue("account")))
	if err != nil {
		return err
	}
	token, err := p.Auth.OpenSession(actor.With(r.Context(), actor.System("demo")), account.ID, auth.Visitor{Agent: r.UserAgent(), Address: "demo"})
	if err != nil {
		return err
	}
	host, ok := hostOf(r.Host, account.Login)
	if !ok || f.Bool("ici") {
		web.SetSession(w, r, token)
		return web.Redirect(w, r, to)
	}
	key := p.keep(ticket{token, to, web.Now(r.Context()).Add(ticketLife)})
	mayLeave(w)
	http.Redirect(w, r, (&url.URL{Scheme: "http", Host: host, Path: "/demo/entrer", RawQuery: url.Values{"billet": {key}}.Encode()}).String(), http.StatusSeeOther)
	return nil
}

func (p *Pages) account(r *http.Request, id auth.AccountID) (a auth.Account, err error) {
	err = p.DB.View(r.Context(), func(tx *db.Tx) error {
		a, err = auth.AccountByID(tx, id)
		return err
	})
	return a, err
}

// enter answers GET /demo/entrer on the host of the part: its ticket becomes the session.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	t, ok := p.take(r.URL.Query().Get("billet"), web.Now(r.Context()))
	if !ok {
		return fault.NotFound("page")
	}
	web.SetSession(w, r, t.token)
	return web.Redirect(w, r, t.to)
}

// keep holds a ticket and returns its key; those nobody came with are forgotten.
func (p *Pages) keep(t ticket) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, old := range p.tickets {
		if t.ends.Sub(old.ends) > ticketLife {
			delete(p.tickets, key)
		}
	}
	key := rand.Text()
	p.tickets[key] = t
	return key
}

// take gives a ticket once.
func (p *Pages) take(key string, now time.Time) (ticket, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok := p.tickets[key]
	delete(p.tickets, key)
	return t, ok && now.Before(t.ends)
}

// hostOf names the host of a part beside host, with its port: leonore.localhost:8080.
// False where names under localhost do not lead: on another machine.
func hostOf(host, login string) (string, bool) {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, ""
	}
	ip, err := netip.ParseAddr(strings.Trim(name, "[]"))
	if name != "localhost" && !strings.HasSuffix(name, ".localhost") && (err != nil || !ip.IsLoopback()) {
		return "", false
	}
	name = strings.ReplaceAll(fold.Key(login), " ", "-") + ".localhost"
	if port != "" {
		name = net.JoinHostPort(name, port)
	}
	return name, true
}

// mayLeave lets the forms of a page lead to the hosts of the parts, which browsers
// otherwise refuse: they look at where a form is sent on to.
func mayLeave(w http.ResponseWriter) {
	h := w.Header()
	const policy = "Content-Security-Policy"
	h.Set(policy, strings.Replace(h.Get(policy), "form-action 'self'", "form-action 'self' http://*.localhost:*", 1))
}
