package notify

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The alphabet of text messages (GSM 03.38). Characters of the extension cost two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwice = "^{}\\[~]|€\f"
)

// gsmFolds are the characters French texts use that the alphabet lacks and that no
// decomposition gives. One of them would more than halve what a segment holds.
var gsmFolds = map[rune]string{
	'\u00a0': " ", '\u202f': " ", '\u2009': " ", '\t': " ", '\u00ad': "", '\u200b': "",
	'’': "'", '‘': "'", '“': `"`, '”': `"`, '«': `"`, '»': `"`, '…': "...", '–': "-", '—': "-", '\u2011': "-", '·': "-", '•': "-",
	'œ': "oe", 'Œ': "OE", '≤': "<=", '≥': ">=", '×': "x", '°': "o", 'º': "o", '→': "->", '✓': "v",
}

// GSM writes text in the alphabet of text messages: accents it lacks are dropped, and
// what it cannot write at all becomes « ? ». GSM(GSM(s)) == GSM(s).
func GSM(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(guillemets.Replace(strings.ToValidUTF8(text, "?"))) {
		foldGSM(&b, r)
	}
	return b.String()
}

// guillemets carry spaces on their inner side that straight marks do not.
var guillemets = strings.NewReplacer("«\u00a0", `"`, "«\u202f", `"`, "\u00a0»", `"`, "\u202f»", `"`)

func foldGSM(b *strings.Builder, r rune) {
	if strings.ContainsRune(gsmBasic, r) || strings.ContainsRune(gsmTwice, r) {
		b.WriteRune(r)
		return
	}
	if to, ok := gsmFolds[r]; ok {
		b.WriteString(to)
		return
	}
	wrote := false
	for _, part := range norm.NFKD.String(string(r)) {
		if !unicode.Is(unicode.Mn, part) && part != r && (strings.ContainsRune(gsmBasic, part) || strings.ContainsRune(gsmTwice, part)) {
			b.WriteRune(part)
			wrote = true
		}
	}
	if !wrote && !unicode.Is(unicode.Mn, r) {
		b.WriteByte('?')
	}
}

// Segments counts the messages an operator bills for text, already written by GSM:
// 160 characters alone, 153 each when there are several, an extended pair never split.
func Segments(text string) int {
	total := 0
	for _, r := range text {
		total += gsmCost(r)
	}
	if total <= 160 {
		return min(total, 1)
	}
	segments, room := 1, 153
	for _, r := range text {
		cost := gsmCost(r)
		if cost > room {
			segments, room = segments+1, 153
		}
		room -= cost
	}
	return segments
}

func gsmCost(r rune) int {
	if strings.ContainsRune(gsmTwice, r) {
		return 2
	}
	return 1
}
