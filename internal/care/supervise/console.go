package supervise

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/live"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// PageSize is how many rows a page holds unless fewer are asked for.
const PageSize = 100

// Query is what somebody wants to see. The zero value is everything, newest first.
type Query struct {
	// States keeps these only; empty: every state of ordinary view. Errors are for supervisors.
	States []request.State
	// Owner keeps what one person or nobody looks after; what has ended is kept only when States says so.
	Owner Owned
	// Archived keeps what has left the ordinary view, and only that. A text finds both.
	Archived   bool
	Profession nomenclature.ProfessionCode
	// Service is the id of the service or cabinet that asked.
	Service string
	Commune territory.CommuneCode
	// AtRisk keeps what is late, and States then counts for nothing.
	AtRisk bool
	// Text is a phone, of a patient or of his relative, or the beginning of the name
	// of a requester's service or of a provider.
	Text string
	// Before continues after the last row of a page.
	Before Cursor
	// Limit is at most PageSize, and PageSize when it is zero.
	Limit int
}

// Owned tells who looks after the rows that a query keeps.
type Owned string

// Whose rows are kept.
const (
	AnyOwner Owned = ""
	Mine     Owned = "mine"
	NoOwner  Owned = "nobody"
)

// Cursor is a place between two rows. The zero value is the top.
type Cursor struct {
	Created time.Time
	ID      request.ID
}

// IsZero tells whether it is the top.
func (c Cursor) IsZero() bool { return c.ID == "" }

// String writes the cursor for an address; "" for the top.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return strconv.FormatInt(db.Ms(c.Created), 36) + "-" + string(c.ID)
}

// ParseCursor reads what String wrote. Anything else is the top: an old link still leads somewhere.
func ParseCursor(text string) Cursor {
	at, id, ok := strings.Cut(text, "-")
	ms, err := strconv.ParseInt(at, 36, 64)
	if !ok || err != nil || id == "" || len(id) > 64 || ms <= 0 {
		return Cursor{}
	}
	return Cursor{Created: db.At(ms), ID: request.ID(id)}
}

// Page is one page of the console.
type Page struct {
	Now       time.Time
	Territory territory.Territory
	// Own tells that only the requests of the reader's service are here.
	Own bool
	// Reader is the account that reads.
	Reader string
	Rows   []Row
	Counts Counts
	// Next continues after the last row; the top when there is nothing more.
	Next Cursor
	// Recent is what the latest requests have: the filters worth proposing.
	Recent Recent
}

// Row is one request as the six columns show it. What the reader may not see is empty.
type Row struct {
	request.Request
	// Can lists what the reader may do now: the buttons.
	Can   []request.Act
	Sight request.Sight
	Risk  Risk
	// Service is the card of the requester's service; zero when he asked for himself.
	Service directory.Card
	// Line is the name of the duty line asked, when one is.
	Line string
	// Elsewhere is the name of the territory that owns a request near the border of the reader's; empty for one of his own.
	Elsewhere string
	// Patient is nil unless the reader may see the identity.
	Patient *patient.Identity
	// Details holds the motive; nil unless the reader may see it.
	Details *request.Details
	// Card is the provider's; zero without one, or when the directory has lost him.
	Card   directory.Card
	Round  Round
	Counts RoundCounts
	// Reported is when the last report was written; zero without one.
	Reported time.Time
	// Owner is who looks after it, for the reader's desk or service; Notes how many notes its shifts left about it.
	Owner Owner
	Notes int
	// ReadOnly tells that nobody took it, and that the time to try again is over.
	ReadOnly bool
}

// Round is the current search of a request.
type Round struct {
	Number      int
	State       request.RoundState
	Wave, Waves int
	Opened      time.Time
	ReplyBy     time.Time
	Closed      time.Time
}

// RoundCounts counts the people of the current round.
type RoundCounts struct{ Asked, Reached, Seen, Declined int }

// Service reads the console, and keeps who looks after what. It may be used concurrently.
type Service struct {
	db       *db.DB
	queue    *queue.Queue
	hub      *live.Hub
	vault    *crypt.Vault
	audit    *audit.Audit
	notify   *notify.Service
	patients *patient.Register
}

// New returns the console of d and registers its jobs.
func New(d *db.DB, q *queue.Queue, hub *live.Hub, v *crypt.Vault, a *audit.Audit, n *notify.Service, p *patient.Register) *Service {
	s := &Service{db: d, queue: q, hub: hub, vault: v, audit: a, notify: n, patients: p}
	q.InTx(jobShiftEnds, s.shiftEnds)
	return s
}

// actConsole names the reading of a page of the console in the audit.
const actConsole audit.Action = "supervise.console"

