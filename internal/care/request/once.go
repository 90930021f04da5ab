package request

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"entractes/internal/infra/db"
)

// onceDetail is where an act keeps the key of the submission that did it.
const onceDetail = "once"

type onceKey struct{}

// Once returns ctx for one submission of a form or of a program: an act done twice on
// one request by one account with the same key is done once, and the second time
// succeeds as the first did. An empty key changes nothing. Only the use cases that open
// their own transaction know it: inside a caller's transaction the second is an error.
func Once(ctx context.Context, key string) context.Context {
	if key == "" {
		return ctx
	}
	return context.WithValue(ctx, onceKey{}, key)
}

func onceOf(ctx context.Context) string {
	key, _ := ctx.Value(onceKey{}).(string)
	return key
}

// errAgain ends an act that was already done; nothing was written when it is met.
var errAgain = errors.New("already done")

// again tells whether the account has already done an act on id with the key of the
// context. The request must be locked, so that two submissions see each other.
func again(tx *db.Tx, id ID, account string) (bool, error) {
	key := onceOf(tx.Context())
	if key == "" || account == "" {
		return false, nil
	}
	done, err := db.All(tx, scanDone, `SELECT `+actColumns+` FROM request_act WHERE request = $1 AND account = $2 ORDER BY version_after, id`, string(id), account)
	for _, a := range done {
		if a.Detail[onceDetail] == key {
			return true, err
		}
	}
	return false, err
}

// onceID makes the id of what a submission writes from its key, so that a second one finds the first.
func onceID(key, account string) string {
	sum := sha256.Sum256([]byte(account + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}
