package testkit_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entractes/internal/infra/db"
)

// small are the tables that do not grow with the years: those who work in a territory are
// counted in thousands, its rules in tens, and what is promised leaves when it is kept.
var small = []string{
	"territory", "territory_commune", "setting", "contour", "duty_line", "duty", "structure", "member", "backup", "saved_view", "saved_view_first", "job",
	"credential", "budget_reached", "border", "fake_message", "request_template", "audit_seal", "goose_db_version", "sqlite_master",
}

// whole are statements that do read a whole table, and why they may.
var whole = []string{
	"SELECT id, state, profession, mode, urgency, start_at, triggered, reply_by, next_visit, dispatch, provider_kind, provider,",   // the people of the demonstration, who read it all
	"SELECT 'professional', id, given_name || ' ' || family_name, territory, profession, commune, '' FROM professional",            // the same
	"SELECT id, login, name, roles, person, structure, territory, lang, state, created FROM account ORDER BY name, id",             // the parts to play, and `entractes user list`
	"SELECT id, territory, civility || ' ' || given_name || ' ' || family_name, profession, commune, lat, lon, radius_km, profile", // the map of a territory, most of whom it shows
	"SELECT (SELECT count(*) FROM professional WHERE active = TRUE), (SELECT count(*) FROM request)",                               // figures, once a minute, of an index alone
}

var (
	scanned = regexp.MustCompile(`^SCAN (\w+)`)
	aliased = regexp.MustCompile(`(?i)(?:FROM|JOIN)\s+(\w+)\s+(?:AS\s+)?(\w+)`)
)

// noWholeTable fails for each statement the house has been asked that reads a whole table
// that grows, row by row: it would be as slow as the territory is old. An index that serves
// some rows only is used for a statement that says that it wants those alone.
func noWholeTable(t *testing.T, h *inhabited) {
	t.Helper()
	read := 0
	tables := map[string]bool{}
	h.Must(h.DB.View(t.Context(), func(tx *db.Tx) error {
		all, err := db.Tables(tx)
		for _, one := range all {
			tables[one.Name] = true
		}
		return err
	}))
	for _, text := range h.DB.Texts() {
		verb, _, _ := strings.Cut(strings.TrimSpace(text), " ")
		if !slices.Contains([]string{"SELECT", "UPDATE", "DELETE", "WITH"}, verb) || strings.Contains(text, "fake_message") || slices.ContainsFunc(whole, func(w string) bool { return strings.HasPrefix(text, w) }) {
			continue
		}
		steps := planOf(h, text)
		read++
		names := map[string]string{}
		for _, m := range aliased.FindAllStringSubmatch(text, -1) {
			names[m[2]] = m[1]
		}
		for _, step := range steps {
			m := scanned.FindStringSubmatch(step)
			if m == nil || strings.Contains(step, "USING") {
				continue
			}
			table := m[1]
			if real, ok := names[table]; ok {
				table = real
			}
			if tables[table] && !slices.Contains(small, table) {
				t.Errorf("%s: %s", step, strings.Join(strings.Fields(text), " "))
			}
		}
	}
	if read < 200 {
		t.Errorf("%d statements only: the test proves nothing", read)
	}
}

// planOf is how SQLite would do a statement, step by step.
func planOf(h *inhabited, text string) (steps []string) {
	h.T.Helper()
	highest := 0
	for _, name := range numbered.FindAllString(text, -1) {
		n, err := strconv.Atoi(name[1:])
		h.Must(err)
		highest = max(highest, n)
	}
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		steps, err = db.All(tx, func(r db.Row) (step string, err error) {
			var id, parent, unused int64
			return step, r.Scan(&id, &parent, &unused, &step)
		}, "EXPLAIN QUERY PLAN "+text, make([]any, highest)...)
		return err
	}))
	return steps
}

var numbered = regexp.MustCompile(`\$\d+`)
