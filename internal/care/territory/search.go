package territory

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"

	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
)

// Found is one answer of Search.
type Found struct {
	Commune
	// As is the other name by which it was found, empty when found by its own: « Courcouronnes ».
	As string
}

// How well an entry answers, before closeness and population are added.
const (
	scoreExact  = 80
	scorePrefix = 60
	scoreInside = 42
	scoreWords  = 30
	// scorePostal is shared between the postal codes of a commune, so that an arrondissement comes before its city.
	scorePostal  = 40
	scoreNearest = 30 // at no distance, half of it 20 km away
	scoreTenfold = 4  // for ten times as many inhabitants
	closeKm      = 20
)

// Search returns at most n communes that answer what a person types: the name or another name, from
// its beginning or from any of its words, without regard to accents, hyphens or « saint » and « st »;
// or a postal code, whole or begun; or both together. The best answer comes first: communes close to
// near, when near is known, then populated ones, gain places. It takes far less than 5 ms.
func Search(query string, near geo.Point, n int) []Found {
	q := newQuestion(query, near)
	if len(q.words) == 0 || n <= 0 {
		return nil
	}
	x := names()
	top := ranking{communes: x.communes, n: n}
	for _, i := range x.bucket(q.words) {
		e := &x.entries[i]
		score := e.score(q)
		if score == 0 {
			continue
		}
		score += e.crowd
		// Distance is the dear part: a name that could not enter with the best one is not measured.
		if !q.near.IsZero() && score+scoreNearest >= top.floor {
			score += scoreNearest / (1 + geo.Distance(q.near, x.communes[e.commune].Point)/closeKm)
		}
		top.add(hit{score: score, commune: e.commune, entry: i})
	}
	top.settle()
	out := make([]Found, 0, len(top.hits))
	for _, h := range top.hits {
		out = append(out, Found{Commune: x.communes[h.commune], As: x.entries[h.entry].alias})
	}
	return out
}

// question is a query made ready.
type question struct {
	key   string
	words []string
	near  geo.Point
}

func newQuestion(query string, near geo.Point) question {
	const longest = 100 // letters of a query that are read: no name is longer
	if len(query) > longest {
		query = query[:longest]
	}
	key := nameKey(query)
	return question{key: key, words: strings.Fields(key), near: near}
}

// entry is one name of one commune.
type entry struct {
	commune int32
	key     string
	alias   string
	postal  []string
	crowd   float64 // what its population adds to the score
}

// score is 0 when the entry does not answer q.
func (e *entry) score(q question) float64 {
	switch {
	case e.key == q.key:
		return scoreExact
	case strings.HasPrefix(e.key, q.key):
		return scorePrefix
	case inside(e.key, q.key):
		return scoreInside
	}
	var score float64
	for _, w := range q.words {
		switch {
		case strings.HasPrefix(e.key, w) || inside(e.key, w):
			score = max(score, scoreWords)
		case slices.ContainsFunc(e.postal, func(p string) bool { return strings.HasPrefix(p, w) }):
			score = max(score, scoreWords+scorePostal/float64(len(e.postal)))
		default:
			return 0
		}
	}
	return score
}

// inside tells whether a word of key other than the first begins with part.
func inside(key, part string) bool {
	for {
		i := strings.Index(key, part)
		if i < 0 {
			return false
		}
		if i > 0 && key[i-1] == ' ' {
			return true
		}
		key = key[i+1:]
	}
}

// nameKey is fold.Key with « saint » and « sainte » as people shorten them.
func nameKey(name string) string {
	key := fold.Key(name)
	if !strings.Contains(key, "saint") {
		return key
	}
	words := strings.Split(key, " ")
	for i, w := range words {
		switch w {
		case "saint":
			words[i] = "st"
		case "sainte":
			words[i] = "ste"
		case "saints":
			words[i] = "sts"
		case "saintes":
			words[i] = "stes"
		}
	}
	return strings.Join(words, " ")
}

// index finds the names that have a word, or a postal code, with a given beginning.
type index struct {
	communes []Commune
	entries  []entry
	// letters lists the entries by the first two bytes of each of their words, a word of one byte counting as followed by a space.
	letters map[[2]byte][]int32
}

var names = sync.OnceValue(func() *index { return newIndex(places()) })

func newIndex(g *gazetteer) *index {
	x := &index{communes: g.communes, entries: make([]entry, 0, len(g.communes)*9/8), letters: make(map[[2]byte][]int32, 1000)}
	for i, c := range g.communes {
		x.add(entry{commune: int32(i), key: nameKey(c.Name), postal: c.Postal})
	}
	for _, f := range table("communes_alias") {
		i, ok := g.byCode[CommuneCode(f[2])]
		if !ok || nameKey(f[0]) == nameKey(g.communes[i].Name) {
			continue
		}
		e := entry{commune: i, key: nameKey(f[0]), alias: f[0]}
		if f[1] != "" {
			e.postal = []string{f[1]}
		}
		x.add(e)
	}
	return x
}

func (x *index) add(e entry) {
	at := int32(len(x.entries)) //nolint:gosec // 38,323 names
	e.crowd = scoreTenfold * math.Log10(float64(x.communes[e.commune].Population+1))
	x.entries = append(x.entries, e)
	put := func(word string) {
		b := beginning(word)
		if l := x.letters[b]; len(l) == 0 || l[len(l)-1] != at {
			x.letters[b] = append(l, at)
		}
	}
	for word := range strings.SplitSeq(e.key, " ") {
		put(word)
	}
	for _, p := range e.postal {
		put(p)
	}
}

func beginning(word string) [2]byte {
	switch len(word) {
	case 0:
		return [2]byte{' ', ' '}
	case 1:
		return [2]byte{word[0], ' '}
	}
	return [2]byte{word[0], word[1]}
}

// bucket returns the entries among which every answer to words stands: those of the rarest beginning.
func (x *index) bucket(words []string) []int32 {
	var rarest []int32
	for i, w := range words {
		var l []int32
		if len(w) > 1 {
			l = x.letters[beginning(w)]
		} else {
			l = x.oneLetter(w[0])
		}
		if i == 0 || len(l) < len(rarest) {
			rarest = l
		}
	}
	return rarest
}

// oneLetter gathers the entries of which a word begins with c. An entry may come twice.
func (x *index) oneLetter(c byte) []int32 {
	var l []int32
	for b, more := range x.letters {
		if b[0] == c {
			l = append(l, more...)
		}
	}
	return l
}

// hit is one name that answers.
type hit struct {
	score   float64
	commune int32
	entry   int32
}

// ranking keeps the n best communes of many hits, without sorting them all.
type ranking struct {
	communes []Commune
	n        int
	hits     []hit
	floor    float64 // the score of the nth, once there are n
}

func (r *ranking) add(h hit) {
	if h.score < r.floor {
		return
	}
	r.hits = append(r.hits, h)
	if len(r.hits) > 2*r.n+32 {
		r.settle()
	}
}

// settle orders the hits, keeps one for each commune and n in all. Equal scores are ordered by code,
// so that two searches agree.
func (r *ranking) settle() {
	slices.SortFunc(r.hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(r.communes[a.commune].Code, r.communes[b.commune].Code))
	})
	seen := make(map[int32]bool, len(r.hits))
	r.hits = slices.DeleteFunc(r.hits, func(h hit) bool {
		again := seen[h.commune]
		seen[h.commune] = true
		return again
	})
	if len(r.hits) >= r.n {
		r.hits = r.hits[:r.n]
		r.floor = r.hits[r.n-1].score
	}
}
