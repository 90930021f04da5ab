package request

import (
	"strings"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
)

// Position is how a patient travels.
type Position string

// The positions.
const (
	Lying  Position = "lying"
	Seated Position = "seated"
)

// Transport is the block of a journey: from where to where, and what the crew must know
// before it comes. An empty From is the patient's home.
type Transport struct {
	From      string   `json:"from,omitempty"`
	To        string   `json:"to,omitempty"`
	Ward      string   `json:"ward,omitempty"`
	Position  Position `json:"position,omitempty"`
	Floor     string   `json:"floor,omitempty"`  // and whether there is a lift
	Weight    int      `json:"weight,omitempty"` // of the patient, in kilograms
	Oxygen    bool     `json:"oxygen,omitempty"`
	Isolation bool     `json:"isolation,omitempty"`
	Companion bool     `json:"companion,omitempty"`
	Voucher   bool     `json:"voucher,omitempty"` // the transport order is written
}

// Limits of the block.
const (
	maxPlace  = 200
	maxWeight = 400
)

// Empty tells whether nothing of the block was said.
func (t *Transport) Empty() bool { return t == nil || *t == Transport{} }

// IsJourney tells whether a request to p in mode m is a journey, for which the block is relevant.
func IsJourney(p nomenclature.ProfessionCode, m nomenclature.Mode) bool {
	return m == nomenclature.Transport || p == nomenclature.AmbulanceCompany || p == "AMB"
}

func (t *Transport) check() (l fault.List) {
	if t == nil {
		return nil
	}
	for _, f := range []struct{ field, text string }{
		{"transport_from", t.From}, {"transport_to", t.To}, {"transport_ward", t.Ward}, {"transport_floor", t.Floor},
	} {
		if tooLong(f.text, maxPlace) {
			l.Add(fault.Invalid("request.text_long", f.field, "n", maxPlace))
		}
	}
	if t.Position != "" && t.Position != Lying && t.Position != Seated {
		l.Add(fault.Invalid("request.position", "transport_position"))
	}
	if t.Weight < 0 || t.Weight > maxWeight {
		l.Add(fault.Invalid("request.weight", "transport_weight", "n", maxWeight))
	}
	return l
}

// Sentence says the block: « De l’EHPAD vers les urgences, service de cardiologie, allongé, oxygène ».
func (t *Transport) Sentence(p *i18n.Printer) string {
	parts := []string{t.Journey(p)}
	for _, f := range []struct{ key, text string }{{"ward", t.Ward}, {"floor", t.Floor}} {
		if f.text != "" {
			parts = append(parts, p.T("request.transport."+f.key, "text", f.text))
		}
	}
	if t.Position != "" {
		parts = append(parts, p.T("request.transport."+string(t.Position)))
	}
	if t.Weight > 0 {
		parts = append(parts, p.T("request.transport.weight", "n", t.Weight))
	}
	for _, f := range []struct {
		key string
		is  bool
	}{{"oxygen", t.Oxygen}, {"isolation", t.Isolation}, {"companion", t.Companion}, {"voucher", t.Voucher}} {
		if f.is {
			parts = append(parts, p.T("request.transport."+f.key))
		}
	}
	return strings.Join(parts, ", ")
}

// Journey says from where to where.
func (t *Transport) Journey(p *i18n.Printer) string {
	from := t.From
	if from == "" {
		from = p.T("request.transport.home")
	}
	if t.To == "" {
		return p.T("request.transport.start", "from", from)
	}
	return p.T("request.transport.journey", "from", from, "to", t.To)
}
