package testkit_test

import (
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// So many requests, eight at a time; five people are asked about each and accept it at the
// same instant, each twice, as a thumb does. Exactly one wins each, his second tap is the same
// success, and everybody else reads that it is taken. RACE_ROUNDS says how many; make soak
// takes fifty thousand on each engine.
func TestOneWinnerEachRound(t *testing.T) {
	rounds := 150
	if n, err := strconv.Atoi(os.Getenv("RACE_ROUNDS")); err == nil {
		rounds = n
	}
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			h := testkit.Start(t, engine)
			ward := h.Ward("Maternité A")
			var people []*testkit.Person
			for _, name := range []string{"Un", "Deux", "Trois", "Quatre", "Cinq"} {
				people = append(people, h.Nurse(name))
			}
			var next, wins atomic.Int64
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() {
					for n := int(next.Add(1)); n <= rounds; n = int(next.Add(1)) {
						wins.Add(race(t, h, ward, people, n))
					}
				})
			}
			wg.Wait()
			if wins.Load() != int64(rounds) {
				t.Errorf("%d winners of %d rounds", wins.Load(), rounds)
			}
			noneOf(t, h.DB, map[string]string{
				"rounds with two winners": twoWinners, "requests whose acts do not lead to their state": astray,
				"rounds with two accepted offers": `SELECT count(*) FROM (SELECT dispatch FROM offer WHERE state = 'accepted' GROUP BY dispatch HAVING count(*) > 1) twice`,
				"rounds still open":               `SELECT count(*) FROM dispatch WHERE state = 'open'`,
			})
		})
	}
}

// race asks for care and lets everybody accept at once; it returns how many won.
func race(t *testing.T, h *testkit.House, ward *testkit.Person, people []*testkit.Person, n int) int64 {
	t.Helper()
	r, err := h.Requests.Trigger(ward.Ctx(), askIn(testkit.CorbeilEssonnes, n))
	if err != nil {
		t.Error(err)
		return 0
	}
	offers := h.Offers(r)
	if len(offers) != len(people) {
		t.Errorf("%d people were asked", len(offers))
	}
	var won atomic.Int64
	var wg sync.WaitGroup
	start := make(chan struct{})
	for _, p := range people {
		wg.Go(func() {
			<-start
			_, first := h.Requests.Accept(p.Ctx(), offers[p.Subject], "")
			_, second := h.Requests.Accept(p.Ctx(), offers[p.Subject], "")
			if first == nil {
				won.Add(1)
			}
			if (first == nil) != (second == nil) || first != nil && fault.CodeOf(first) != "request.taken" {
				t.Errorf("the first tap says %v, the second %v", first, second)
			}
		})
	}
	close(start)
	wg.Wait()
	return won.Load()
}
