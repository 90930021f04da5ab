package dev

import (
	"sync"
	"time"

	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// Persona is somebody to play. Slug is the name of his host and of his sentences.
type Persona struct {
	Slug    string
	Account auth.AccountID
	Name    string
	Where   string
}

// Owner is whose a fake telephone or mailbox is. Account is empty when nobody signs in for it.
type Owner struct {
	Account auth.AccountID
	Name    string
	Detail  string // profession and commune, or the establishment
}

// Figures say how large the demonstration is.
type Figures struct{ Professionals, Requests, Open, Unfilled int }

// Deps are what the pages stand on.
type Deps struct {
	DB       *db.DB
	Auth     *auth.Service
	Personas func(tx *db.Tx) ([]Persona, error)
	// Owners names the owners of telephones and mailboxes; those it does not know are left out.
	Owners  func(tx *db.Tx, targets []string) (map[string]Owner, error)
	Figures func(tx *db.Tx) (Figures, error)
}

// Pages answers the addresses of a demonstration. It may be used concurrently.
type Pages struct {
	Deps
	mu      sync.Mutex
	tickets map[string]ticket
}

// ticket carries a session from the page where it was opened to its own host, once.
type ticket struct {
	token string
	to    string
	ends  time.Time
}

// New returns the pages; mount them with Routes, in a demonstration only.
func New(d Deps) *Pages { return &Pages{Deps: d, tickets: map[string]ticket{}} }

// Routes mounts every page. They are for anybody.
func (p *Pages) Routes(mux web.Mux) {
	for pattern, page := range map[string]web.Handler{
		"GET /demo":                  p.personas,
		"POST /demo/jouer/{account}": p.play,
		"GET /demo/entrer":           p.enter,
		"GET " + phonesPath:          p.phones,
		"GET " + filesPath + "{id}":  p.enclosed,
	} {
		mux.Handle(pattern, web.Handle(page))
	}
	mux.Handle("GET /dev/composants", web.Gallery())
}

const (
	phonesPath = "/dev/telephones"
	filesPath  = phonesPath + "/fichiers/"
)
