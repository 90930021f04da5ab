package app

import (
	"net/http"
	"slices"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/web"
	"entractes/internal/web/account"
	"entractes/internal/web/admin"
	"entractes/internal/web/desk"
	"entractes/internal/web/enrol"
	"entractes/internal/web/pro"
)

// Handler is every door of the house. Closing stopping ends the streams, which would
// otherwise keep a stopping server waiting.
func (h *House) Handler(stopping <-chan struct{}) http.Handler {
	pages := h.pages(stopping)
	doors := http.NewServeMux()
	doors.Handle("GET /assets/", web.Assets())
	doors.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	doors.HandleFunc("GET /readyz", h.ready)
	doors.Handle("/rapports/sms/{secret}", h.smsReports(h.reports))
	pace := web.Pace{Account: h.Config.RateAccount, Address: h.Config.RateAddress}
	doors.Handle("/", web.Door(h.Clock, h.Auth.Resume, h.meter.measured(pace.Around(h.Clock, pages))))
	return h.proxies.Behind(doors)
}

// pages are those of people, each with its address.
func (h *House) pages(stopping <-chan struct{}) *routes {
	pages := &routes{ServeMux: http.NewServeMux()}
	pages.Handle("POST /langue", web.ChooseLang())
	pages.Handle("POST /theme", web.ChooseTheme())
	pages.Handle("GET "+web.LivePath, web.Live{
		Clock: h.Clock, Allowed: h.mayHear, Resume: h.Auth.Resume, Stopping: stopping, Anyone: h.demo,
		Subscribe: func(topics []string) (<-chan string, func()) {
			l := h.Hub.Subscribe(topics...)
			return l.C, l.Close
		},
	}.Handler())
	pro.New(pro.Deps{DB: h.DB, Requests: h.Requests, Patients: h.Patients, Directory: h.Directory, Notify: h.Notify, Supervise: h.Supervise}).Routes(pages)
	desk.New(desk.Deps{Console: h.Supervise, Requests: h.Requests, Waiting: h.Enrolment.CountWaiting, Phones: h.phones()}).Routes(pages)
	admin.New(admin.Deps{DB: h.DB, Auth: h.Auth, Territories: h.Territories, Rota: h.Rota, Directory: h.Directory, Notify: h.Notify, Retention: h.Retention, Trail: h.Audit}).Routes(pages)
	enrol.New(enrol.Deps{DB: h.DB, Enrolment: h.Enrolment, Auth: h.Auth}).Routes(pages)
	door := account.Deps{Auth: h.Auth, PSC: h.PSC, Site: h.baseURL(), Zone: h.zoneOf}
	if h.Config.CardListen != "" {
		door.Card = strings.TrimSuffix(h.Config.CardURL, "/")
	}
	if h.demo {
		door.Demo = "/demo"
		h.devPages().Routes(pages)
	}
	account.New(door).Routes(pages)
	debugPages(pages)
	pages.Handle("/", web.NotFound())
	return pages
}

// Patterns lists the addresses of the pages of people, as they are mounted.
func (h *House) Patterns() []string { return h.pages(nil).patterns }

// routes remembers the addresses that were mounted.
type routes struct {
	*http.ServeMux
	patterns []string
}

// Handle implements web.Mux.
func (r *routes) Handle(pattern string, h http.Handler) {
	r.patterns = append(r.patterns, pattern)
	r.ServeMux.Handle(pattern, h)
}

// phones is where the fake phones of the demonstration are; empty elsewhere.
func (h *House) phones() string {
	if h.demo {
		return "/dev/telephones"
	}
	return ""
}

// ready answers 200 when people may be sent here: the database answers, the clock can be
// trusted, and the house was not asked to stop.
func (h *House) ready(w http.ResponseWriter, r *http.Request) {
	if h.leaving.Load() {
		http.Error(w, "leaving", http.StatusServiceUnavailable)
		return
	}
	if err := h.DB.Ping(r.Context()); err != nil {
		h.Log.WarnContext(r.Context(), "not ready", "err", err)
		http.Error(w, "database", http.StatusServiceUnavailable)
		return
	}
	if h.Queue.Paused() {
		http.Error(w, "clock", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}

// mayHear tells whether somebody may know that a topic changes. A hint carries no
// data, and the topic of a request or of an order is an identifier nobody can guess.
func (h *House) mayHear(a actor.Actor, topic string) bool {
	kind, id, _ := strings.Cut(topic, ":")
	if a.Account == "" && kind != "phones" {
		return false
	}
	switch kind {
	case "request", "order":
		return true
	case "person":
		return id == a.Person && id != ""
	case "service":
		return id == a.Structure && id != ""
	case "desk":
		return id == a.Territory && (a.Supervises() || slices.Contains(a.Roles, actor.RoleOperator))
	case "phones":
		return h.demo
	}
	return false
}
