package supervise

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// CountCap is up to where the numbers above a list are exact. Beyond, counting would cost what the
// territory is old.
const CountCap = 1000

// Count is a number of requests. Above CountCap it only says "more".
type Count int

// Exact returns the number to show, and false when there are more.
func (c Count) Exact() (int, bool) { return min(int(c), CountCap), c <= CountCap }

// Counts are the numbers above the list: what each filter of state would show, with the other filters kept.
// Archived, Errors and Mine are beside it: All does not hold them.
type Counts struct {
	All, AtRisk, Searching, InCharge, Unfilled, Waitlisted, Completed, Cancelled Count
	Archived, Errors, Mine                                                       Count
}

// visible are the states of ordinary view.
var visible = []request.State{
	request.Searching, request.Accepted, request.Started, request.Suspended, request.Unfilled, request.Waitlisted, request.Completed, request.Cancelled,
}

// alive are those that still want something of somebody; shelved those that may be archived.
var (
	alive   = visible[:6]
	shelved = []request.State{request.Completed, request.Cancelled, request.Unfilled}
)

// search writes the texts that find a page and its counts. Each text is a union of
// branches; each branch reads one index in the order of the page and stops when it has enough.
type search struct {
	args []any
	// always holds the conditions of every branch.
	always []string
	// either are the meanings of a text, each found by an index of its own; nil without a text.
	either []string
	// own keeps the rows of one person; "" when everybody's are.
	own string
	// someOwner tells that who looks after a row matters: what has ended long ago is then not counted.
	someOwner bool
	// lost tells that the text means nothing here.
	lost bool
	// border tells that the console sees requests of other territories too.
	border bool
	// plain tells that nothing but the territory is asked: one index holds the whole page.
	plain bool
	// states are those the page keeps; nil for every one of ordinary view.
	states []request.State
	// shelves are the parts looked at: the ordinary view, the archive, both for a text.
	shelves []bool
	// readOnly is how long an unfilled request may be tried again.
	readOnly time.Duration
	within   scope
	reader   actor.Actor
}

// search prepares the texts of q. It reads the names a text may mean.
func (s *Service) search(tx *db.Tx, who actor.Actor, within scope, q Query) (*search, error) {
	settings, err := territory.SettingsOf(tx, within.territory)
	if err != nil {
		return nil, err
	}
	f := &search{within: within, reader: who, shelves: []bool{q.Archived}, readOnly: settings.ReadOnly}
	if _, f.border, err = db.Find(tx, db.Value[string], `SELECT request FROM border WHERE territory = $1 LIMIT 1`, within.territory); err != nil {
		return nil, err
	}
	if f.states = readable(q.States, who); len(f.states) == 0 && len(q.States) > 0 {
		f.lost = true
	}
	if q.Text != "" && !q.Archived || slices.Contains(f.states, request.EnteredInError) {
		f.shelves = []bool{false, true}
	}
	f.plain = len(f.states) == 0 && q.Text == ""
	f.always = append(f.always, "r.territory = "+f.arg(within.territory))
	if err := f.ownedBy(tx, q.Owner); err != nil {
		return nil, err
	}
	if within.service != "" {
		q.Service = within.service
	}
	for _, c := range [][2]string{{"r.service", q.Service}, {"r.profession", string(q.Profession)}, {"r.commune", string(q.Commune)}} {
		if c[1] != "" {
			f.always = append(f.always, c[0]+" = "+f.arg(c[1]))
			f.plain = false
		}
	}
	if q.Text == "" {
		if f.own != "" {
			f.either = []string{f.own}
		}
		return f, nil
	}
	if f.own != "" {
		f.always = append(f.always, f.own)
	}
	err = s.meanings(tx, f, within, q.Text)
	f.lost = f.lost || len(f.either) == 0
	return f, err
}

// readable leaves of states those the reader may ask for: drafts belong to who writes
// them, and errors are out of ordinary view, for supervisors.
func readable(states []request.State, who actor.Actor) []request.State {
	var out []request.State
	for _, s := range states {
		if slices.Contains(visible, s) || s == request.EnteredInError && who.Supervises() {
			out = append(out, s)
		}
	}
	return out
}

