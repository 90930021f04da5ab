package pdf

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/infra/pdf/pdftest"
)

func sample() *Document {
	d := &Document{
		Title: "Compte rendu de passage", Lang: "fr", Author: "Plateforme d’essai", Head: "Document d’essai", Foot: "À conserver",
		Page: func(n, of int) string { return fmt.Sprintf("page %d sur %d", n, of) }, Made: time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC),
	}
	d.Warning("Alerte\u202f: à lire d’abord")
	d.Facts(Fact{"Patient", "Alix Exemple, née le 2 mai 1960"}, Fact{"Vide", ""}, Fact{"Adresse", "22 rue des Exemples\n91100 Corbeil-Essonnes"})
	d.Heading("Observation")
	d.Paragraph("«\u00a0L’œdème a diminué\u00a0»\u202f; température 38,5\u00a0°C, SpO₂ 97\u202f%, saturation ≥ 95\u00a0%. Ça va mieux à l’hôpital, naïf été ÀÉÈÇŒ €.\nDeuxième ligne.")
	d.Paragraph(`Entre (parenthèses), \ et %d`)
	d.Note("Noms d’ailleurs\u202f: Łukasz Żółć, Ağça Işık, Ștefan Țepeș")
	return d
}

func drawn(t *testing.T, d *Document) []byte {
	t.Helper()
	file, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestWordsAreReadBack(t *testing.T) {
	t.Parallel()
	file := drawn(t, sample())
	text := strings.ReplaceAll(pdftest.Text(t, file), "\n", "")
	for _, words := range []string{
		"Compte rendu de passage", "L’œdème a diminué", "38,5\u00a0°C", "SpO2 97", "À conserver", "page 1 sur 1", "Łukasz Żółć", "Ağça Işık", `Entre (parenthèses), \ et %d`, "Corbeil-Essonnes", "ÀÉÈÇŒ €",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("%q is not in the file: %q", words, text)
		}
	}
	if strings.Contains(text, "Vide") {
		t.Error("an empty fact is written")
	}
	for _, trace := range []string{"/JavaScript", "/Type /EmbeddedFile", "/OpenAction <<", "/URI"} {
		if bytes.Contains(file, []byte(trace)) {
			t.Errorf("the file holds %s", trace)
		}
	}
	if !bytes.Contains(file, []byte("/Lang (fr)")) || !bytes.Contains(file, []byte("/Title ")) {
		t.Error("the file has no language or no title")
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	t.Parallel()
	if !bytes.Equal(drawn(t, sample()), drawn(t, sample())) {
		t.Error("two drawings differ")
	}
}

func TestLongDocumentsHavePages(t *testing.T) {
	t.Parallel()
	d := sample()
	table := Table{Columns: []Column{{Label: "Personne", Share: 3}, {Label: "Réponse", Share: 2}, {Label: "Délai", Share: 1, Right: true}}}
	for i := range 120 {
		table.Rows = append(table.Rows, []string{fmt.Sprintf("Camille Spécimen %d", i), "A décliné : planning complet, ne peut venir avant demain", "12\u00a0min"})
	}
	table.Rows = append(table.Rows, []string{strings.Repeat("Très long. ", 900)})
	d.Table(table)
	file := drawn(t, d)
	text := pdftest.Text(t, file)
	pages := bytes.Count(file, []byte("/Type /Page\n"))
	if pages < 4 || !strings.Contains(text, fmt.Sprintf("page %d sur %d", pages, pages)) || strings.Count(text, "Document d’essai") != pages {
		t.Errorf("%d pages", pages)
	}
	if n := strings.Count(text, "Personne"); n < 3 {
		t.Errorf("the headings come %d times", n)
	}
	for i := range 120 {
		if !strings.Contains(text, fmt.Sprintf("Camille Spécimen %d\n", i)) {
			t.Errorf("row %d is lost", i)
		}
	}
}

// Whatever is written, every line fits and no letter is lost but spaces.
func TestLinesFit(t *testing.T) {
	t.Parallel()
	d := &Document{Lang: "fr"}
	f, err := d.file()
	if err != nil {
		t.Fatal(err)
	}
	p := newPen(f)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("aéœW .,’-\u00a0\u202fŁ≥日\n\u200b🙂"))).Draw(t, "text")
		wide := rapid.Float64Range(6, 80).Draw(t, "wide")
		s := style{size: sizeText}
		lines := p.lines(text, s, wide)
		for _, line := range lines {
			if p.width(line, s) > wide+0.01 && len([]rune(line)) > 1 {
				t.Fatalf("%q is %.1f mm wide, of %.1f", line, p.width(line, s), wide)
			}
		}
		strip := func(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }
		if got, want := strip(strings.Join(lines, "")), strip(printable(text)); got != want {
			t.Fatalf("%q became %q", want, got)
		}
	})
}

func TestFontHasFrench(t *testing.T) {
	t.Parallel()
	for n, f := range faces() {
		for _, c := range "abcxyzABCXYZ0123456789éèêëàâäùûüôöîïçœæÉÈÀÇŒ’«»–…€°·×\u00a0" {
			if n%2 == 0 && !f.has[c] {
				t.Errorf("%s has no %q", f.name, c)
			}
		}
		if len(f.has) < 100 || f.has['日'] {
			t.Errorf("%s: %d letters", f.name, len(f.has))
		}
	}
	if got := printable("a\x00b\u200bc\td 日🙂 ☺"); got != "abc d ?? ?" {
		t.Errorf("%q", got)
	}
}
