package notify

import (
	"encoding/json"
	"time"

	"entractes/internal/infra/db"
)

// delivery is one row: one subject, one channel, one notice.
type delivery struct {
	id        DeliveryID
	notice    string
	territory string
	subject   Subject
	channel   string
	target    string
	topic     Topic
	solicits  bool
	request   string
	dispatch  string
	offer     string
	wave      int
	rank      int
	quiet     string // as encodeQuiet writes it
	params    string // JSON as stored: read only when words are made, so that a broken one harms nobody else
	urgent    bool
	state     State
	notBefore time.Time
	deadline  time.Time
	created   time.Time
	delivered time.Time
	seen      time.Time
	attempts  int
	unknowns  int
	job       string
	receipt   string
	reason    string
	lang      string
	letter    LetterID
	segments  int
	charged   time.Time
}

const deliveryColumns = `id, notice, territory, subject_kind, subject, channel, target, topic, solicits, request, dispatch, offer,
	wave, rank, params, urgent, state, not_before, deadline, created, delivered, seen, attempts, unknowns, job, receipt, error, lang, letter, quiet, segments, charged`

func scanDelivery(r db.Row) (delivery, error) { return scanMore(r) }

// scanMore scans a delivery and the columns read after it.
func scanMore(r db.Row, more ...any) (d delivery, err error) {
	var notBefore, deadline, created, delivered, seen, charged int64
	err = r.Scan(append([]any{&d.id, &d.notice, &d.territory, &d.subject.Kind, &d.subject.ID, &d.channel, &d.target, &d.topic, &d.solicits,
		&d.request, &d.dispatch, &d.offer, &d.wave, &d.rank, &d.params, &d.urgent, &d.state, &notBefore, &deadline, &created,
		&delivered, &seen, &d.attempts, &d.unknowns, &d.job, &d.receipt, &d.reason, &d.lang, &d.letter, &d.quiet, &d.segments, &charged}, more...)...)
	d.notBefore, d.deadline, d.created, d.delivered, d.seen = db.At(notBefore), db.At(deadline), db.At(created), db.At(delivered), db.At(seen)
	d.charged = db.At(charged)
	return d, err
}

// insertColumns are given when a delivery is written; the others start at their defaults.
const insertColumns = 23

// insert writes rows in chunks whose sizes are powers of two, so that few texts are
// prepared. A delivery already written for the same offer, wave, topic and target is
// left as it is.
func insert(tx *db.Tx, rows []delivery) error {
	for len(rows) > 0 {
		size := 32
		for size > len(rows) {
			size /= 2
		}
		if err := insertChunk(tx, rows[:size]); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

func insertChunk(tx *db.Tx, rows []delivery) error {
	args := make([]any, 0, len(rows)*insertColumns)
	for _, d := range rows {
		args = append(args, string(d.id), d.notice, d.territory, d.subject.Kind, d.subject.ID, d.channel, d.target, string(d.topic), d.solicits,
			d.request, d.dispatch, d.offer, int64(d.wave), int64(d.rank), d.params, d.urgent, string(d.state),
			db.Ms(d.notBefore), db.Ms(d.deadline), db.Ms(d.created), d.lang, string(d.letter), d.quiet)
	}
	return tx.Write(`INSERT INTO delivery (id, notice, territory, subject_kind, subject, channel, target, topic, solicits, request,
		dispatch, offer, wave, rank, params, urgent, state, not_before, deadline, created, lang, letter, quiet)
		VALUES `+db.Values(len(rows), insertColumns)+` ON CONFLICT DO NOTHING`, args...)
}

// rounded repeats the last of values until there are a power of two of them, so that the
// texts of statements are few, and prepared.
func rounded[T any](values []T) []T {
	for n := len(values); n&(n-1) != 0; n++ {
		values = append(values, values[len(values)-1])
	}
	return values
}

// lock reads deliveries and keeps them from others until the transaction ends.
func lock(tx *db.Tx, ids []DeliveryID) (map[DeliveryID]delivery, error) {
	ids = rounded(ids)
	rows, err := db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery WHERE id IN `+db.In(1, len(ids))+` ORDER BY id FOR UPDATE`, db.Args(ids)...)
	found := make(map[DeliveryID]delivery, len(rows))
	for _, d := range rows {
		found[d.id] = d
	}
	return found, err
}

// ready is a delivery locked to be sent, with what else decides whether it may leave.
type ready struct {
	delivery
	closed    bool // its round is
	reachable bool // its target is still an address of the subject
}

// lockToSend is lock with what a send re-reads, in one trip to the database. A closing
// that commits meanwhile has changed a waiting row, whose new state is then the one read;
// for a row in another state the closing is asked again.
func lockToSend(tx *db.Tx, ids []DeliveryID) (map[DeliveryID]ready, error) {
	ids = rounded(ids)
	rows, err := db.All(tx, func(r db.Row) (out ready, err error) {
		out.delivery, err = scanMore(r, &out.closed, &out.reachable)
		return out, err
	}, `SELECT `+deliveryColumns+`,
		EXISTS (SELECT 1 FROM closed_round c WHERE c.dispatch = delivery.dispatch AND delivery.dispatch <> ''),
		EXISTS (SELECT 1 FROM address a WHERE a.subject = delivery.subject AND a.channel = delivery.channel AND a.target = delivery.target AND a.muted = FALSE)
		FROM delivery WHERE id IN `+db.In(1, len(ids))+` ORDER BY id FOR UPDATE`, db.Args(ids)...)
	found := make(map[DeliveryID]ready, len(rows))
	for _, d := range rows {
		found[d.id] = d
	}
	return found, err
}

// save writes what the life of a delivery changes. The transaction has locked it, and read
// it in state was.
func save(tx *db.Tx, d delivery, was State) error {
	return tx.Write(`UPDATE delivery SET state = $1, target = $2, not_before = $3, sent = CASE WHEN $4 THEN $5 ELSE sent END,
		delivered = $6, seen = $7, attempts = $8, unknowns = $9, job = $10, receipt = $11, error = $12, segments = $15, charged = $16 WHERE id = $13 AND state = $14`,
		string(d.state), d.target, db.Ms(d.notBefore), was == Sending && (d.state == Sent || d.state == Delivered || d.state == Seen), db.Ms(tx.Now()),
		db.Ms(d.delivered), db.Ms(d.seen), int64(d.attempts), int64(d.unknowns), d.job, d.receipt, d.reason, string(d.id), string(was), int64(d.segments), db.Ms(d.charged))
}

// ofNotice reads the deliveries of a notice in the order of their channels.
func ofNotice(tx *db.Tx, notice string) ([]delivery, error) {
	return db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery WHERE notice = $1 AND notice <> '' ORDER BY rank FOR UPDATE`, notice)
}

func isClosed(tx *db.Tx, dispatch string) (bool, error) {
	if dispatch == "" {
		return false, nil
	}
	_, closed, err := db.Find(tx, db.Value[int64], `SELECT at FROM closed_round WHERE dispatch = $1`, dispatch)
	return closed, err
}

// encodeParams keeps only what a sentence may hold: what is not in the list is not
// even stored.
func encodeParams(params map[string]string) (string, error) {
	kept := map[string]string{}
	for _, name := range append([]string{ParamCode, ParamToken}, everywhere...) {
		if label := clean(params[name]); label != "" {
			kept[name] = label
		}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

func decodeParams(text string) (map[string]string, error) {
	var params map[string]string
	err := json.Unmarshal([]byte(text), &params)
	return params, err
}