// Console reads one page of requests, newest first, as the reader may see them: those of
// his territory for supervisors and operators, those of his service for a ward. Anybody else is
// refused with "supervise.forbidden".
func (s *Service) Console(ctx context.Context, q Query) (page Page, err error) {
	defer fault.Wrap(&err, "console")
	page, err = s.console(ctx, q)
	return page, s.audit.Refusal(ctx, audit.Event{Action: actConsole, Object: "request"}, err)
}

func (s *Service) console(ctx context.Context, q Query) (page Page, err error) {
	who, within, err := scopeOf(ctx)
	if err != nil {
		return Page{}, err
	}
	if q.Limit <= 0 || q.Limit > PageSize {
		q.Limit = PageSize
	}
	var rows []row
	err = s.db.View(ctx, func(tx *db.Tx) error {
		page, rows, err = s.read(tx, who, within, q)
		return err
	})
	if err != nil {
		return Page{}, err
	}
	// Names leave only with their line of the audit, hence a second transaction, which writes. The
	// first one has read everything, their keys too, so that this one is short.
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		page.Rows, err = s.open(tx, who, actConsole, q.words(), rows)
		return err
	})
	return page, err
}

// read finds the page and everything about it that is not sealed.
func (s *Service) read(tx *db.Tx, who actor.Actor, within scope, q Query) (page Page, rows []row, err error) {
	page = Page{Now: tx.Now(), Own: within.service != "", Reader: who.Account}
	if page.Territory, err = territory.Of(tx, within.territory); err != nil {
		return page, nil, err
	}
	find, err := s.search(tx, who, within, q)
	if err != nil {
		return page, nil, err
	}
	ids, err := find.page(tx, q)
	if err != nil {
		return page, nil, err
	}
	if page.Counts, err = find.counts(tx); err != nil {
		return page, nil, err
	}
	if page.Recent, err = recent(tx, within); err != nil {
		return page, nil, err
	}
	more := len(ids) > q.Limit
	if rows, err = s.readRows(tx, within, ids[:min(len(ids), q.Limit)]); err != nil {
		return page, nil, err
	}
	if more && len(rows) > 0 {
		last := rows[len(rows)-1]
		page.Next = Cursor{Created: last.Created, ID: last.ID}
	}
	return page, rows, nameTerritories(tx, rows, within.territory)
}

// open fills what is sealed, as far as the reader may see it, and records the reading:
// for what, and what was asked.
func (s *Service) open(tx *db.Tx, who actor.Actor, action audit.Action, asked string, rows []row) ([]Row, error) {
	rows, err := reachable(tx, who, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Row, len(rows))
	var named []patient.ID
	for i, r := range rows {
		rel := request.Standing(r.Request, who)
		rel.Neighbour = r.Territory != who.Territory && !rel.Requester
		r.Can = request.ActsLeft(request.ActsAllowed(r.State, rel.Parties()...), r.ReadOnly)
		r.Sight = request.SightOf(rel, r.State, false)
		out[i] = r.Row
		if r.Sight.Identity {
			named = append(named, r.Request.Patient)
		}
	}
	people, err := s.patients.OpenList(tx, patient.Access{Action: action}, named, asked)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if p, ok := people[out[i].Request.Patient]; ok && out[i].Sight.Identity {
			out[i].Patient = &p.Identity
		}
		if !out[i].Sight.Motive {
			continue
		}
		out[i].Details = &request.Details{}
		place := crypt.Place{Table: "request", Column: "details", Row: string(out[i].ID)}
		if err := s.vault.OpenJSON(tx, string(out[i].Request.Patient), place, rows[i].sealed, out[i].Details); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// reachable leaves the requests of the patients who do not oppose the reader.
func reachable(tx *db.Tx, who actor.Actor, rows []row) ([]row, error) {
	ids := make([]patient.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.Request.Patient
	}
	barred, err := patient.Barred(tx, who, ids)
	return slices.DeleteFunc(rows, func(r row) bool { return barred[r.Request.Patient] }), err
}

// words says the query in the audit. A text may be a phone: only that there was one is kept.
func (q Query) words() string {
	var w []string
	for _, s := range q.States {
		w = append(w, string(s))
	}
	for _, f := range [][2]string{{"profession", string(q.Profession)}, {"service", q.Service}, {"commune", string(q.Commune)}} {
		if f[1] != "" {
			w = append(w, f[0]+" "+f[1])
		}
	}
	if q.AtRisk {
		w = append(w, "at risk")
	}
	if q.Owner != AnyOwner {
		w = append(w, "owner "+string(q.Owner))
	}
	if q.Archived {
		w = append(w, "archived")
	}
	if q.Text != "" {
		w = append(w, "by text")
	}
	if !q.Before.IsZero() {
		w = append(w, "before "+q.Before.String())
	}
	if len(w) == 0 {
		return "everything"
	}
	return fmt.Sprintf("asked %s", strings.Join(w, ", "))
}
