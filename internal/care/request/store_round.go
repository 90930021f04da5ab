package request

import (
	"encoding/json"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

const roundColumns = `id, territory, request, number, state, opened, reply_by, wave, waves, plan, short_notice, closed, reason, version`

func scanRound(row db.Row) (d Round, err error) {
	var opened, reply, closed int64
	var plan string
	err = row.Scan(&d.ID, &d.Territory, &d.Request, &d.Number, &d.State, &opened, &reply, &d.Wave, &d.Waves, &plan, &d.ShortNotice, &closed, &d.Reason, &d.Version)
	if err != nil {
		return d, err
	}
	d.Opened, d.ReplyBy, d.Closed = db.At(opened), db.At(reply), db.At(closed)
	return d, json.Unmarshal([]byte(plan), &d.Planned)
}

func readRound(tx *db.Tx, id DispatchID) (Round, error) {
	return db.One(tx, "request.round_not_found", scanRound, `SELECT `+roundColumns+` FROM dispatch WHERE id = $1`, string(id))
}

// roundsOf reads the rounds of a request, oldest first.
func roundsOf(tx *db.Tx, id ID) ([]Round, error) {
	return db.All(tx, scanRound, `SELECT `+roundColumns+` FROM dispatch WHERE request = $1 ORDER BY number`, string(id))
}

// nextRound is the number of the round about to be written.
func nextRound(tx *db.Tx, id ID) (int, error) {
	n, err := db.One(tx, "request.not_found", db.Value[int64], `SELECT count(*) FROM dispatch WHERE request = $1`, string(id))
	return int(n) + 1, err
}

func insertRound(tx *db.Tx, d Round) error {
	plan, err := json.Marshal(d.Planned)
	if err != nil {
		return err
	}
	return tx.Write(`INSERT INTO dispatch (`+roundColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)`,
		string(d.ID), d.Territory, string(d.Request), int64(d.Number), string(d.State), db.Ms(d.Opened), db.Ms(d.ReplyBy), int64(d.Wave), int64(d.Waves), string(plan),
		d.ShortNotice, db.Ms(d.Closed), d.Reason, d.Version)
}

// replan keeps what became of the plan of a round.
func replan(tx *db.Tx, d Round) error {
	plan, err := json.Marshal(d.Planned)
	if err != nil {
		return err
	}
	return tx.Write(`UPDATE dispatch SET plan = $2 WHERE id = $1`, string(d.ID), string(plan))
}

// moveRound is the compare-and-set that decides every race: one row, and the round is
// the caller's; none, and somebody was faster.
func moveRound(tx *db.Tx, id DispatchID, from, to RoundState, reason string) error {
	closed := db.Ms(tx.Now())
	if to == RoundTaken {
		closed = 0
	}
	n, err := tx.Exec(`UPDATE dispatch SET state = $3, reason = $4, closed = $5, version = version + 1 WHERE id = $1 AND state = $2`,
		string(id), string(from), string(to), reason, closed)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("request.taken")
	}
	return nil
}

// reachWave records that an open round has come to wave; false when it is no longer open or already there.
func reachWave(tx *db.Tx, id DispatchID, wave, waves int) (bool, error) {
	n, err := tx.Exec(`UPDATE dispatch SET wave = $2, waves = $3, version = version + 1 WHERE id = $1 AND state = 'open' AND wave < $2`, string(id), int64(wave), int64(waves))
	return n == 1, err
}

const offerColumns = `id, dispatch, request, recipient_kind, recipient, recipient_name, line, wave, rank, usual, km, state, asked, decided, reason, why, replaces`

func scanOffer(row db.Row) (o Offer, err error) {
	var asked, decided int64
	var why string
	err = row.Scan(&o.ID, &o.Dispatch, &o.Request, &o.To.Kind, &o.To.ID, &o.To.Name, &o.Line, &o.Wave, &o.Rank, &o.Usual, &o.Km, &o.State, &asked, &decided, &o.Reason, &why, &o.Replaces)
	if err != nil {
		return o, err
	}
	o.Asked, o.Decided = db.At(asked), db.At(decided)
	return o, json.Unmarshal([]byte(why), &o.Why)
}

func readOffer(tx *db.Tx, id OfferID) (Offer, error) {
	return db.One(tx, "request.offer_not_found", scanOffer, `SELECT `+offerColumns+` FROM offer WHERE id = $1`, string(id))
}

// offersOf reads the offers of a round in the order they were made.
func offersOf(tx *db.Tx, id DispatchID) ([]Offer, error) {
	return db.All(tx, scanOffer, `SELECT `+offerColumns+` FROM offer WHERE dispatch = $1 ORDER BY wave, rank, id`, string(id))
}

// together is how many rows one statement writes: a wave of two hundred is a few statements.
const together = 20

func insertOffers(tx *db.Tx, territory string, offers ...Offer) error {
	for some := range slices.Chunk(offers, together) {
		var args []any
		for _, o := range some {
			why, err := json.Marshal(o.Why)
			if err != nil {
				return err
			}
			args = append(args, territory, string(o.ID), string(o.Dispatch), string(o.Request), string(o.To.Kind), o.To.ID, o.To.Name, string(o.Line), int64(o.Wave),
				int64(o.Rank), o.Usual, o.Km, string(o.State), db.Ms(o.Asked), db.Ms(o.Decided), o.Reason, string(why), o.Replaces)
		}
		if err := tx.Write(`INSERT INTO offer (territory, `+offerColumns+`) VALUES `+db.Values(len(some), len(args)/len(some)), args...); err != nil {
			return err
		}
	}
	return nil
}

// decide moves one offer that is pending, or whose proposal waits; fault.Conflict when it is neither.
func decide(tx *db.Tx, id OfferID, to OfferState, reason string) error {
	n, err := tx.Exec(`UPDATE offer SET state = $2, decided = $3, reason = $4 WHERE id = $1 AND state IN ('pending', 'proposed')`, string(id), string(to), db.Ms(tx.Now()), reason)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflict("request.offer_closed")
	}
	return nil
}

// closeOffers moves every offer of a round still pending, and those whose proposal waits.
func closeOffers(tx *db.Tx, id DispatchID, to OfferState) error {
	return tx.Write(`UPDATE offer SET state = $2, decided = $3 WHERE dispatch = $1 AND state IN ('pending', 'proposed')`, string(id), string(to), db.Ms(tx.Now()))
}

// countOffers counts the offers of a round in a state.
func countOffers(tx *db.Tx, id DispatchID, state OfferState) (int64, error) {
	return db.One(tx, "request.round_not_found", db.Value[int64], `SELECT count(*) FROM offer WHERE dispatch = $1 AND state = $2`, string(id), string(state))
}

// insertReasons stores why each person considered for a round is asked or not. The
// ones already stored keep their wave when it was reached.
func insertReasons(tx *db.Tx, id DispatchID, judged []Judged) error {
	for some := range slices.Chunk(judged, together) {
		var args []any
		for _, j := range some {
			args = append(args, string(id), j.Subject.ID, j.Name, string(j.Verdict), int64(j.Wave), j.Usual, j.Km, j.Replaces)
		}
		err := tx.Write(`INSERT INTO dispatch_reason (dispatch, subject, name, verdict, wave, usual, km, replaces) VALUES `+db.Values(len(some), 8)+`
			ON CONFLICT (dispatch, subject) DO UPDATE SET verdict = excluded.verdict, wave = excluded.wave, usual = excluded.usual, replaces = excluded.replaces`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}
