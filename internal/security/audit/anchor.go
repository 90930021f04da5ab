package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// anchorKind is the job that signs.
const anchorKind = "audit.anchor"

// AnchorEvery is how long the chain grows between two anchors.
const AnchorEvery = 24 * time.Hour

// Anchor is the head of the chain at an instant, signed. Whoever rewrites the database can rewrite the chain;
// he cannot sign its new head, since the key is derived from the master key, and he cannot take back the anchors that
// were kept elsewhere: each is a line of the log, to be collected apart.
type Anchor struct {
	Seal      int64
	At        time.Time
	Hash      []byte
	Signature []byte
}

func (a Anchor) message() []byte {
	b := []byte("entractes audit anchor\x00")
	b = binary.BigEndian.AppendUint64(b, uint64(a.Seal))      //nolint:gosec // seals are numbered from one
	b = binary.BigEndian.AppendUint64(b, uint64(db.Ms(a.At))) //nolint:gosec // after 1970
	return append(b, a.Hash...)
}

// String writes an anchor on one line, which ParseAnchor reads.
func (a Anchor) String() string {
	text := base64.RawURLEncoding.EncodeToString
	return fmt.Sprintf("%d.%d.%s.%s", a.Seal, db.Ms(a.At), text(a.Hash), text(a.Signature))
}

// ParseAnchor reads what String wrote; anything else is refused with the code "audit.anchor".
func ParseAnchor(line string) (a Anchor, err error) {
	parts := strings.Split(strings.TrimSpace(line), ".")
	if len(parts) != 4 {
		return a, fault.Invalid("audit.anchor", "anchor")
	}
	seal, err1 := strconv.ParseInt(parts[0], 10, 64)
	at, err2 := strconv.ParseInt(parts[1], 10, 64)
	hash, err3 := base64.RawURLEncoding.DecodeString(parts[2])
	signature, err4 := base64.RawURLEncoding.DecodeString(parts[3])
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			return a, fault.Invalid("audit.anchor", "anchor").Because(err)
		}
	}
	return Anchor{Seal: seal, At: db.At(at), Hash: hash, Signature: signature}, nil
}

// RegisterAnchor gives the queue the job that signs the head of the chain with key, and promises it. It is
// called at each start, once Register was.
func (a *Audit) RegisterAnchor(q *queue.Queue, key ed25519.PrivateKey) {
	q.InTx(anchorKind, func(tx *db.Tx, _ queue.Job) error {
		made, ok, err := a.AnchorIn(tx, key)
		if err != nil {
			return err
		}
		if ok {
			tx.AfterCommit(func() {
				slog.InfoContext(tx.Context(), "audit anchor: keep this line elsewhere", "anchor", made.String())
			})
		}
		return queue.Snooze(AnchorEvery)
	})
}

// StartAnchor promises the signing, which then goes on by itself.
func (a *Audit) StartAnchor(ctx context.Context, q *queue.Queue) (err error) {
	defer fault.Wrap(&err, "start anchoring the audit")
	return a.db.Update(ctx, func(tx *db.Tx) error {
		return q.Ensure(tx, anchorKind, "", tx.Now().Add(AnchorEvery), struct{}{})
	})
}

// AnchorIn signs the head of the chain; false when nothing was sealed since the last time.
func (a *Audit) AnchorIn(tx *db.Tx, key ed25519.PrivateKey) (made Anchor, ok bool, err error) {
	last, found, err := db.Find(tx, scanSeal, `SELECT `+sealColumns+` FROM audit_seal ORDER BY number DESC LIMIT 1`)
	if err != nil || !found {
		return made, false, err
	}
	_, known, err := db.Find(tx, db.Value[int64], `SELECT seal FROM audit_anchor WHERE seal = $1`, last.number)
	if err != nil || known {
		return made, false, err
	}
	made = Anchor{Seal: last.number, At: tx.Now().Truncate(time.Millisecond), Hash: last.hash}
	made.Signature = ed25519.Sign(key, made.message())
	return made, true, tx.Write(`INSERT INTO audit_anchor (seal, at, hash, signature) VALUES ($1, $2, $3, $4)`, made.Seal, db.Ms(made.At), made.Hash, made.Signature)
}

// The damages of anchors.
const (
	AnchorForged  Damage = "anchor_forged"  // the signature is not ours
	ChainReplaced Damage = "chain_replaced" // the seal is no longer the one that was signed
)

// VerifyAnchors compares the chain with every anchor kept in it and with those given, which were kept
// elsewhere. It returns how many hold and the first that does not. The chain itself is Verify's.
func (a *Audit) VerifyAnchors(ctx context.Context, key ed25519.PublicKey, kept ...Anchor) (hold int, broken *Break, err error) {
	defer fault.Wrap(&err, "verify the anchors of the audit")
	err = a.db.View(ctx, func(tx *db.Tx) error {
		all, err := db.All(tx, func(r db.Row) (a Anchor, err error) {
			var at int64
			err = r.Scan(&a.Seal, &at, &a.Hash, &a.Signature)
			a.At = db.At(at)
			return a, err
		}, `SELECT seal, at, hash, signature FROM audit_anchor ORDER BY seal`)
		if err != nil {
			return err
		}
		for _, one := range append(all, kept...) {
			if !ed25519.Verify(key, one.message(), one.Signature) {
				broken = &Break{Damage: AnchorForged, Seal: one.Seal}
				return nil
			}
			hash, found, err := db.Find(tx, db.Value[[]byte], `SELECT hash FROM audit_seal WHERE number = $1`, one.Seal)
			if err != nil {
				return err
			}
			if !found || !bytes.Equal(hash, one.Hash) {
				broken = &Break{Damage: ChainReplaced, Seal: one.Seal}
				return nil
			}
			hold++
		}
		return nil
	})
	return hold, broken, err
}
