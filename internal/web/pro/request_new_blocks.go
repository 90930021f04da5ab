package pro

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
)

// births are the professions asked for care around a birth.
var births = []nomenclature.ProfessionCode{nomenclature.Midwife, nomenclature.Nurse, "PUER"}

// readBlocks reads what is written besides the motive: the block of a birth, that of a
// journey, the answers to the questions of the acts. What is not relevant is not read.
func (n need) readBlocks(d *request.Details, a request.Ask, now time.Time) {
	if slices.Contains(births, a.Profession) {
		d.Maternity = n.maternity().Seen(now)
	}
	if request.IsJourney(a.Profession, a.Mode) {
		d.Transport = n.journey()
	}
	if answers := n.answers(a.Acts); len(answers) > 0 {
		d.Answers = answers
	}
}

func (n need) answers(acts []nomenclature.ActCode) request.Answers {
	answers := request.Answers{}
	for _, act := range acts {
		for _, q := range request.Questions(act) {
			answers.Set(act, q.Code, n.answer(act, q))
		}
	}
	return answers
}

func (n need) maternity() *request.Maternity {
	m := &request.Maternity{
		Date: readDay(n.f, n.name("maternity_date")), MotherAndBaby: n.f.Bool(n.name("mother_and_baby")), PostPartum: n.f.Bool(n.name("post_partum")),
		Birth: request.Birth(n.value("birth")), Parity: n.f.Int(n.name("parity"), 0, 20), Multiple: n.f.Bool(n.name("multiple")),
		BabyGrams: n.f.Int(n.name("baby_grams"), 1, 10000),
	}
	if m.Empty() {
		return nil
	}
	return m
}

func (n need) journey() *request.Transport {
	t := &request.Transport{
		From: n.text("transport_from", 200), To: n.text("transport_to", 200), Ward: n.text("transport_ward", 200), Floor: n.text("transport_floor", 200),
		Position: request.Position(n.value("transport_position")), Weight: n.f.Int(n.name("transport_weight"), 1, 400), Oxygen: n.f.Bool(n.name("transport_oxygen")),
		Isolation: n.f.Bool(n.name("transport_isolation")), Companion: n.f.Bool(n.name("transport_companion")), Voucher: n.f.Bool(n.name("transport_voucher")),
	}
	if t.Empty() {
		return nil
	}
	return t
}

// answer reads one answer in the way the use case keeps it.
func (n need) answer(act nomenclature.ActCode, q nomenclature.ActField) string {
	name := n.name(request.AnswerField(act, q.Code))
	const longest = 1000
	switch q.Kind {
	case nomenclature.FieldBool:
		return yes(n.f.Bool(name))
	case nomenclature.FieldNumber:
		return strings.Replace(n.f.Text(name, 20), ",", ".", 1)
	}
	return n.f.Text(name, longest)
}

// writeBlocks proposes again what readBlocks read.
func (n need) writeBlocks(d request.Details) {
	if m := d.Maternity; m != nil {
		n.set("maternity_date", m.Date.String())
		n.set("mother_and_baby", yes(m.MotherAndBaby))
		n.set("post_partum", yes(m.PostPartum))
		n.set("birth", string(m.Birth))
		n.set("parity", some(m.Parity))
		n.set("multiple", yes(m.Multiple))
		n.set("baby_grams", some(m.BabyGrams))
	}
	if t := d.Transport; t != nil {
		n.set("transport_from", t.From)
		n.set("transport_to", t.To)
		n.set("transport_ward", t.Ward)
		n.set("transport_floor", t.Floor)
		n.set("transport_position", string(t.Position))
		n.set("transport_weight", some(t.Weight))
		n.set("transport_oxygen", yes(t.Oxygen))
		n.set("transport_isolation", yes(t.Isolation))
		n.set("transport_companion", yes(t.Companion))
		n.set("transport_voucher", yes(t.Voucher))
	}
	for act, said := range d.Answers {
		for code, text := range said {
			n.set(request.AnswerField(act, code), text)
		}
	}
}

// some writes a number that was said.
func some(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return ""
}

// birth tells whether the block about a birth is open: for a midwife, or once filled.
func (n need) birth() bool {
	return n.profession() == nomenclature.Midwife || n.said("maternity_date", "mother_and_baby", "post_partum", "birth", "parity", "multiple", "baby_grams")
}

// said tells whether one of the fields holds something.
func (n need) said(fields ...string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return n.value(f) != "" })
}
