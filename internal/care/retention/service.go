package retention

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// Service holds the use cases. It may be used concurrently.
type Service struct {
	db       *db.DB
	queue    *queue.Queue
	audit    *audit.Audit
	patients *patient.Register
	requests *request.Service
}

// New returns the use cases on d, and registers the job.
func New(d *db.DB, q *queue.Queue, a *audit.Audit, p *patient.Register, r *request.Service) *Service {
	s := &Service{db: d, queue: q, audit: a, patients: p, requests: r}
	q.InTx(jobKind, s.eraseDue)
	return s
}

const (
	jobKind = "retention.erase"
	every   = 24 * time.Hour
	// One transaction erases at most atOnce files, and reads at most batch of them at a time.
	atOnce = 20
	batch  = 100
)

// Start promises the job, which then goes on by itself.
func (s *Service) Start(ctx context.Context) (err error) {
	defer fault.Wrap(&err, "start retention")
	return s.db.Update(ctx, func(tx *db.Tx) error { return s.queue.Ensure(tx, jobKind, "", time.Time{}, struct{}{}) })
}

// Ground is why a file was erased.
type Ground string

// The grounds.
const (
	AtTerm    Ground = "term"
	ByMistake Ground = "mistake" // it was opened by mistake: nothing was ever asked
)

// File is one file at its term, without anything of the person.
type File struct {
	ID       patient.ID
	Last     time.Time
	Term     civil.Day
	Requests int
}

// Hold suspends the term of a file.
type Hold struct {
	ID     patient.ID
	Reason string
	At     time.Time
}

// Erasure is one that was done.
type Erasure struct {
	ID       patient.ID
	Ground   Ground
	Requests int
	Last, At time.Time
}

// Plan is what would be erased today, what is held and what was erased, in one territory.
type Plan struct {
	Territory territory.Territory
	Rule      Rule
	// Erases tells whether the house does it by itself.
	Erases bool
	Due    []File
	More   bool // there are others
	Holds  []Hold
	Done   []Erasure
}

// planMost bounds each list of a Plan.
const planMost = 100

// Plan tells what would be erased today: the dry run. Those who answer for the data of a territory read it; for the others
// it does not exist. Nothing in it says who anybody is.
func (s *Service) Plan(ctx context.Context, of territory.ID) (p Plan, err error) {
	defer fault.Wrap(&err, "plan retention of %s", of)
	if err := answers(ctx, of); err != nil {
		return p, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if p.Territory, err = territory.Of(tx, of); err != nil {
			return err
		}
		settings, err := territory.SettingsOf(tx, of)
		if err != nil {
			return err
		}
		p.Rule, p.Erases = RuleOf(settings), settings.KeepErase
		if p.Due, err = s.due(tx, p.Territory, p.Rule, planMost+1); err != nil {
			return err
		}
		if p.More = len(p.Due) > planMost; p.More {
			p.Due = p.Due[:planMost]
		}
		if p.Holds, err = holdsIn(tx, of); err != nil {
			return err
		}
		p.Done, err = db.All(tx, func(r db.Row) (e Erasure, err error) {
			var n, last, at int64
			err = r.Scan(&e.ID, &e.Ground, &n, &last, &at)
			e.Requests, e.Last, e.At = int(n), db.At(last), db.At(at)
			return e, err
		}, `SELECT patient, ground, requests, last, at FROM erasure WHERE territory = $1 ORDER BY at DESC, id DESC LIMIT $2`, of, int64(planMost))
		return err
	})
	return p, err
}

// answers refuses who does not answer for the data of a territory: its administrator and the auditor do.
func answers(ctx context.Context, of territory.ID) error {
	who, ok := actor.From(ctx)
	switch {
	case !ok:
		return fault.Unauthenticated("unauthenticated")
	case who.IsSystem(), who.Has(actor.RoleAuditor) && (who.Territory == "" || who.Territory == of), who.Has(actor.RoleTerritoryAdmin) && who.Territory == of:
		return nil
	}
	return fault.NotFound("page")
}

// due lists at most most files at their term, by id.
func (s *Service) due(tx *db.Tx, t territory.Territory, rule Rule, most int) (out []File, err error) {
	before := tx.Now().AddDate(-rule.Years, 0, 1)
	var after patient.ID
	for {
		resting, err := s.patients.RestingIn(tx, t.ID, before, after, batch)
		if err != nil {
			return nil, err
		}
		for _, r := range resting {
			f, due, err := fileOf(tx, r, rule, t.Location())
			if err != nil {
				return nil, err
			}
			if due {
				out = append(out, f)
			}
			if after = r.ID; len(out) == most {
				return out, nil
			}
		}
		if len(resting) < batch {
			return out, nil
		}
	}
}

// fileOf counts the term of a file, with the last thing that happened in its requests.
func fileOf(tx *db.Tx, r patient.Resting, rule Rule, loc *time.Location) (File, bool, error) {
	last, n, err := request.LastAct(tx, r.ID)
	if err != nil {
		return File{}, false, err
	}
	if last.Before(r.Last) {
		last = r.Last
	}
	f := File{ID: r.ID, Last: last, Term: rule.Term(last, r.Birth, loc), Requests: n}
	if !rule.Due(last, r.Birth, tx.Now(), loc) {
		return f, false, nil
	}
	held, err := isHeld(tx, r.ID)
	return f, !held, err
}

