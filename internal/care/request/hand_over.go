package request

import (
	"time"

	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// HandOver is a request that its provider asks a colleague to take over. Until the
// colleague agrees the provider carries it, and the colleague reads what somebody asked
// reads. It dies with the round.
type HandOver struct {
	To Who
	// By carries the request; read with the sheet of a request.
	By Who
	At time.Time

	id       string
	dispatch DispatchID
}

// handOverState is what became of a hand-over.
type handOverState string

// The states of a hand-over: it is open until it is decided, or its round ends.
const (
	handOverAgreed    handOverState = "agreed"
	handOverRefused   handOverState = "refused"
	handOverWithdrawn handOverState = "withdrawn"
	handOverLapsed    handOverState = "lapsed"
)

// handedOver is the reason of a round that ended because a colleague took the request over.
const handedOver = "hand_over"

// HandedOver tells whether the round ended because a colleague took the request over, which is no release.
func (d Round) HandedOver() bool { return d.State == RoundReleased && d.Reason == handedOver }

func scanHandOver(row db.Row) (h HandOver, err error) {
	var at int64
	err = row.Scan(&h.id, &h.dispatch, &h.To.Kind, &h.To.ID, &h.To.Name, &at)
	h.At = db.At(at)
	return h, err
}

// openHandOver finds the hand-over of a request that waits for its colleague; false when there is none.
func openHandOver(tx *db.Tx, id ID) (HandOver, bool, error) {
	return db.Find(tx, scanHandOver, `SELECT id, dispatch, colleague_kind, colleague, colleague_name, offered FROM hand_over WHERE request = $1 AND state = 'open'`, string(id))
}

// decideHandOver ends a hand-over that waits, and refreshes what its colleague looks at.
func (st *step) decideHandOver(h HandOver, to handOverState) error {
	st.touchSubject(h.To.Subject)
	return st.tx.Write(`UPDATE hand_over SET state = $2, decided = $3 WHERE id = $1 AND state = 'open'`, h.id, string(to), db.Ms(st.tx.Now()))
}

// lapseHandOver ends a hand-over whose round the act has ended, and tells the colleague
// that nothing is asked of him any more.
func (st *step) lapseHandOver() error {
	if !st.was.InCharge() {
		return nil
	}
	h, ok, err := openHandOver(st.tx, st.r.ID)
	if err != nil || !ok || h.dispatch == st.r.Dispatch && st.r.State.InCharge() {
		return err
	}
	if err := st.decideHandOver(h, handOverLapsed); err != nil {
		return err
	}
	return st.tell(notify.RequestHandoverEnded, h.To.Subject)
}

// touchSubject hints at the screens of somebody of the directory.
func (st *step) touchSubject(s directory.Subject) {
	st.s.hub.Touch(st.tx, "person:"+s.ID)
	st.s.hub.Touch(st.tx, "service:"+s.ID)
}
