package pro

import (
	"net/http"
	"net/url"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// inboxPage is how many notices are read at once.
const inboxPage = 40

// The two readings of one inbox: what concerns the service, by request, and all that one was told.
const (
	inboxPath    = "/notifications"
	readService  = "service"
	readReceived = "recues"
	readRequest  = "demande" // where a form of the page of a request leads back
)

// inbox answers GET /notifications: for an account of a service, what concerns it;
// otherwise, or with « vue=recues », what one was told, the last first; "avant" goes further back.
func (p *Pages) inbox(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	query := r.URL.Query()
	if query.Get("vue") == readService || servesOnly(web.Actor(ctx)) && query.Get("vue") != readReceived && query.Get("avant") == "" {
		return p.showItems(w, r, itemsView{keep: query.Get("garder"), done: query.Get("fait")})
	}
	var entries []notify.Entry
	err := p.DB.View(ctx, func(tx *db.Tx) (err error) {
		page := notify.Page{Before: notify.DeliveryID(r.URL.Query().Get("avant")), Limit: inboxPage}
		entries, err = p.Notify.Inbox(tx, page, subjects(web.Actor(ctx))...)
		return err
	})
	if err != nil {
		return err
	}
	v := viewInbox(web.P(ctx), entries, web.Now(ctx))
	v.shared = shares(web.Actor(ctx))
	return p.render(w, r, http.StatusOK, web.Page{Title: v.p.T("pro.inbox"), Section: "home", Back: "/", Narrow: true, Live: topics(web.Actor(ctx))}, inboxBody(v))
}

// inboxSeen answers POST /notifications: all is read.
func (p *Pages) inboxSeen(w http.ResponseWriter, r *http.Request) error {
	err := p.DB.Update(r.Context(), func(tx *db.Tx) error { return p.seeAll(tx, web.Actor(r.Context())) })
	if err != nil {
		return err
	}
	return web.Redirect(w, r, inboxPath+"?vue="+readReceived)
}

func (p *Pages) seeAll(tx *db.Tx, a actor.Actor) error {
	for _, s := range subjects(a) {
		if err := p.Notify.SeenAll(tx, s); err != nil {
			return err
		}
	}
	return nil
}

// inboxView is what one was told, by day.
type inboxView struct {
	p      *i18n.Printer
	days   []inboxDay
	unread bool
	older  string // address of what is further back; empty at the end
	// shared tells that the reader also has the inbox of his service.
	shared bool
}

type inboxDay struct {
	title   string
	notices []inboxLine
}

type inboxLine struct {
	row    web.Row
	unread bool
}

func viewInbox(p *i18n.Printer, entries []notify.Entry, now time.Time) inboxView {
	v := inboxView{p: p}
	loc := civil.Paris()
	for _, e := range entries {
		title := p.Day(e.At, loc)
		if civil.DayOf(e.At, loc) == civil.DayOf(now, loc) {
			title = p.T("pro.inbox.today")
		}
		if len(v.days) == 0 || v.days[len(v.days)-1].title != title {
			v.days = append(v.days, inboxDay{title: title})
		}
		d := &v.days[len(v.days)-1]
		d.notices = append(d.notices, viewNotice(p, e, loc))
		v.unread = v.unread || !e.Seen
	}
	if len(entries) == inboxPage {
		v.older = inboxPath + "?avant=" + url.QueryEscape(string(entries[len(entries)-1].ID))
	}
	return v
}

func viewNotice(p *i18n.Printer, e notify.Entry, loc *time.Location) inboxLine {
	words := e.Words(p)
	line := inboxLine{unread: !e.Seen, row: web.Row{Icon: noticeIcon(e.Topic), Title: words.Title, Detail: p.T("pro.story.at", "at", p.Hour(e.At, loc), "who", words.Text)}}
	if e.Request != "" {
		line.row.Href = "/demandes/" + e.Request
	}
	if line.unread {
		line.row.Tail = web.Pill{Tone: web.Wait, Label: p.T("pro.inbox.new"), Icon: "bell"}
	}
	return line
}

func noticeIcon(t notify.Topic) string {
	switch t {
	case notify.OfferNew, notify.OfferReminder, notify.OfferChanged:
		return "bell-ring"
	case notify.RequestAccepted, notify.RequestPlaced, notify.RequestRetained:
		return "user-check"
	case notify.RequestHandover, notify.RequestHandedOver:
		return "forward"
	case notify.RequestContact:
		return "phone-call"
	case notify.RequestStarted, notify.RequestResumed:
		return "play"
	case notify.RequestSuspended:
		return "pause"
	case notify.RequestWaitlisted:
		return "hourglass"
	case notify.RequestVisit:
		return "stethoscope"
	case notify.RequestReport:
		return "file-text"
	case notify.RequestCompleted:
		return "check-check"
	case notify.RequestDocument:
		return "paperclip"
	case notify.RequestMessage, notify.RequestProposed:
		return "message-square"
	case notify.RequestUnfilled, notify.RequestReminder, notify.RequestLate, notify.RequestShort, notify.RequestUnreached, notify.RequestAmended, notify.RequestUnconfirmed, notify.RequestOpposed:
		return "triangle-alert"
	case notify.OfferCancelled, notify.RequestCancelled, notify.RequestError:
		return "ban"
	}
	return "info"
}