// ownedMax bounds how many rows one person looks after.
const ownedMax = 500

// ownedBy keeps what the reader or nobody looks after.
func (f *search) ownedBy(tx *db.Tx, owner Owned) error {
	if owner != Mine && owner != NoOwner {
		return nil
	}
	f.plain, f.someOwner = false, true
	if len(f.states) == 0 {
		f.states = alive
	}
	if owner == NoOwner {
		f.always = append(f.always, "COALESCE((SELECT w.account FROM row_owner w WHERE w.request = r.id AND w.service = "+f.arg(f.within.service)+"), '') = ''")
		return nil
	}
	ids, err := db.All(tx, db.Value[string], `SELECT request FROM row_owner WHERE account = $1 AND service = $2 AND account <> '' ORDER BY since DESC LIMIT $3`,
		f.reader.Account, f.within.service, int64(ownedMax))
	if err != nil || len(ids) == 0 {
		f.lost = true
		return err
	}
	places := make([]string, len(ids))
	for i, id := range ids {
		places[i] = f.arg(id)
	}
	f.own = "r.id IN (" + strings.Join(places, ",") + ")"
	return nil
}

// meaningsMax bounds how many services, and how many people, a text may mean.
const meaningsMax = 8

// meanings looks for what a text may be: the phone of a patient, or the beginning of
// the name of a service that asks or of a provider.
func (s *Service) meanings(tx *db.Tx, f *search, within scope, text string) error {
	if phone, err := directory.ParsePhone(text); err == nil && phone != "" {
		ids, err := requestsOf(tx, s.patients, within.territory, phone)
		if len(ids) > 0 {
			places := make([]string, len(ids))
			for i, id := range ids {
				places[i] = f.arg(id)
			}
			f.either = append(f.either, "r.id IN ("+strings.Join(places, ",")+")")
		}
		return err
	}
	key := fold.Key(text)
	if key == "" {
		return nil
	}
	structures, err := db.All(tx, db.Value[string], `SELECT id FROM structure WHERE territory = $1 AND folded >= $2 AND folded < $3 ORDER BY folded, id LIMIT $4`,
		within.territory, key, key+"\x7f", int64(meaningsMax))
	if err != nil {
		return err
	}
	mean(f, "r.service", structures)
	people, err := db.All(tx, db.Value[string], `SELECT id FROM professional WHERE territory = $1 AND folded >= $2 AND folded < $3 ORDER BY folded, id LIMIT $4`,
		within.territory, key, key+"\x7f", int64(meaningsMax))
	mean(f, "r.provider", append(people, structures...))
	return err
}

// requestsOf lists the latest requests for the patients that a phone reaches.
func requestsOf(tx *db.Tx, patients *patient.Register, of string, phone directory.Phone) ([]string, error) {
	ids, err := patients.ByPhone(tx, of, phone)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return db.All(tx, db.Value[string], `SELECT id FROM request WHERE patient IN `+db.In(2, len(ids))+` ORDER BY created DESC, id DESC LIMIT $1`,
		append([]any{int64(PageSize)}, db.Args(ids)...)...)
}

// mean adds a branch for each id. That a provider is not empty is said, because the index holds those only.
func mean[ID ~string](f *search, column string, ids []ID) {
	for _, id := range ids {
		f.either = append(f.either, column+" = "+f.arg(string(id))+" AND "+column+" <> ''")
	}
}

// arg adds a value and returns its place in the text.
func (f *search) arg(v any) string {
	f.args = append(f.args, v)
	return "$" + strconv.Itoa(len(f.args))
}

func (f *search) in(states []request.State) string {
	places := make([]string, len(states))
	for i, s := range states {
		places[i] = f.arg(string(s))
	}
	return "r.state IN (" + strings.Join(places, ",") + ")"
}

// branch is what one SELECT of a union reads.
type branch struct{ from, where string }

func (f *search) branch(conditions ...string) branch {
	return branch{from: "request r", where: strings.Join(append(append([]string{}, f.always...), conditions...), " AND ")}
}

