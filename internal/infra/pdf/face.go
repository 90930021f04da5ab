package pdf

import (
	"embed"
	"encoding/binary"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed font/*.ttf
var files embed.FS

// face is one file of the font with the letters it has.
type face struct {
	name string
	ttf  []byte
	has  map[rune]bool
}

// The names of the faces; the second of each weight holds the letters that French does not use.
const (
	regular, regularExt = "regular", "regular-ext"
	bold, boldExt       = "bold", "bold-ext"
)

var faces = sync.OnceValue(func() []face {
	var out []face
	for _, name := range []string{regular, regularExt, bold, boldExt} {
		ttf, err := files.ReadFile("font/" + name + ".ttf")
		if err != nil {
			panic(err) // embedded with this file
		}
		out = append(out, face{name, ttf, letters(ttf)})
	}
	return out
})

// letters reads which characters a TrueType file has, from its table of format 4.
func letters(ttf []byte) map[rune]bool {
	has := map[rune]bool{}
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(ttf[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(ttf[at:])) }
	for i := range u16(4) {
		if string(ttf[12+16*i:16+16*i]) != "cmap" {
			continue
		}
		cmap := u32(12 + 16*i + 8)
		for n := range u16(cmap + 2) {
			if sub := cmap + u32(cmap+4+8*n+4); u16(sub) == 4 {
				readSegments(sub, u16, has)
			}
		}
	}
	return has
}

// readSegments reads a character table of format 4 at sub.
func readSegments(sub int, u16 func(at int) int, has map[rune]bool) {
	count := u16(sub+6) / 2
	ends, starts := sub+14, sub+16+2*count
	deltas, offsets := starts+2*count, starts+4*count
	for s := range count {
		offset := u16(offsets + 2*s)
		for c := u16(starts + 2*s); c <= u16(ends+2*s) && c != 0xffff; c++ {
			glyph := c
			if offset != 0 {
				glyph = u16(offsets + 2*s + offset + 2*(c-u16(starts+2*s)))
			}
			if offset != 0 && glyph == 0 || (glyph+u16(deltas+2*s))&0xffff == 0 {
				continue
			}
			has[rune(c)] = true //nolint:gosec // c comes from two bytes
		}
	}
}

// run is a piece of text that one face can write.
type run struct {
	text string
	ext  bool
}

func (r run) face(heavy bool) string {
	switch {
	case heavy && r.ext:
		return boldExt
	case heavy:
		return bold
	case r.ext:
		return regularExt
	}
	return regular
}

// runs cuts a printable text by the face that has its letters.
func runs(text string) []run {
	var out []run
	for _, c := range text {
		ext := !faces()[0].has[c]
		if n := len(out) - 1; n >= 0 && out[n].ext == ext {
			out[n].text += string(c)
			continue
		}
		out = append(out, run{string(c), ext})
	}
	return out
}

// neighbours write what the font does not have.
var neighbours = strings.NewReplacer(
	"\u202f", "\u00a0", "\u2011", "-", "\u2009", "\u00a0", "₂", "2", "≥", ">=", "≤", "<=", "→", "–", "←", "–", "\t", " ", "\r\n", "\n", "\r", "\n",
)

// printable is text as the font can write it: line ends and letters it has; anything
// else becomes a question mark, and what is not seen disappears.
func printable(text string) string {
	text = norm.NFC.String(strings.ToValidUTF8(text, "?"))
	kept := func(c rune) bool { return c == '\n' || faces()[0].has[c] || faces()[1].has[c] }
	var b strings.Builder
	for _, c := range text {
		if kept(c) {
			b.WriteRune(c)
			continue
		}
		for _, n := range neighbours.Replace(string(c)) {
			switch {
			case kept(n):
				b.WriteRune(n)
			case unicode.IsPrint(n):
				b.WriteByte('?')
			}
		}
	}
	return b.String()
}
