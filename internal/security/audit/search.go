package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
)

// SearchFor is the longest time that one search covers, and searchMost how many lines it returns.
const (
	SearchFor  = 31 * 24 * time.Hour
	searchMost = 200
)

// Query bounds a search of the trail by time; the rest may be empty.
type Query struct {
	From, To time.Time // To is left out
	Action   string    // how it begins: "session.", "patient."
	Name     string    // of who acted, in part
	Refused  bool      // refusals and failures only
	Before   string    // the id of the last line of the page before
}

// check refuses a search without bounds.
func (q Query) check() error {
	var l fault.List
	switch {
	case q.From.IsZero() || q.To.IsZero() || !q.From.Before(q.To):
		l.Add(fault.Invalid("audit.bounds", "from"))
	case q.To.Sub(q.From) > SearchFor:
		l.Add(fault.Invalid("audit.long", "from", "days", int(SearchFor/(24*time.Hour))))
	}
	return l.Err()
}

// Search returns the lines of the trail that answer q, the last first, and where the next page begins; for the auditor of a
// territory those of its accounts, for the platform's all of them. For anybody else it does not exist. The search is recorded, with
// what was asked.
func (a *Audit) Search(ctx context.Context, q Query) (lines []Line, next string, err error) {
	defer fault.Wrap(&err, "search the trail")
	by, ok := actor.From(ctx)
	if !ok || !by.Has(actor.RoleAuditor) {
		return nil, "", fault.NotFound("page")
	}
	if err := q.check(); err != nil {
		return nil, "", err
	}
	text, args := q.statement(by.Territory)
	err = a.db.Update(ctx, func(tx *db.Tx) error {
		if lines, err = db.All(tx, scanLine, text, args...); err != nil {
			return err
		}
		if len(lines) > searchMost {
			lines = lines[:searchMost]
			next = lines[searchMost-1].ID
		}
		return a.Record(tx, Event{Action: "audit.search", Object: "audit", Detail: fmt.Sprintf("%s to %s, %q, %q, refused %v: %d", q.From.UTC().Format(time.RFC3339), q.To.UTC().Format(time.RFC3339), q.Action, q.Name, q.Refused, len(lines))})
	})
	return lines, next, err
}

// statement reads by id, which begins by the time: a search reads the lines of its days and no others.
func (q Query) statement(territory string) (string, []any) {
	end := ident.Floor(q.To)
	if q.Before != "" && q.Before < end {
		end = q.Before
	}
	text, args := `SELECT `+lineColumns+` FROM audit WHERE id >= $1 AND id < $2`, []any{ident.Floor(q.From), end}
	add := func(condition string, value any) {
		args = append(args, value)
		text += strings.ReplaceAll(condition, "$n", "$"+strconv.Itoa(len(args)))
	}
	if q.Action != "" {
		add(` AND action LIKE $n ESCAPE '!'`, pattern(q.Action)+"%")
	}
	if q.Name != "" {
		add(` AND lower(name) LIKE $n ESCAPE '!'`, "%"+pattern(strings.ToLower(q.Name))+"%")
	}
	if q.Refused {
		add(` AND outcome <> $n`, string(OK))
	}
	if territory != "" {
		add(` AND account IN (SELECT id FROM account WHERE territory = $n)`, territory)
	}
	add(` ORDER BY id DESC LIMIT $n`, int64(searchMost+1))
	return text, args
}

// pattern is a text in which nothing stands for anything else.
func pattern(text string) string {
	return strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text)
}
