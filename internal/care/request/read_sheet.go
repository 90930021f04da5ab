package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// Sheet is one request as somebody may read it: what he may not see is empty.
type Sheet struct {
	Request
	Now      time.Time
	Relation Relation
	Sight    Sight
	Acts     []Act // what he may do now: the buttons
	// UndoUntil is when an acceptance can no longer be undone; zero when it cannot be.
	UndoUntil time.Time
	Offer     *Offer
	// Name is the patient's first and last name; Patient the whole file; Details the motive and blocks.
	Name    string
	Patient *patient.Patient
	Details *Details
	// Outsider is who carries the request when the directory does not know him.
	Outsider *Outsider
	// Card is the directory's card of who carries the request; Coming, who comes when it is a
	// structure. Both are for those who read the timeline. Named holds whom its acts named.
	Card     directory.Card
	Coming   *Coming
	Named    map[string]Coming
	Timeline []Done
	Rounds   []RoundSheet
	Messages []Message
	Visits   []Visit
	Reports  []Report
}

// RoundSheet is one round and whom it asked. Resources holds each one's answer only
// for those who may read answers.
type RoundSheet struct {
	Round
	Counts    RoundCounts
	Resources []Resource
}

// RoundCounts counts the people of a round.
type RoundCounts struct{ Asked, Reached, Seen, Declined int }

// Resource is one person considered for a round: asked, or why not.
type Resource struct {
	Who      Who
	Verdict  Verdict
	Wave     int
	Usual    bool
	Replaces string // the member of the usual team in whose place he is asked
	Km       float64
	Asked    time.Time
	Answer   OfferState   // empty unless the reader may know
	Answered time.Time    // zero unless the reader may know
	Reason   string       // of a refusal, likewise
	Reached  notify.State // likewise
	Why      []string
}

// Message is one message of the thread.
type Message struct {
	ID   MessageID
	At   time.Time
	Name string
	Side Party
	Text string
	Mine bool
}

// Visit is one visit noted.
type Visit struct {
	ID      VisitID
	At      time.Time
	Outcome string
	Name    string
	Note    string
}

// Report is one care report.
type Report struct {
	ID   ReportID
	At   time.Time
	Name string
	Text string
}

// Show opens one request: it marks what the reader was told about it as seen, and
// leaves one audit line for everything it opens. A request somebody has no relation
// with does not exist for him.
func (s *Service) Show(ctx context.Context, id ID) (sh Sheet, err error) {
	defer fault.Wrap(&err, "show request %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		sh, err = s.show(tx, id)
		return err
	})
	return sh, s.audit.Refusal(ctx, audit.Event{Action: "request.show", Object: "request", ObjectID: string(id), Request: string(id)}, err)
}

func (s *Service) show(tx *db.Tx, id ID) (sh Sheet, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return sh, err
	}
	r, err := read(tx, id)
	if err != nil {
		return sh, err
	}
	st, err := s.begin(tx, r, who, "show")
	if err != nil {
		return sh, err
	}
	if st.rel.None() {
		return sh, fault.NotFound("request.not_found")
	}
	sh = Sheet{Request: r, Now: tx.Now(), Relation: st.rel, Sight: SightOf(st.rel, r.State, st.settings.UsualSeesName)}
	if sh.Acts, sh.UndoUntil, err = offered(tx, r, st.settings, st.rel.Parties()); err != nil {
		return sh, err
	}
	if st.rel.Offer != "" {
		o, err := readOffer(tx, st.rel.Offer)
		if err != nil {
			return sh, err
		}
		sh.Offer = &o
	}
	if err := s.markSeen(tx, who.Person, who.Structure, id); err != nil {
		return sh, err
	}
	if err := s.openSheet(tx, st, &sh); err != nil {
		return sh, err
	}
	sh.Request = sh.redacted(sh.Sight)
	return sh, nil
}

