package dev

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// What the page shows at once.
const (
	mostPhones   = 18
	mostMessages = 8
)

// phones answers GET /dev/telephones: every telephone and mailbox that received
// something, the last first; « q » keeps those whose owner it names, « roles » those of
// the parts to play.
func (p *Pages) phones(w http.ResponseWriter, r *http.Request) error {
	v := phonesView{q: strings.TrimSpace(r.URL.Query().Get("q")), parts: r.URL.Query().Has("roles"), now: web.Now(r.Context()), p: web.P(r.Context())}
	if err := p.DB.View(r.Context(), func(tx *db.Tx) error { return v.read(tx, p.Deps) }); err != nil {
		return err
	}
	mayLeave(w)
	page := web.Page{Title: v.p.T("dev.phones"), Lead: v.p.T("dev.phones.lead"), Tabs: []web.Tab{}, Wide: true, Watch: true}
	return web.Render(w, r, http.StatusOK, page, phonesBody(v))
}

// phonesView is the page.
type phonesView struct {
	q      string
	parts  bool // only the parts to play
	now    time.Time
	p      *i18n.Printer
	phones []phone
}

// phone is what one owner received, on his telephone and in his mailbox.
type phone struct {
	Owner
	id       string
	number   string
	messages []fakephone.Message
}

// read fills v with the phones that the search keeps.
func (v *phonesView) read(tx *db.Tx, d Deps) error {
	personas, err := d.Personas(tx)
	if err != nil {
		return err
	}
	targets, err := fakephone.Targets(tx)
	if err != nil {
		return err
	}
	names := make([]string, len(targets))
	for i, t := range targets {
		names[i] = t.Target
	}
	owners, err := d.Owners(tx, names)
	if err != nil {
		return err
	}
	at := map[string]int{} // place of an owner's phone in v.phones
	for _, t := range targets {
		o, ok := owners[t.Target]
		if !ok {
			o = Owner{Name: t.Target}
		}
		part := slices.ContainsFunc(personas, func(p Persona) bool { return p.Account == o.Account })
		if v.parts && !part || !v.keeps(o, t.Target) {
			continue
		}
		key := string(o.Account) + o.Name
		i, known := at[key]
		if !known && len(v.phones) == mostPhones {
			continue
		}
		if !known {
			i, at[key] = len(v.phones), len(v.phones)
			v.phones = append(v.phones, phone{Owner: o, id: "tel-" + strings.ReplaceAll(fold.Key(t.Target), " ", "-")})
		}
		if err := v.phones[i].add(tx, t); err != nil {
			return err
		}
	}
	return nil
}

// keeps tells whether the search names an owner: each of its words begins one of his.
func (v *phonesView) keeps(o Owner, target string) bool {
	own := " " + fold.Key(o.Name+" "+o.Detail+" "+target)
	for _, w := range fold.Words(v.q) {
		if !strings.Contains(own, " "+w) {
			return false
		}
	}
	return true
}

// add puts the latest messages of a target on the phone, the newest first.
func (p *phone) add(tx *db.Tx, t fakephone.Target) error {
	messages, err := fakephone.Messages(tx, t.Target, mostMessages)
	if t.Channel == notify.SMSChannel {
		p.number = directory.Phone(t.Target).String()
	}
	for _, m := range messages {
		i := 0
		for i < len(p.messages) && !p.messages[i].At.Before(m.At) {
			i++
		}
		p.messages = append(p.messages[:i:i], append([]fakephone.Message{m}, p.messages[i:]...)...)
	}
	if len(p.messages) > mostMessages {
		p.messages = p.messages[:mostMessages]
	}
	return err
}

// enclosed answers GET /dev/telephones/fichiers/{id}: what came with a message.
func (p *Pages) enclosed(w http.ResponseWriter, r *http.Request) error {
	return p.DB.View(r.Context(), func(tx *db.Tx) error {
		f, err := fakephone.FileOf(tx, r.PathValue("id"))
		if err == nil {
			web.ServeFile(w, r, web.File{Name: f.Name, Type: "application/pdf", Data: f.Data})
		}
		return err
	})
}

// icon tells the channel of a message.
func icon(m fakephone.Message) string {
	switch m.Channel {
	case notify.MailChannel:
		return "mail"
	case notify.SecureMailChannel:
		return "shield-check"
	}
	return "message-square"
}

// path is where the link of a message leads in this house; the home page when it has none.
func path(m fakephone.Message) string {
	u, err := url.Parse(m.Link)
	if err != nil || u.Path == "" {
		return "/"
	}
	return web.LocalPath(u.Path, "/")
}

// text is what a message says, without the address that its button replaces.
func text(m fakephone.Message) string {
	words := m.Text
	if m.Link != "" {
		words = strings.Replace(words, m.Link, "", 1)
	}
	var kept []string
	for line := range strings.Lines(words) {
		if line = strings.TrimSpace(line); line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// hour is what the clock of a phone shows.
func (v phonesView) hour() string { return v.p.Hour(v.now, civil.Paris()) }

// moment is when a message came: its hour, when it came today.
func (v phonesView) moment(t time.Time) string {
	if civil.DayOf(t, civil.Paris()) == civil.DayOf(v.now, civil.Paris()) {
		return v.p.Hour(t, civil.Paris())
	}
	return v.p.Moment(t, v.now, civil.Paris())
}

// playable is the account that a message may be opened as.
func (p phone) playable() (Persona, bool) {
	return Persona{Account: p.Account, Name: p.Name}, p.Account != auth.AccountID("")
}

// from names the channel of a message, or its title when it has one.
func from(v phonesView, m fakephone.Message) string {
	if m.Title != "" {
		_, short, cut := strings.Cut(m.Title, "\u00a0: ")
		if !cut {
			short = m.Title
		}
		return short
	}
	return v.p.T("dev.from_sms")
}
