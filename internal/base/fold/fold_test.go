package fold_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"entractes/internal/base/fold"
)

func TestKey(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"  ":                      "",
		"Évry-Courcouronnes":      "evry courcouronnes",
		"L’Haÿ-les-Roses":         "l hay les roses",
		"L'Haÿ les  roses ":       "l hay les roses",
		"Œuilly":                  "oeuilly",
		"Saint-Lô":                "saint lo",
		"Lærtes Ægir":             "laertes aegir",
		"Hitiaa O Te Ra":          "hitiaa o te ra",
		"E\u0301vry":              "evry",
		"ÎLE D’OLÉRON":            "ile d oleron",
		"Paris 1er (75)":          "paris 1er 75",
		"Straße nº 3":             "strasse no 3",
		"İstanbul":                "istanbul",
		"ﬁchier\u00a0: «\u202fa»": "fichier a",
		"a\xffb":                  "a b",
	} {
		if got := fold.Key(in); got != want {
			t.Errorf("Key(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestKeySortsAsPeopleExpect(t *testing.T) {
	names := []string{"Évreux", "Étampes", "Eaubonne", "Ézanville", "Draveil", "Forges"}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(fold.Key(a), fold.Key(b)) })
	if want := []string{"Draveil", "Eaubonne", "Étampes", "Évreux", "Ézanville", "Forges"}; !slices.Equal(names, want) {
		t.Errorf("sorted %q, want %q", names, want)
	}
}

func TestWords(t *testing.T) {
	if got, want := fold.Words("Saint-Germain-lès-Corbeil"), []string{"saint", "germain", "les", "corbeil"}; !slices.Equal(got, want) {
		t.Errorf("Words = %q, want %q", got, want)
	}
	if got := fold.Words(" -’- "); len(got) != 0 {
		t.Errorf("Words of punctuation = %q, want none", got)
	}
}

func FuzzKey(f *testing.F) {
	for _, s := range []string{"Évry", "L’Haÿ", "œÆß", "İ", "a\xff", "ΑΣ", "Ǆ", "½", "ϓ", "ﬃ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := fold.Key(s)
		if again := fold.Key(k); again != k {
			t.Errorf("Key(%q) = %q, and its key is %q", s, k, again)
		}
		if !utf8.ValidString(k) || strings.Contains(k, "  ") || strings.TrimSpace(k) != k {
			t.Errorf("Key(%q) = %q is not a clean key", s, k)
		}
		if upper := fold.Key(strings.ToLower(s)); upper != k {
			t.Errorf("Key(%q) = %q differs from the key of its lower case %q", s, k, upper)
		}
	})
}

func BenchmarkKey(b *testing.B) {
	for b.Loop() {
		fold.Key("Saint-Germain-lès-Corbeil")
	}
}
