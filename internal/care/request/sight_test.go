package request_test

import (
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entractes/internal/care/request"
)

// The page of who may see what is the table, not a memory of it.
func TestAccessShowsTheTable(t *testing.T) {
	const page, begins, ends = "../../../docs/access.md", "<!-- written by the tests: the table begins -->\n", "<!-- the table ends -->"
	doc, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(doc), begins)
	_, after, ok2 := strings.Cut(rest, ends)
	if !ok || !ok2 {
		t.Fatal("docs/access.md has lost its table")
	}
	want := before + begins + "\n" + request.DrawAccess() + "\n" + ends + after
	if want == string(doc) {
		return
	}
	if !*update {
		t.Fatal("docs/access.md is not the table: run go test ./internal/care/request -run ShowsTheTable -update")
	}
	if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
}

// letters writes what is seen, one letter a field, in the order of the columns.
func letters(s request.Sight) string {
	var b strings.Builder
	for _, f := range []struct {
		seen   bool
		letter string
	}{{s.Need, "N"}, {s.Name, "P"}, {s.Identity, "I"}, {s.Motive, "M"}, {s.Reports, "R"}, {s.Documents, "D"}, {s.Messages, "E"}, {s.Timeline, "T"}, {s.Answers, "A"}} {
		if f.seen {
			b.WriteString(f.letter)
		}
	}
	return b.String()
}

// The columns of the law (interop §8), said apart from the table: N need, P name, I identity, M motive, R reports, D documents,
// E exchanges, T timeline, A answers; while somebody is searched, once it is carried, and when it is over.
func TestWhoMaySeeWhat(t *testing.T) {
	carried := func(r request.Relation) request.Relation { r.Carried = true; return r }
	for name, c := range map[string]struct {
		rel                        request.Relation
		named                      bool
		searching, carried, closed string
	}{
		"requester":                    {request.Relation{Requester: true}, true, "NPIMRDET", "NPIMRDET", "NPIMRDET"},
		"owner":                        {request.Relation{Provider: true}, true, "NPIMRDET", "NPIMRDET", "NPIMRDET"},
		"asked":                        {request.Relation{Asked: true, Recipient: true}, true, "N", "N", "N"},
		"lost or declined":             {request.Relation{Asked: true}, true, "N", "", ""},
		"usual team":                   {request.Relation{Usual: true}, true, "NT", "NPIMRDT", "NT"},
		"usual team, asked":            {request.Relation{Usual: true, Asked: true, Recipient: true}, true, "NPT", "NPIMRDT", "NPT"},
		"usual team, asked, unnamed":   {request.Relation{Usual: true, Asked: true, Recipient: true}, false, "NT", "NPIMRDT", "NT"},
		"in the place of one of them":  {request.Relation{Replaces: true, Asked: true, Recipient: true}, true, "NPT", "NPT", "NPT"},
		"registered GP":                {request.Relation{Usual: true, GP: true}, true, "NPIMRT", "NPIMRDT", "NPIMRT"},
		"supervisor":                   {request.Relation{Supervisor: true}, true, "NPITA", "NPITA", "NPITA"},
		"clinical supervisor":          {request.Relation{Supervisor: true, Clinical: true}, true, "NPIMRDTA", "NPIMRDTA", "NPIMRDTA"},
		"supervisor, for an emergency": {request.Relation{Supervisor: true, Glass: true}, true, "NPIMRDETA", "NPIMRDETA", "NPIMRDETA"},
		"operator":                     {request.Relation{Operator: true}, true, "NPIMRDET", "NPIMRDET", "NPIT"},
		"operator, for an emergency":   {request.Relation{Operator: true, Glass: true}, true, "NPIMRDET", "NPIMRDET", "NPIMRDET"},
		"neighbour":                    {request.Relation{Neighbour: true}, true, "NT", "NT", "NT"},
		"colleague":                    {request.Relation{Colleague: true}, true, "N", "N", "N"},
		"nobody":                       {request.Relation{}, true, "", "", ""},
	} {
		for state, want := range map[request.State]string{request.Searching: c.searching, request.Accepted: c.carried, request.Cancelled: c.closed} {
			rel := c.rel
			if state == request.Accepted {
				rel = carried(rel)
			}
			if got := letters(request.SightOf(rel, state, c.named)); got != want {
				t.Errorf("%s, %s: %s, want %s", name, state, got, want)
			}
		}
	}
}

// Being something more never closes anything; identity never comes without the name, nor the texts without the need.
func TestSightOnlyGrows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		relation := func(label string) request.Relation {
			bits := rapid.SliceOfN(rapid.Bool(), 15, 15).Draw(t, label)
			return request.Relation{
				Requester: bits[0], Provider: bits[1], Recipient: bits[2], Asked: bits[3], Colleague: bits[4], Usual: bits[5], Replaces: bits[6], GP: bits[7], Supervisor: bits[8],
				Clinical: bits[9], Operator: bits[10], Neighbour: bits[11], Stands: bits[12], Glass: bits[13], Carried: bits[14],
			}
		}
		a, b := relation("a"), relation("b")
		b.Carried = a.Carried
		both := a
		both.Requester, both.Provider, both.Recipient, both.Asked, both.Colleague = a.Requester || b.Requester, a.Provider || b.Provider, a.Recipient || b.Recipient, a.Asked || b.Asked, a.Colleague || b.Colleague
		both.Usual, both.Replaces, both.GP, both.Supervisor, both.Clinical = a.Usual || b.Usual, a.Replaces || b.Replaces, a.GP || b.GP, a.Supervisor || b.Supervisor, a.Clinical || b.Clinical
		both.Operator, both.Neighbour, both.Stands, both.Glass = a.Operator || b.Operator, a.Neighbour || b.Neighbour, a.Stands || b.Stands, a.Glass || b.Glass
		state := rapid.SampledFrom(request.States).Draw(t, "state")
		named := rapid.Bool().Draw(t, "named")
		all := letters(request.SightOf(both, state, named))
		for _, one := range []request.Relation{a, b} {
			for _, letter := range letters(request.SightOf(one, state, named)) {
				if !strings.ContainsRune(all, letter) {
					t.Fatalf("%c is closed by being something more: %s", letter, all)
				}
			}
		}
		if s := request.SightOf(both, state, named); s.Identity && !s.Name {
			t.Fatal("an identity without a name")
		}
	})
}
