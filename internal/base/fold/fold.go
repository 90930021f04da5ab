// Package fold writes names as keys that ignore accents, case, ligatures, apostrophes and hyphens.
// A key is what folded columns hold: equal keys are the same name for a person who searches, and
// keys sort, byte by byte, as French readers expect.
package fold

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spelled holds the letters that no decomposition separates.
var spelled = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'þ': "th", 'ı': "i", 'ħ': "h",
}

// latin holds the keys of the letters from U+00C0 to U+024F, which are nearly all that French texts
// add to ASCII: reading them here is ten times faster than decomposing.
var latin = sync.OnceValue(func() []string {
	keys := make([]string, latinEnd-latinStart)
	for r := rune(latinStart); r < latinEnd; r++ {
		var b strings.Builder
		decompose(&b, string(r))
		keys[r-latinStart] = b.String()
	}
	return keys
})

const latinStart, latinEnd = 0x00C0, 0x0250

// Key returns s in lower case without accents; whatever is neither a letter nor a digit separates
// words, and words are separated by exactly one space: « L’Haÿ-les-Roses » gives "l hay les roses".
// Key(Key(s)) == Key(s). Invalid UTF-8 separates words.
func Key(s string) string {
	if isKey(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	if !simple(&b, s) {
		b.Reset()
		decompose(&b, s)
	}
	return strings.TrimSuffix(b.String(), " ")
}

// simple folds s letter by letter; false when it meets a rune that only decomposition tells.
func simple(b *strings.Builder, s string) bool {
	keys := latin()
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf:
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			appendFolded(b, r)
		case r >= latinStart && r < latinEnd && keys[r-latinStart] != "":
			b.WriteString(keys[r-latinStart])
		case r == '\u2019' || r == '\u00a0' || r == '\u202f':
			appendFolded(b, ' ')
		default:
			return false
		}
	}
	return true
}

func decompose(b *strings.Builder, s string) {
	// Lowering comes on both sides: a few capitals only decompose once lowered, and the reverse.
	for _, r := range norm.NFKD.String(strings.ToLower(strings.ToValidUTF8(s, " "))) {
		if !unicode.Is(unicode.Mn, r) {
			appendFolded(b, unicode.ToLower(r))
		}
	}
}

// Words returns the words of Key(s); none for a text without letter or digit.
func Words(s string) []string { return strings.Fields(Key(s)) }

func appendFolded(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		if c := byte(r); c >= 'a' && c <= 'z' || c >= '0' && c <= '9' { //nolint:gosec // one byte, as just seen
			b.WriteByte(c)
		} else if b.Len() > 0 && !strings.HasSuffix(b.String(), " ") {
			b.WriteByte(' ')
		}
		return
	}
	if to, ok := spelled[r]; ok {
		b.WriteString(to)
		return
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		b.WriteRune(r)
		return
	}
	if b.Len() > 0 && !strings.HasSuffix(b.String(), " ") {
		b.WriteByte(' ')
	}
}

// isKey recognises, without copying, a text that is already its own key.
func isKey(s string) bool {
	previous := byte(' ')
	for i := range len(s) {
		c := s[i]
		if c != ' ' && (c < 'a' || c > 'z') && (c < '0' || c > '9') || c == ' ' && previous == ' ' {
			return false
		}
		previous = c
	}
	return s == "" || previous != ' '
}
