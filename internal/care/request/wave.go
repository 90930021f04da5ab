package request

import (
	"context"
	"strconv"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// openWave is the promise of a wave: when its round is still open, it asks everyone
// who matches by now and was not asked yet. For a request accepted, cancelled or
// widened meanwhile it does nothing.
func (s *Service) openWave(tx *db.Tx, j queue.Job) error {
	var args waveArgs
	if err := j.Args(&args); err != nil {
		return queue.Discard("unreadable wave")
	}
	st, d, ok, err := s.resumeRound(tx, DispatchID(j.Key))
	if err != nil || !ok || d.Wave >= args.Wave {
		return err
	}
	return st.widen(d, args.Wave)
}

// resumeRound loads an open round and its request for a job; false when the search is over.
func (s *Service) resumeRound(tx *db.Tx, id DispatchID) (*step, Round, bool, error) {
	d, err := readRound(tx, id)
	if err != nil || d.State != RoundOpen {
		return nil, d, false, err
	}
	r, err := load(tx, d.Request)
	if err != nil {
		return nil, d, false, err
	}
	// The request is locked now: whatever closed the round meanwhile is visible.
	d, err = readRound(tx, id)
	if err != nil || d.State != RoundOpen || r.State != Searching || r.Dispatch != id {
		return nil, d, false, err
	}
	st, err := s.begin(tx, r, system, ActWiden)
	return st, d, err == nil, err
}

// widen opens wave n of a round: the people who match now and were not asked. When it
// adds nobody the next wave opens at once, and when there is none and everyone has
// answered, the search is exhausted.
func (st *step) widen(d Round, n int) error {
	newcomers, total, err := st.newcomers(d, n)
	if err != nil {
		return err
	}
	ok, err := reachWave(st.tx, d.ID, n, total)
	if err != nil || !ok {
		return err
	}
	if len(newcomers) == 0 && n < total {
		d.Wave, d.Waves = n, total
		return st.widen(d, n+1)
	}
	if err := st.ask(d, newcomers, n); err != nil {
		return err
	}
	st.act, st.done = ActWiden, Done{Dispatch: d.ID, Detail: map[string]string{"asked": strconv.Itoa(len(newcomers)), "wave": strconv.Itoa(n)}}
	if err := st.finish(); err != nil {
		return err
	}
	st.was = st.r.State
	if err := st.promiseNext(d, n, total); err != nil {
		return err
	}
	if n == total {
		return st.exhaustIfAllAnswered(d)
	}
	return nil
}

// promiseNext promises the wave after n: when it was planned, or, on a line asked in order
// whose members change, a step later.
func (st *step) promiseNext(d Round, n, total int) error {
	if st.r.Care.Line == "" {
		return st.promiseWave(d, n+1)
	}
	if n >= total {
		return nil
	}
	offers, err := offersOf(st.tx, d.ID)
	if err != nil {
		return err
	}
	return st.s.queue.Promise(st.tx, jobWave, string(d.ID), st.nextTurn(d, len(offers), total-n), waveArgs{Wave: n + 1})
}

// newcomers plans the round again with who is available now, and returns those of the
// waves up to n that were not asked yet, with the number of waves.
func (st *step) newcomers(d Round, n int) ([]Judged, int, error) {
	offers, err := offersOf(st.tx, d.ID)
	if err != nil {
		return nil, 0, err
	}
	asked := make(map[directory.Subject]bool, len(offers))
	for _, o := range offers {
		asked[o.To.Subject] = true
	}
	leftOut, err := leftOutOf(st.tx, d)
	if err != nil {
		return nil, 0, err
	}
	all, err := st.candidates(leftOut, d.ID)
	if err != nil {
		return nil, 0, err
	}
	if err := markAgain(st.tx, st.r.ID, d.Number, all); err != nil {
		return nil, 0, err
	}
	plan := MakePlan(st.r.need(st.zone), all, st.settings, d.Opened, st.tx.Now())
	if err := insertReasons(st.tx, d.ID, plan.Judged); err != nil {
		return nil, 0, err
	}
	if err := st.showBorder(plan.Judged); err != nil {
		return nil, 0, err
	}
	total := max(n, d.Waves)
	reach := n
	if n >= d.Waves || st.r.Care.Line != "" {
		reach = len(plan.Waves) // the last wave of the round asks whoever is left
	}
	var fresh []Judged
	for _, w := range plan.Waves[:min(reach, len(plan.Waves))] {
		for _, j := range w.Who {
			if !asked[j.Subject] {
				fresh = append(fresh, j)
			}
		}
	}
	if st.r.Care.Line != "" {
		turn, waiting := inTurn(fresh)
		return turn, n + waiting, nil
	}
	return fresh, total, nil
}

// leftOutOf reads the people whom a round opened after a release asks last of all: the
// releasers and decliners of the earlier rounds. Undo, retry and resume leave nobody out.
func leftOutOf(tx *db.Tx, d Round) (map[directory.Subject]bool, error) {
	rounds, err := roundsOf(tx, d.Request)
	if err != nil {
		return nil, err
	}
	out := map[directory.Subject]bool{}
	for i := len(rounds) - 1; i >= 0; i-- {
		if rounds[i].Number >= d.Number || rounds[i].Amended() {
			continue // who said no to another need is asked again
		}
		if rounds[i].State != RoundReleased || rounds[i].Undone() {
			break // before an undo, a retry or a resume everybody counts again
		}
		offers, err := offersOf(tx, rounds[i].ID)
		if err != nil {
			return nil, err
		}
		for _, o := range offers {
			if o.State == OfferDeclined || o.State == OfferAccepted {
				out[o.To.Subject] = true
			}
		}
	}
	return out, nil
}

// Widen opens the next wave of an open search now; it does nothing when everybody was asked. For supervisors.
func (s *Service) Widen(ctx context.Context, id ID) (r Request, err error) {
	defer fault.Wrap(&err, "widen request %s", id)
	return s.do(ctx, id, ActWiden, func(tx *db.Tx) (Request, error) { return s.WidenIn(tx, id) })
}

// WidenIn is Widen inside the caller's transaction.
func (s *Service) WidenIn(tx *db.Tx, id ID) (Request, error) {
	return s.perform(tx, id, ActWiden, func(st *step) error {
		d, err := readRound(tx, st.r.Dispatch)
		if err != nil {
			return err
		}
		return st.bringForward(d)
	})
}

// bringForward makes the next wave of a round due now, when it has one.
func (st *step) bringForward(d Round) error {
	next := d.Wave + 1
	if next > d.Waves {
		st.done.Detail = map[string]string{"asked": "0"}
		return nil
	}
	if _, err := st.s.queue.Withdraw(st.tx, jobWave, string(d.ID)); err != nil {
		return err
	}
	return st.s.queue.Promise(st.tx, jobWave, string(d.ID), st.tx.Now(), waveArgs{Wave: next})
}
