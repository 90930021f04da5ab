package supervise

import (
	"strconv"
	"strings"

	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
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
type Counts struct{ All, AtRisk, Searching, InCharge, Unfilled, Waitlisted, Completed, Cancelled Count }

// visible are the states of ordinary view.
var visible = []request.State{
	request.Searching, request.Accepted, request.Started, request.Suspended, request.Unfilled, request.Waitlisted, request.Completed, request.Cancelled,
}

// search writes the texts that find a page and its counts. Each text is a union of
// branches; each branch reads one index in the order of the page and stops when it has enough.
type search struct {
	args []any
	// always holds the conditions of every branch.
	always []string
	// either are the meanings of a text, each found by an index of its own; nil without a text.
	either []string
	// lost tells that the text means nothing here.
	lost bool
	// border tells that the console sees requests of other territories too.
	border bool
	// plain tells that nothing but the territory is asked: one index holds the whole page.
	plain bool
}

// search prepares the texts of q. It reads the names a text may mean.
func (s *Service) search(tx *db.Tx, within scope, q Query) (*search, error) {
	f := &search{plain: len(q.States) == 0 && q.Text == ""}
	_, near, err := db.Find(tx, db.Value[string], `SELECT request FROM border WHERE territory = $1 LIMIT 1`, within.territory)
	if err != nil {
		return nil, err
	}
	f.border = near
	f.always = append(f.always, "r.territory = "+f.arg(within.territory))
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
		return f, nil
	}
	err = s.meanings(tx, f, within, q.Text)
	f.lost = len(f.either) == 0
	return f, err
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

// across is the same condition about the requests near the border of the territory, which
// another one owns.
func (f *search) across(where string) string {
	mine, _, _ := strings.Cut(where, " AND ")
	return strings.Replace(where, mine, "r.id IN (SELECT n.request FROM border n WHERE n.territory = $1)", 1)
}

// byState are the branches of a page that keeps states.
func (f *search) byState(states []request.State) []branch {
	if f.plain && len(states) == 0 {
		return []branch{f.branch("r.state NOT IN ('draft', 'entered_in_error')")}
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
				out = append(out, f.branch(meaning, in))
				continue
			}
			for _, s := range states {
				out = append(out, f.branch(meaning, "r.state = "+f.arg(string(s))))
			}
		}
		return out
	}
	for _, s := range states {
		out = append(out, f.branch("r.state = "+f.arg(string(s))))
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
	return []branch{
		slow,
		f.branch(append(text, "r.state = 'unfilled'", "r.created > "+f.arg(now-RestingAfter.Milliseconds()))...),
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
	branches := g.byState(q.States)
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

// atRiskName tells the count of what is at risk from those of states.
const atRiskName = "at risk"

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
		for i, s := range visible {
			name := "'" + string(s) + "'" // one of ours: PostgreSQL wants to know the type of what it returns
			where := []string{g.branch("r.state = " + name).where}
			if f.border {
				where = append(where, g.across(where[0]))
			}
			for k, w := range where {
				parts = append(parts, `SELECT `+name+`, count(*) FROM (SELECT 1 AS one FROM request r WHERE `+w+` ORDER BY r.created DESC, r.id DESC LIMIT `+limit+`) c`+strconv.Itoa(2*i+k))
			}
		}
	}
	parts = append(parts, `SELECT '`+atRiskName+`', count(*) FROM (SELECT id FROM (`+g.union(g.atRisk(db.Ms(tx.Now())), Cursor{}, CountCap+1)+`) t LIMIT `+limit+`) risk`)
	all, err := db.All(tx, scan, strings.Join(parts, " UNION ALL "), g.args...)
	for _, v := range all {
		c.add(v.state, v.n)
	}
	return c, err
}

func (c *Counts) add(s request.State, n Count) {
	if s == atRiskName {
		c.AtRisk = n
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
