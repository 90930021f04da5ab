package request_test

import (
	"strings"

	"entractes/internal/base/i18n"
)

var french = i18n.For("fr")

// plain makes every kind of space one, so that a test says words and not typography.
func plain(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' }), " ")
}

func contains(s, part string) bool { return strings.Contains(plain(s), plain(part)) }
