package patient

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// GlassReasons are why a file may be opened by somebody who does not read it, each the sentence "glass.reason." + code.
var GlassReasons = []string{"emergency", "continuity", "alert"}

// What must be said of why, in characters.
const glassLeast, glassMost = 10, 500

// Glass is one opening of a file by somebody who does not read it otherwise.
type Glass struct {
	Reason string // of GlassReasons
	Note   string
	Until  time.Time
}

// Check returns what is wrong in why a file is opened.
func (g Glass) Check() error {
	var l fault.List
	if !slices.Contains(GlassReasons, g.Reason) {
		l.Add(fault.Invalid("glass.reason", "reason"))
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(g.Note)); n < glassLeast || n > glassMost {
		l.Add(fault.Invalid("glass.note", "note", "min", glassLeast, "max", glassMost))
	}
	return l.Err()
}

// BreakGlass opens the file of a person to the actor until g.Until, and records why. What is said of why is sealed; its
// code stands in the trail, for the person too. It never checks who asks.
func (g *Register) BreakGlass(tx *db.Tx, id ID, glass Glass) error {
	if err := glass.Check(); err != nil {
		return err
	}
	files, err := Files(tx, id)
	if err != nil {
		return err
	}
	by, _ := actor.From(tx.Context()) // nobody is refused by the audit
	row := ident.New[string](tx.Now())
	note, err := g.vault.Seal(tx, string(files[0]), crypt.Place{Table: "break_glass", Column: "note", Row: row}, []byte(strings.TrimSpace(glass.Note)))
	if err != nil {
		return err
	}
	err = tx.Write(`INSERT INTO break_glass (id, patient, account, reason, note, at, until) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		row, files[0], by.Account, glass.Reason, note, db.Ms(tx.Now()), db.Ms(glass.Until))
	if err != nil {
		return err
	}
	return g.audit.Record(tx, audit.Event{Action: "patient.break_glass", Object: "patient", ObjectID: string(files[0]), Patient: string(files[0]), Detail: glass.Reason})
}

// BrokenUntil returns until when an account has opened the file of a person so; zero when it has not. What an account has
// open is read once in a transaction: lists ask for each of their rows.
func BrokenUntil(tx *db.Tx, account string, id ID) (until time.Time, err error) {
	open, err := openBy(tx, account)
	if err != nil || len(open) == 0 {
		return until, err
	}
	files, err := Files(tx, id)
	for _, file := range files {
		if at := open[file]; at.After(until) {
			until = at
		}
	}
	return until, err
}

// openBy lists what an account has open now, with until when.
func openBy(tx *db.Tx, account string) (map[ID]time.Time, error) {
	if account == "" {
		return nil, nil
	}
	return db.Memo(tx, "break_glass", account, func() (map[ID]time.Time, error) {
		open := map[ID]time.Time{}
		_, err := db.All(tx, func(r db.Row) (id ID, err error) {
			var until int64
			err = r.Scan(&id, &until)
			open[id] = db.At(until)
			return id, err
		}, `SELECT patient, MAX(until) FROM break_glass WHERE account = $1 AND until > $2 GROUP BY patient`, account, db.Ms(tx.Now()))
		return open, err
	})
}