func (s *Service) markSeen(tx *db.Tx, person, structure string, id ID) error {
	for _, subject := range []notify.Subject{{Kind: notify.Professional, ID: person}, {Kind: notify.Structure, ID: structure}} {
		if subject.ID == "" {
			continue
		}
		if err := s.notify.Seen(tx, subject, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// openSheet opens the parts the reader may see.
func (s *Service) openSheet(tx *db.Tx, st *step, sh *Sheet) (err error) {
	if sh.Sight.Name {
		p, err := s.patients.Open(tx, patient.Access{Action: "request.show", Request: string(sh.ID)}, sh.Request.Patient)
		if err != nil {
			return err
		}
		sh.Name = p.Identity.FullName()
		if sh.Sight.Identity {
			sh.Patient = &p
		}
	} else if err := s.audit.Record(tx, audit.Event{Action: "request.show", Object: "request", ObjectID: string(sh.ID), Request: string(sh.ID)}); err != nil {
		return err
	}
	if sh.Sight.Motive {
		sh.Details = &Details{}
		if err := s.vault.OpenJSON(tx, string(sh.Request.Patient), crypt.Place{Table: "request", Column: "details", Row: string(sh.ID)}, sh.sealed, sh.Details); err != nil {
			return err
		}
		if sh.Visits, err = s.visits(tx, sh.Request); err != nil {
			return err
		}
	}
	if sh.Sight.Reports {
		if sh.Reports, err = s.reports(tx, sh.Request); err != nil {
			return err
		}
	}
	if sh.Relation.Requester || sh.Relation.Provider || sh.Relation.Stands || sh.Relation.Operator {
		if sh.Messages, err = s.messages(tx, st, sh.Request); err != nil {
			return err
		}
	}
	if sh.Timeline, err = timeline(tx, sh.ID); err != nil {
		return err
	}
	if !sh.Sight.Timeline {
		sh.Timeline = own(sh.Timeline, st.who.Account)
		return nil
	}
	if !sh.Sight.Answers {
		sh.Timeline = slices.DeleteFunc(sh.Timeline, func(a Done) bool { return a.Act == ActDecline && a.Account != st.who.Account })
	}
	if sh.Outsider, err = outsiderOf(tx, sh.Request); err != nil {
		return err
	}
	cards, err := directory.ByIDs(tx, []directory.Subject{sh.Request.Provider.Subject})
	if err != nil {
		return err
	}
	sh.Card = cards[sh.Request.Provider.Subject]
	if sh.Named, sh.Coming, err = comingOf(tx, sh.Request); err != nil {
		return err
	}
	sh.Rounds, err = s.rounds(tx, sh.Request, sh.Sight)
	return err
}

// own keeps the acts of one account.
func own(all []Done, account string) (out []Done) {
	for _, a := range all {
		if a.Account == account && account != "" {
			out = append(out, a)
		}
	}
	return out
}

func (s *Service) visits(tx *db.Tx, r Request) ([]Visit, error) {
	return db.All(tx, func(row db.Row) (v Visit, err error) {
		var at int64
		var sealed []byte
		if err := row.Scan(&v.ID, &at, &v.Outcome, &v.Name, &sealed); err != nil {
			return v, err
		}
		v.At = db.At(at)
		v.Note, err = s.open(tx, r, crypt.Place{Table: "visit", Column: "detail", Row: string(v.ID)}, sealed)
		return v, err
	}, `SELECT id, done, outcome, name, detail FROM visit WHERE request = $1 ORDER BY created, id`, string(r.ID))
}

func (s *Service) reports(tx *db.Tx, r Request) ([]Report, error) {
	return db.All(tx, func(row db.Row) (v Report, err error) {
		var at int64
		var sealed []byte
		if err := row.Scan(&v.ID, &at, &v.Name, &sealed); err != nil {
			return v, err
		}
		v.At = db.At(at)
		v.Text, err = s.open(tx, r, crypt.Place{Table: "report", Column: "body", Row: string(v.ID)}, sealed)
		return v, err
	}, `SELECT id, created, name, body FROM report WHERE request = $1 ORDER BY created, id`, string(r.ID))
}

func (s *Service) messages(tx *db.Tx, st *step, r Request) ([]Message, error) {
	mine := Requester
	if st.rel.Provider || st.rel.Stands {
		mine = Provider
	}
	return db.All(tx, func(row db.Row) (m Message, err error) {
		var at int64
		var sealed []byte
		if err := row.Scan(&m.ID, &at, &m.Name, &m.Side, &sealed); err != nil {
			return m, err
		}
		m.At, m.Mine = db.At(at), m.Side == mine
		m.Text, err = s.open(tx, r, crypt.Place{Table: "thread_message", Column: "body", Row: string(m.ID)}, sealed)
		return m, err
	}, `SELECT id, created, name, side, body FROM thread_message WHERE request = $1 ORDER BY created, id`, string(r.ID))
}

func (s *Service) open(tx *db.Tx, r Request, at crypt.Place, sealed []byte) (string, error) {
	plain, err := s.vault.Open(tx, string(r.Patient), at, sealed)
	return string(plain), err
}
