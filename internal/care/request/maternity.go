package request

import (
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

// Birth is how a child was born.
type Birth string

// The ways.
const (
	Vaginal   Birth = "vaginal"
	Caesarean Birth = "caesarean"
)

// Limits of the maternity block.
const (
	maxParity = 20
	maxGrams  = 7000
	minGrams  = 300
)

// Empty tells whether nothing of the block was said.
func (m *Maternity) Empty() bool { return m == nil || *m == Maternity{Expected: m.Expected} }

// Seen returns the block as it is written at now: its date is past, or still expected.
func (m *Maternity) Seen(now time.Time) *Maternity {
	if m == nil {
		return nil
	}
	seen := *m
	seen.Expected = civil.DayOf(now, civil.Paris()).Before(m.Date)
	return &seen
}

func (m *Maternity) check(now time.Time) (l fault.List) {
	if m == nil {
		return nil
	}
	if today := civil.DayOf(now, time.UTC); !m.Date.IsZero() && (m.Date.Before(today.Add(-366)) || today.Add(300).Before(m.Date)) {
		l.Add(fault.Invalid("request.birth_date", "maternity_date"))
	}
	if m.Parity < 0 || m.Parity > maxParity {
		l.Add(fault.Invalid("request.parity", "parity", "n", maxParity))
	}
	if m.Birth != "" && m.Birth != Vaginal && m.Birth != Caesarean {
		l.Add(fault.Invalid("request.birth", "birth"))
	}
	if m.BabyGrams != 0 && (m.BabyGrams < minGrams || m.BabyGrams > maxGrams) {
		l.Add(fault.Invalid("request.baby_grams", "baby_grams", "least", minGrams, "most", maxGrams))
	}
	return l
}

// Sentence says the maternity block.
func (m *Maternity) Sentence(p *i18n.Printer) string {
	var parts []string
	if !m.Date.IsZero() {
		key := "request.maternity.date"
		if m.Expected {
			key = "request.maternity.due"
		}
		parts = append(parts, p.T(key, "day", p.DayYear(m.Date.Start(civil.Paris()), civil.Paris())))
	}
	if m.Birth != "" {
		parts = append(parts, p.T("request.maternity."+string(m.Birth)))
	}
	if m.Parity > 0 {
		parts = append(parts, p.T("request.maternity.parity", "n", m.Parity))
	}
	if m.Multiple {
		parts = append(parts, p.T("request.maternity.multiple"))
	}
	if m.MotherAndBaby {
		parts = append(parts, p.T("request.maternity.mother_and_baby"))
	}
	if m.PostPartum {
		parts = append(parts, p.T("request.maternity.post_partum"))
	}
	if m.BabyGrams > 0 {
		parts = append(parts, p.T("request.maternity.baby", "n", m.BabyGrams))
	}
	return strings.Join(parts, ", ")
}
