package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"entractes/internal/base/fold"
)

//go:embed data/*.csv
var files embed.FS

// givenName is one first name; generation a is the oldest, d the youngest.
type givenName struct {
	name, sex, generation string
	weight                int
}

// lexicon is what fictional people and addresses are made of.
type lexicon struct {
	given    []givenName
	families []string
	streets  []givenName // name is « rue », weight how usual it is
	odonyms  []string
	plan     []planned
}

// planned is one line of the plan: how many professionals of a kind there are.
type planned struct {
	code  string
	count int
}

// words reads the embedded files once. A fault in them is a fault of the build, which
// the tests find.
var words = sync.OnceValue(func() *lexicon {
	var l lexicon
	for _, r := range rows("prenoms") {
		l.given = append(l.given, givenName{r[0], r[1], r[2], number(r[3])})
	}
	known := map[string]bool{}
	for _, r := range rows("noms") {
		if key := fold.Key(r[0]); !known[key] {
			known[key] = true
			l.families = append(l.families, r[0])
		}
	}
	for _, r := range rows("voies") {
		if r[0] == "type" {
			l.streets = append(l.streets, givenName{name: r[1], weight: number(r[2])})
		} else {
			l.odonyms = append(l.odonyms, strings.ReplaceAll(r[1], "'", "’"))
		}
	}
	for _, r := range rows("demo_plan") {
		l.plan = append(l.plan, planned{r[0], number(r[4])})
	}
	return &l
})

func rows(name string) [][]string {
	f, err := files.Open("data/" + name + ".csv")
	if err != nil {
		panic(fmt.Sprintf("demo: embedded %s: %v", name, err))
	}
	defer f.Close() //nolint:errcheck // part of the program
	all, err := csv.NewReader(f).ReadAll()
	if err != nil || len(all) == 0 {
		panic(fmt.Sprintf("demo: embedded %s: %v", name, err))
	}
	return all[1:]
}

func number(text string) int { n, _ := strconv.Atoi(text); return n }

// dice makes choices that are the same at each run of a seed. It is not for concurrent use.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice {
	return dice{rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15))} //nolint:gosec // fiction, nothing secret
}

// chance is true p times out of one.
func (d dice) chance(p float64) bool { return d.Float64() < p }

// between is a whole number from a to b, both included.
func (d dice) between(a, b int) int { return a + d.IntN(b-a+1) }

// around is a delay of that median: half are shorter; few are much longer.
func (d dice) around(median time.Duration) time.Duration {
	const spread = 0.75
	factor := math.Exp(d.NormFloat64() * spread)
	return time.Duration(float64(median) * min(max(factor, 0.2), 6)).Round(time.Second)
}

// pick returns one of list, which is not empty.
func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// weighted returns an index in proportion of the weights.
func (d dice) weighted(n int, weight func(i int) float64) int {
	total := 0.0
	for i := range n {
		total += weight(i)
	}
	x := d.Float64() * total
	for i := range n {
		if x -= weight(i); x < 0 {
			return i
		}
	}
	return n - 1
}

// given draws a first name of a sex and one of generations.
func (d dice) given(sex, generations string) string {
	all := slices.DeleteFunc(slices.Clone(words().given), func(g givenName) bool {
		return g.sex != sex || !strings.Contains(generations, g.generation)
	})
	return all[d.weighted(len(all), func(i int) float64 { return float64(all[i].weight) })].name
}

func (d dice) family() string { return pick(d, words().families) }

// street draws an address: « 12 rue des Lilas ».
func (d dice) street() string {
	kinds := words().streets
	kind := kinds[d.weighted(len(kinds), func(i int) float64 { return float64(kinds[i].weight) })].name
	return strconv.Itoa(d.between(1, 98)) + " " + kind + " " + pick(d, words().odonyms)
}
