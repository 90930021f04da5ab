// Package i18n holds the sentences people read and turns values into words: French
// first, English second. A program carries a key and values as far as it can, and
// translates at the last moment, because one refusal is shown, spoken and sent.
//
// Sentences stand in messages/<area>.<lang>.json: "key": "Bonjour {name}", or
// "key": {"one": "{n} passage", "other": "{n} passages"} chosen by the value named n.
package i18n

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"entractes/internal/base/fault"
)

// Printer writes in one language. It may be used concurrently.
type Printer struct {
	lang     string
	messages map[string]message
	fallback map[string]message
}

// For returns the printer of lang ("fr", "en", "en-GB"); French when the language is not one of Langs.
func For(lang string) *Printer {
	c := loaded()
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if _, known := c.byLang[base]; !known {
		base = Langs[0]
	}
	return &Printer{lang: base, messages: c.byLang[base], fallback: c.byLang[Langs[0]]}
}

// Lang returns the language code of the printer, one of Langs.
func (p *Printer) Lang() string { return p.lang }

// T returns the sentence of key with its {name} placeholders filled from kv, pairs of
// name and value. The value named n chooses between one and several. A key unknown in
// this language is looked for in French; unknown there too, the key itself is returned.
// A placeholder without a value stays as it is written.
func (p *Printer) T(key string, kv ...any) string {
	m, ok := p.messages[key]
	if !ok {
		if m, ok = p.fallback[key]; !ok {
			return key
		}
	}
	text := m.other
	if m.one != "" {
		if n, ok := number(value(kv, "n")); ok && p.singular(n) {
			text = m.one
		}
	}
	return p.fill(text, kv)
}

// Has tells whether key has a sentence, in this language or in French.
func (p *Printer) Has(key string) bool {
	if _, ok := p.messages[key]; ok {
		return true
	}
	_, ok := p.fallback[key]
	return ok
}

// Fault returns the sentence for the person: what happened and what to do. A code
// without a sentence gets the sentence of its kind. It returns "" for nil.
func (p *Printer) Fault(err *fault.Error) string {
	if err == nil {
		return ""
	}
	if key := "fault." + err.Code; p.Has(key) {
		return p.T(key, err.Values...)
	}
	return p.T("fault." + err.Kind.String())
}

// singular follows each language: in French nothing and one are singular, 1.5 as well.
func (p *Printer) singular(n float64) bool {
	n = math.Abs(n)
	if p.lang == "fr" {
		return n < 2
	}
	return n == 1
}

// fill replaces placeholders in one pass, so that a value is never read as a placeholder.
func (p *Printer) fill(text string, kv []any) string {
	if len(kv) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		end := -1
		if open >= 0 {
			end = strings.IndexByte(text[open:], '}')
		}
		if end < 0 {
			b.WriteString(text)
			return b.String()
		}
		name := text[open+1 : open+end]
		b.WriteString(text[:open])
		if v := value(kv, name); v != nil {
			b.WriteString(p.show(name, v))
		} else {
			b.WriteString(text[open : open+end+1])
		}
		text = text[open+end+1:]
	}
}

// show writes a value. Only n is grouped by thousands: other integers may be years or codes.
func (p *Printer) show(name string, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return p.decimal(strconv.FormatFloat(v, 'f', -1, 64))
	case int:
		if name == "n" {
			return p.Number(v)
		}
	case *fault.Error:
		return p.Fault(v)
	}
	return fmt.Sprint(v)
}

func (p *Printer) decimal(s string) string {
	if p.lang == "fr" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

func value(kv []any, name string) any {
	for i := 0; i+1 < len(kv); i += 2 {
		if k, ok := kv[i].(string); ok && k == name {
			return kv[i+1]
		}
	}
	return nil
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case int32:
		return float64(v), true
	case uint64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