// shelf keeps one part: the ordinary view or the archive.
func (f *search) shelf(archived bool) string { return "r.archived = " + f.arg(archived) }

// across is the same condition about the requests near the border of the territory, which
// another one owns.
func (f *search) across(where string) string {
	mine, _, _ := strings.Cut(where, " AND ")
	return strings.Replace(where, mine, "r.id IN (SELECT n.request FROM border n WHERE n.territory = $1)", 1)
}

// byState are the branches of a page that keeps states.
func (f *search) byState(states []request.State) []branch {
	if f.plain && len(states) == 0 {
		return []branch{f.branch(f.shelf(f.shelves[0]), "r.state NOT IN ('draft', 'entered_in_error')")}
	}
	if len(states) == 0 {
		states = visible
	}
	var out []branch
	if len(f.either) > 0 {
		in := ""
		for _, meaning := range f.either {
			if !strings.HasPrefix(meaning, "r.service") { // few rows: they are sorted
				if in == "" {
					in = f.in(states)
				}
				if len(f.shelves) == 1 {
					out = append(out, f.branch(meaning, in, f.shelf(f.shelves[0])))
				} else {
					out = append(out, f.branch(meaning, in))
				}
				continue
			}
			out = append(out, f.each(states, meaning)...)
		}
		return out
	}
	return f.each(states)
}

// each makes a branch for each state and part: an index holds each in the order of the page.
func (f *search) each(states []request.State, also ...string) (out []branch) {
	for _, s := range states {
		for _, archived := range f.shelves {
			out = append(out, f.branch(append(slices.Clone(also), "r.state = "+f.arg(string(s)), f.shelf(archived))...))
		}
	}
	return out
}

// atRisk are the branches of what RiskOf finds at now. The states are words of the
// text, because two of the indexes hold these states only.
func (f *search) atRisk(now int64) []branch {
	at := f.arg(now)
	var text []string
	if len(f.either) > 0 {
		text = []string{"(" + strings.Join(f.either, " OR ") + ")"}
	}
	slow := f.branch(append(text, "r.state = 'searching'",
		"d.reply_by > 0 AND d.reply_by - (CASE WHEN r.respond_within < d.reply_by - d.opened THEN r.respond_within ELSE d.reply_by - d.opened END) / 2 <= "+at)...)
	slow.from = "request r JOIN dispatch d ON d.id = r.dispatch"
	// What may be tried again is never archived: the archive begins later.
	// A row is looked up for each, rather than joined: PostgreSQL would read every round.
	nobody := f.branch(append(text, "r.state = 'unfilled'", f.shelf(false), "COALESCE(NULLIF((SELECT d.closed FROM dispatch d WHERE d.id = r.dispatch), 0), r.created) > "+f.arg(now-f.readOnly.Milliseconds()))...)
	return []branch{
		slow,
		nobody,
		f.branch(append(text, "r.state = 'accepted'", "r.next_visit = 0", "r.start_by > 0", "r.start_by < "+at)...),
		f.branch(append(text, "r.state IN ('accepted', 'started')", "r.next_visit > 0", "r.next_visit < "+at)...),
	}
}

// union reads at most n rows of each branch, after a cursor when there is one.
func (f *search) union(branches []branch, after Cursor, n int) string {
	if !after.IsZero() {
		at, id := f.arg(db.Ms(after.Created)), f.arg(string(after.ID))
		for i := range branches {
			branches[i].where += " AND r.created <= " + at + " AND (r.created < " + at + " OR r.id < " + id + ")"
		}
	}
	limit := f.arg(int64(n))
	if f.border {
		for _, b := range branches {
			branches = append(branches, branch{from: b.from, where: f.across(b.where)})
		}
	}
	parts := make([]string, len(branches))
	for i, b := range branches {
		parts[i] = "SELECT id, created, state FROM (SELECT r.id, r.created, r.state FROM " + b.from + " WHERE " + b.where +
			" ORDER BY r.created DESC, r.id DESC LIMIT " + limit + ") b" + strconv.Itoa(i)
	}
	return strings.Join(parts, " UNION ")
}

