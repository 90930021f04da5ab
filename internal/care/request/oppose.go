package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// Oppose records that a patient opposes the sharing of what concerns him, with everybody,
// with one professional or structure, or with a profession. It takes effect in the same
// transaction: the people it names are asked no more and lose sight of the file, their own
// requests among it; with everybody, no search goes on and only those who already asked or carry
// a request, and the desk, keep what they have. Who may read the identity may record it.
func (s *Service) Oppose(ctx context.Context, id patient.ID, o patient.Opposition) (err error) {
	defer fault.Wrap(&err, "oppose for patient %s", id)
	return s.changeFile(ctx, id, "patient.oppose", func(tx *db.Tx) error {
		if o.Scope == patient.OpposesSomebody {
			subject, err := subjectOf(tx, o.Subject)
			if err != nil {
				return err
			}
			o.Subject = subject
		}
		if _, err := s.patients.Oppose(tx, id, o); err != nil {
			return err
		}
		if err := s.applyOppositions(tx, id, true); err != nil {
			return err
		}
		// A search that was being opened at this instant has not seen it.
		return s.queue.Promise(tx, jobOpposed, string(id), tx.Now().Add(opposedAgain), nil)
	})
}

// opposedAgain is how long after an opposition the open searches are looked at again: longer than an act lasts.
const opposedAgain = 10 * time.Second

// lookAtOpposed is the promise that follows an opposition.
func (s *Service) lookAtOpposed(tx *db.Tx, j queue.Job) error {
	return s.applyOppositions(tx, patient.ID(j.Key), false)
}

// subjectOf finds who is named, whose kind may be left to be found.
func subjectOf(tx *db.Tx, named directory.Subject) (directory.Subject, error) {
	cards, err := directory.ByIDs(tx, []directory.Subject{{Kind: directory.KindProfessional, ID: named.ID}, {Kind: directory.KindStructure, ID: named.ID}})
	for subject := range cards {
		if named.Kind == "" || named.Kind == subject.Kind {
			return subject, err
		}
	}
	if err == nil {
		err = fault.Invalid("patient.opposition_subject", "somebody")
	}
	return named, err
}

// WithdrawOpposition ends an opposition. Nobody is asked again by it: a search that ended is
// taken up by those who may.
func (s *Service) WithdrawOpposition(ctx context.Context, id patient.ID, opposition patient.OppositionID) (err error) {
	defer fault.Wrap(&err, "withdraw an opposition of patient %s", id)
	return s.changeFile(ctx, id, "patient.oppose_end", func(tx *db.Tx) error { return s.patients.Withdraw(tx, id, opposition) })
}

// applyOppositions withdraws what is still offered to people the patient opposes and, when
// tell is set, tells the desk and the requester of the requests such people carry. The
// requests are locked in the order of their ids.
func (s *Service) applyOppositions(tx *db.Tx, id patient.ID, tell bool) error {
	files, err := patient.Files(tx, id)
	if err != nil {
		return err
	}
	open := []State{Searching, Accepted, Started, Suspended}
	ids, err := db.All(tx, db.Value[ID], `SELECT id FROM request WHERE patient IN `+db.In(1, len(files))+` AND state IN `+db.In(1+len(files), len(open))+` ORDER BY id`,
		append(db.Args(files), db.Args(open)...)...)
	if err != nil {
		return err
	}
	inName := actor.System("dispatch")
	if who, ok := actor.From(tx.Context()); ok {
		inName.Name = who.Name
	}
	for _, id := range ids {
		r, err := load(tx, id)
		if err != nil {
			return err
		}
		st, err := s.begin(tx, r, inName, ActWiden)
		if err != nil {
			return err
		}
		if r.State == Searching {
			err = st.withdrawOpposed()
		} else if tell && r.Provider.ID != "" {
			err = st.tellOpposed()
		}
		if err != nil {
			return err
		}
		st.touch()
	}
	return nil
}

// withdrawOpposed withdraws the offers of an open search to people the patient opposes,
// tells those who had been asked, and moves the search on when nobody else may answer.
func (st *step) withdrawOpposed() error {
	d, err := readRound(st.tx, st.r.Dispatch)
	if err != nil || d.State != RoundOpen {
		return err
	}
	offers, err := offersOf(st.tx, d.ID)
	if err != nil {
		return err
	}
	var to []directory.Subject
	for _, o := range offers {
		if o.State.open() {
			to = append(to, o.To.Subject)
		}
	}
	opposed, err := st.opposed(to)
	if err != nil || len(opposed) == 0 {
		return err
	}
	goesOn := len(opposed) < len(to) || d.Wave < d.Waves // otherwise its end tells them
	told, err := st.s.notify.ToldOf(st.tx, string(d.ID))
	if err != nil {
		return err
	}
	var notices []notify.Notice
	for _, o := range offers {
		if !o.State.open() || !opposed[o.To.Subject] {
			continue
		}
		if err := decide(st.tx, o.ID, OfferWithdrawn, ""); err != nil {
			return err
		}
		subject := notify.Subject{Kind: string(o.To.Kind), ID: o.To.ID}
		if err := st.s.notify.CloseOffer(st.tx, string(d.ID), subject); err != nil {
			return err
		}
		if goesOn && slices.Contains(told, subject) {
			n := st.notice(notify.OfferCancelled, o.To.Subject)
			n.Dispatch = string(d.ID)
			notices = append(notices, n)
		}
		st.s.hub.Touch(st.tx, "person:"+o.To.ID)
		st.s.hub.Touch(st.tx, "service:"+o.To.ID)
	}
	if err := st.s.notify.Tell(st.tx, notices...); err != nil {
		return err
	}
	_, err = st.afterAnswer(d.ID)
	return err
}

// tellOpposed tells the desk and the requester that who carries the request may no longer
// read it: the desk releases it.
func (st *step) tellOpposed() error {
	opposed, err := st.named([]directory.Subject{st.r.Provider.Subject})
	if err != nil || len(opposed) == 0 {
		return err
	}
	if err := st.tellDesk(notify.RequestOpposed); err != nil {
		return err
	}
	return st.tellRequester(notify.RequestOpposed)
}

// opposed tells which subjects may not be asked: all of them, those named, those of a profession.
func (st *step) opposed(subjects []directory.Subject) (map[directory.Subject]bool, error) {
	return opposedOf(st.tx, st.r.Patient, subjects, true)
}

// named tells which subjects an opposition names, or their profession: they may read nothing.
func (st *step) named(subjects []directory.Subject) (map[directory.Subject]bool, error) {
	return opposedOf(st.tx, st.r.Patient, subjects, false)
}

func opposedOf(tx *db.Tx, id patient.ID, subjects []directory.Subject, asked bool) (map[directory.Subject]bool, error) {
	out := map[directory.Subject]bool{}
	held, err := patient.OppositionsOf(tx, id)
	if err != nil || len(held) == 0 || len(subjects) == 0 {
		return out, err
	}
	cards, err := directory.ByIDs(tx, subjects)
	if err != nil {
		return nil, err
	}
	for _, s := range subjects {
		if asked && held.All() || held.Against(s, cards[s].Profession) {
			out[s] = true
		}
	}
	return out, nil
}

// unopposed refuses a search that the patient opposes as a whole.
func unopposed(tx *db.Tx, r Request) error {
	held, err := patient.OppositionsOf(tx, r.Patient)
	switch {
	case err != nil:
		return err
	case held.All():
		return fault.Conflict("request.opposed")
	case held.Profession(r.Profession):
		return fault.Conflict("request.opposed_profession")
	}
	return nil
}
