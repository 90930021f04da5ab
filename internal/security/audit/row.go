package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"entractes/internal/infra/db"
)

// Line is one recorded event with its author.
type Line struct {
	ID       string
	At       time.Time
	Account  string
	Person   string
	Name     string
	Role     string
	OnBehalf string
	Event
}

const lineColumns = `id, at, account, person, name, role, on_behalf, action, object, object_id, patient, request, outcome, detail`

func scanLine(r db.Row) (l Line, err error) {
	var at int64
	err = r.Scan(&l.ID, &at, &l.Account, &l.Person, &l.Name, &l.Role, &l.OnBehalf,
		&l.Action, &l.Object, &l.ObjectID, &l.Patient, &l.Request, &l.Outcome, &l.Detail)
	l.At = db.At(at)
	return l, err
}

// digest covers every column of a line but its seal, each preceded by its length. Its
// encoding is frozen: seals already written depend on it.
func digest(l Line) [sha256.Size]byte {
	b := appendText(nil, "entractes audit row 1")
	b = binary.BigEndian.AppendUint64(b, uint64(db.Ms(l.At))) //nolint:gosec // only the bits matter
	for _, s := range []string{
		l.ID, l.Account, l.Person, l.Name, l.Role, l.OnBehalf, string(l.Action), l.Object, l.ObjectID,
		l.Patient, l.Request, string(l.Outcome), l.Detail,
	} {
		b = appendText(b, s)
	}
	return sha256.Sum256(b)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// seal is one row of audit_seal.
type seal struct {
	number   int64
	at       int64
	rows     int64
	first    string
	last     string
	previous []byte
	hash     []byte
	digests  []byte
}

const sealColumns = `number, at, rows, first, last, previous, hash, digests`

func scanSeal(r db.Row) (s seal, err error) {
	err = r.Scan(&s.number, &s.at, &s.rows, &s.first, &s.last, &s.previous, &s.hash, &s.digests)
	return s, err
}

// sum is the hash of a seal: of its own columns and, through previous, of all seals before it.
func (s seal) sum() []byte {
	b := appendText(nil, "entractes audit seal 1")
	for _, n := range []int64{s.number, s.at, s.rows} {
		b = binary.BigEndian.AppendUint64(b, uint64(n)) //nolint:gosec // only the bits matter
	}
	for _, text := range []string{s.first, s.last, string(s.previous), string(s.digests)} {
		b = appendText(b, text)
	}
	hash := sha256.Sum256(b)
	return hash[:]
}
