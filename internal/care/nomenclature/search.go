package nomenclature

import (
	"slices"
	"strings"

	"entractes/internal/base/fold"
)

// SearchActs returns the acts that hold every word of text, the likeliest first: "plaie
// infirm", "prise de sang", "IDE08". Accents and case do not count, a word may be cut
// short, and both languages are looked at. When professions are named, only their acts
// are returned. An empty text returns them all.
func SearchActs(text string, among ...ProfessionCode) []Act {
	words := meaningful(fold.Words(text))
	type found struct {
		act   Act
		score int
	}
	var hits []found
	for _, a := range data().acts {
		if len(among) > 0 && !slices.ContainsFunc(among, a.DoneBy) {
			continue
		}
		if score, ok := a.score(words); ok {
			hits = append(hits, found{a, score})
		}
	}
	slices.SortStableFunc(hits, func(a, b found) int { return b.score - a.score })
	acts := make([]Act, len(hits))
	for i, h := range hits {
		acts[i] = h.act
	}
	return acts
}

// score is higher for whole words, for words of the label, and for its first word.
func (a Act) score(words []string) (int, bool) {
	sum := 0
	code := strings.ToLower(string(a.Code))
	for _, w := range words {
		best := 0
		if w == code {
			best = 100
		} else if strings.HasPrefix(code, w) {
			best = 1
		}
		for i, l := range a.label {
			if points := meets(l, w, 6, 4); i == 0 && points > 0 {
				best = max(best, points+1)
			} else {
				best = max(best, points)
			}
		}
		for _, o := range a.others {
			best = max(best, meets(o, w, 3, 2))
		}
		if best == 0 {
			return 0, false
		}
		sum += best
	}
	return sum, true
}

func meets(word, asked string, whole, begun int) int {
	switch {
	case word == asked:
		return whole
	case strings.HasPrefix(word, asked):
		return begun
	}
	return 0
}

var small = []string{"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "ou", "par", "pour", "sur", "un", "une", "of", "the", "and", "or", "for"}

// meaningful drops the small words, unless nothing else was typed yet.
func meaningful(words []string) []string {
	kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(small, w) })
	if len(kept) == 0 {
		return words
	}
	return kept
}
