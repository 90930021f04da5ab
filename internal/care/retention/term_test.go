package retention_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
	"entractes/internal/care/retention"
)

func TestTerm(t *testing.T) {
	paris := civil.Paris()
	rule := retention.Rule{Years: 20, UntilAge: 28}
	last := time.Date(2026, 3, 16, 23, 30, 0, 0, time.UTC) // the 17th in Paris
	for name, c := range map[string]struct {
		birth civil.Day
		want  string
	}{
		"an adult":                 {civil.Day{Year: 1950, Month: 1, Day: 2}, "2046-03-17"},
		"nobody knows when":        {civil.Day{}, "2046-03-17"},
		"a child of five":          {civil.Day{Year: 2021, Month: 5, Day: 9}, "2049-05-09"},
		"born on 29 February 2020": {civil.Day{Year: 2020, Month: 2, Day: 29}, "2048-02-29"},
		"a child of eight":         {civil.Day{Year: 2018, Month: 3, Day: 17}, "2046-03-17"},
	} {
		if got := rule.Term(last, c.birth, paris); got.String() != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// A term never comes earlier than the years, nor than the age; it comes at once on one of the two; and it moves with the last act.
func TestTermIsTheLaterOfTwo(t *testing.T) {
	paris := civil.Paris()
	rapid.Check(t, func(t *rapid.T) {
		rule := retention.Rule{Years: rapid.IntRange(5, 30).Draw(t, "years"), UntilAge: rapid.IntRange(18, 40).Draw(t, "age")}
		last := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "last"), 0)
		birth := civil.DayFrom(rapid.IntRange(1900, 2090).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"))
		term := rule.Term(last, birth, paris)
		day := civil.DayOf(last, paris)
		if term.Year < day.Year+rule.Years || term.Year < birth.Year+rule.UntilAge || term.Year != max(day.Year+rule.Years, birth.Year+rule.UntilAge) {
			t.Fatalf("%s for %s and %s", term, day, birth)
		}
		if rule.Due(last, birth, term.Start(paris).Add(-time.Second), paris) || !rule.Due(last, birth, term.Start(paris), paris) {
			t.Fatalf("due at another time than %s", term)
		}
		if rule.Term(last.AddDate(1, 0, 0), birth, paris).Before(term) {
			t.Fatal("something that happened later brings the term nearer")
		}
	})
}