// page returns the ids of a page in order, one more than asked when there is another page.
func (f *search) page(tx *db.Tx, q Query) ([]request.ID, error) {
	if f.lost {
		return nil, nil
	}
	g := f.clone()
	branches := g.byState(f.states)
	if q.AtRisk {
		g = f.clone()
		branches = g.atRisk(db.Ms(tx.Now()))
	}
	text := `SELECT id FROM (` + g.union(branches, q.Before, q.Limit+1) + `) found ORDER BY created DESC, id DESC LIMIT ` + g.arg(int64(q.Limit+1))
	return db.All(tx, db.Value[request.ID], text, g.args...)
}

// clone starts another text with the same conditions: an argument that a text does not
// use is refused by PostgreSQL.
func (f *search) clone() *search {
	g := *f
	g.args = append([]any{}, f.args...)
	return &g
}

// atRiskName, archivedName and mineName tell these counts from those of states.
const (
	atRiskName   = "at risk"
	archivedName = "archived"
	mineName     = "mine"
)

// counts counts what each filter of state would show. The order keeps PostgreSQL on the
// index of the state: without it, the first rows of the table look cheaper to it.
func (f *search) counts(tx *db.Tx) (c Counts, err error) {
	if f.lost {
		return c, nil
	}
	type found struct {
		state request.State
		n     Count
	}
	scan := func(row db.Row) (v found, err error) { return v, row.Scan(&v.state, &v.n) }
	g := f.clone()
	limit := g.arg(int64(CountCap + 1))
	var parts []string
	if len(f.either) > 0 {
		parts = append(parts, `SELECT state, count(*) FROM (`+g.union(g.byState(nil), Cursor{}, CountCap+1)+`) t GROUP BY state`)
	} else {
		some := func(as string, s request.State, archived bool) {
			state := "'" + string(s) + "'" // one of ours: PostgreSQL wants to know the type of what it returns
			where := []string{g.branch("r.state = "+state, g.shelf(archived)).where}
			if f.border {
				where = append(where, g.across(where[0]))
			}
			for _, w := range where {
				parts = append(parts, `SELECT '`+as+`', count(*) FROM (SELECT 1 AS one FROM request r WHERE `+w+` ORDER BY r.created DESC, r.id DESC LIMIT `+limit+`) c`+strconv.Itoa(len(parts)))
			}
		}
		for _, s := range visible {
			some(string(s), s, false)
		}
		if !f.someOwner {
			for _, s := range shelved {
				some(archivedName, s, true)
			}
		}
		if f.reader.Supervises() && !f.someOwner {
			some(string(request.EnteredInError), request.EnteredInError, false)
			some(string(request.EnteredInError), request.EnteredInError, true)
		}
	}
	parts = append(parts, `SELECT '`+atRiskName+`', count(*) FROM (SELECT id FROM (`+g.union(g.atRisk(db.Ms(tx.Now())), Cursor{}, CountCap+1)+`) t LIMIT `+limit+`) risk`)
	parts = append(parts, `SELECT '`+mineName+`', count(*) FROM row_owner w JOIN request r ON r.id = w.request WHERE w.account = `+g.arg(f.reader.Account)+` AND w.account <> '' AND w.service = `+g.arg(f.within.service)+` AND `+g.in(alive))
	all, err := db.All(tx, scan, strings.Join(parts, " UNION ALL "), g.args...)
	for _, v := range all {
		c.add(v.state, v.n)
	}
	return c, err
}

func (c *Counts) add(s request.State, n Count) {
	switch s {
	case atRiskName:
		c.AtRisk = n
		return
	case archivedName:
		c.Archived += n
		return
	case mineName:
		c.Mine = n
		return
	case request.EnteredInError:
		c.Errors += n
		return
	}
	c.All += n
	switch s {
	case request.Searching:
		c.Searching += n
	case request.Accepted, request.Started, request.Suspended:
		c.InCharge += n
	case request.Unfilled:
		c.Unfilled += n
	case request.Waitlisted:
		c.Waitlisted += n
	case request.Completed:
		c.Completed += n
	case request.Cancelled:
		c.Cancelled += n
	}
}
