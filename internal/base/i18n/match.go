package i18n

import (
	"slices"
	"strconv"
	"strings"
)

// Match returns the language of the product that an Accept-Language header prefers.
// It is French when the header names none of ours, or cannot be read.
func Match(acceptLanguage string) string {
	best, weight := Langs[0], 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, params, _ := strings.Cut(part, ";")
		lang, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if lang == "*" {
			lang = Langs[0]
		}
		q := 1.0
		if v, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			parsed, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil || parsed < 0 || parsed > 1 {
				continue
			}
			q = parsed
		}
		if q > weight && slices.Contains(Langs, lang) {
			best, weight = lang, q
		}
	}
	return best
}