func isHeld(tx *db.Tx, id patient.ID) (bool, error) {
	files, err := patient.Files(tx, id)
	if err != nil {
		return false, err
	}
	_, held, err := db.Find(tx, db.Value[string], `SELECT patient FROM retention_hold WHERE patient IN `+db.In(1, len(files)), db.Args(files)...)
	return held, err
}

func holdsIn(tx *db.Tx, of territory.ID) ([]Hold, error) {
	return db.All(tx, func(r db.Row) (h Hold, err error) {
		var at int64
		err = r.Scan(&h.ID, &h.Reason, &at)
		h.At = db.At(at)
		return h, err
	}, `SELECT patient, reason, at FROM retention_hold WHERE territory = $1 ORDER BY at, patient LIMIT $2`, of, int64(planMost))
}

// eraseDue erases the files at their term in the territories that let the house do it, a few at a time.
func (s *Service) eraseDue(tx *db.Tx, _ queue.Job) error {
	all, err := territory.All(tx)
	if err != nil {
		return err
	}
	again := every
	for _, t := range all {
		settings, err := territory.SettingsOf(tx, t.ID)
		if err != nil {
			return err
		}
		if !settings.KeepErase {
			continue
		}
		due, err := s.due(tx, t, RuleOf(settings), atOnce)
		if err != nil {
			return err
		}
		for _, f := range due {
			if err := s.erase(tx, t.ID, f, AtTerm); err != nil {
				return err
			}
		}
		if len(due) == atOnce {
			again = time.Second
		}
	}
	return queue.Snooze(again)
}

func (s *Service) erase(tx *db.Tx, of territory.ID, f File, ground Ground) error {
	if err := s.requests.Erase(tx, f.ID); err != nil {
		return err
	}
	if err := s.patients.Erase(tx, f.ID); err != nil {
		return err
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	return tx.Write(`INSERT INTO erasure (id, territory, patient, ground, account, requests, last, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		ident.New[string](tx.Now()), of, f.ID, string(ground), by.Account, int64(f.Requests), db.Ms(f.Last), db.Ms(tx.Now()))
}

// Erase erases one file on demand: at its term, or one that was opened by mistake. Before its term it is refused with
// "retention.before_term", which says from which day; while it is held, with "retention.held". Erasing twice changes nothing.
func (s *Service) Erase(ctx context.Context, id patient.ID) (err error) {
	defer fault.Wrap(&err, "erase file %s", id)
	return s.with(ctx, id, func(tx *db.Tx, t territory.Territory) error {
		settings, err := territory.SettingsOf(tx, t.ID)
		if err != nil {
			return err
		}
		r, err := s.patients.Resting(tx, id)
		if err != nil || !r.Erased.IsZero() {
			return err
		}
		f, due, err := fileOf(tx, r, RuleOf(settings), t.Location())
		if err != nil {
			return err
		}
		held, err := isHeld(tx, id)
		if err != nil {
			return err
		}
		asked, err := request.EverAsked(tx, id)
		switch {
		case err != nil:
			return err
		case held:
			return fault.Conflict("retention.held")
		case due:
			return s.erase(tx, t.ID, f, AtTerm)
		case !asked:
			return s.erase(tx, t.ID, f, ByMistake)
		}
		return fault.Conflict("retention.before_term", "day", f.Term.String())
	})
}

// reasonMax bounds the reason of a hold, in characters.
const reasonMax = 200

// Hold suspends the term of a file, for a reason that names nobody.
func (s *Service) Hold(ctx context.Context, id patient.ID, reason string) (err error) {
	defer fault.Wrap(&err, "hold file %s", id)
	reason = strings.Join(strings.Fields(reason), " ")
	if reason == "" || utf8.RuneCountInString(reason) > reasonMax {
		return fault.Invalid("retention.reason", "reason", "max", reasonMax)
	}
	return s.with(ctx, id, func(tx *db.Tx, t territory.Territory) error {
		by, _ := actor.From(ctx)
		err := tx.Write(`INSERT INTO retention_hold (patient, territory, reason, account, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (patient) DO UPDATE SET reason = excluded.reason`,
			id, t.ID, reason, by.Account, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "retention.hold", Object: "patient", ObjectID: string(id), Patient: string(id), Detail: reason})
	})
}

// Release lets the term of a file run again.
func (s *Service) Release(ctx context.Context, id patient.ID) (err error) {
	defer fault.Wrap(&err, "release file %s", id)
	return s.with(ctx, id, func(tx *db.Tx, _ territory.Territory) error {
		if err := tx.Write(`DELETE FROM retention_hold WHERE patient = $1`, id); err != nil {
			return err
		}
		return s.audit.Record(tx, audit.Event{Action: "retention.release", Object: "patient", ObjectID: string(id), Patient: string(id)})
	})
}

// with runs do for who answers for the data of the territory of a file.
func (s *Service) with(ctx context.Context, id patient.ID, do func(tx *db.Tx, t territory.Territory) error) error {
	return s.db.Update(ctx, func(tx *db.Tx) error {
		of, err := patient.TerritoryOf(tx, id)
		if err != nil {
			return err
		}
		if err := answers(ctx, of); err != nil {
			return err
		}
		t, err := territory.Of(tx, of)
		if err != nil {
			return err
		}
		return do(tx, t)
	})
}
