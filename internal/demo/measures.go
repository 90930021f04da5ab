package demo

import (
	"hash/fnv"
	"math"
	"strconv"
	"strings"

	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/channel/fakephone"
)

// measures are what is measured at the n-th visit of a request: nurses and doctors take
// them, most often, and they come back to usual. They are drawn from the request alone, so
// that nothing else of the story changes with them.
func measures(id request.ID, n int, p nomenclature.ProfessionCode) []nomenclature.Reading {
	if p != nomenclature.Nurse && p != nomenclature.GP && p != nomenclature.HAD {
		return nil
	}
	draw := drawOf(string(id))
	if draw%3 == 0 {
		return nil
	}
	ill := math.Pow(0.55, float64(n-1)) // how far from usual it still is
	out := []nomenclature.Reading{
		{Code: nomenclature.Systolic, Value: 118 + float64(draw%20) + 14*ill, Unit: "mmHg"},
		{Code: nomenclature.Diastolic, Value: 68 + float64(draw%14), Unit: "mmHg"},
		{Code: "pulse", Value: 66 + float64(draw%16) + 18*ill, Unit: "/min"},
		{Code: "temp", Value: 36.7 + float64(draw%15)/10*ill, Unit: "°C"},
		{Code: "pain", Value: math.Round(float64(draw%7) * ill), Unit: "/10"},
	}
	if draw%4 == 1 {
		out = append(out, nomenclature.Reading{Code: "spo2", Value: 97 - math.Round(4*ill), Unit: "%"})
	}
	if draw%5 == 2 {
		out = append(out, nomenclature.Reading{Code: "glucose", Value: 1.05 + 0.9*ill, Unit: "g/L"})
	}
	return out
}

func drawOf(text string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum32()
}

// secureMail is the secure mailbox of two doctors out of three; nobody has one elsewhere
// than in the fiction.
func secureMail(p directory.Professional) string {
	last, err := strconv.Atoi(p.RPPS[max(0, len(p.RPPS)-2):])
	if p.Profession != nomenclature.GP || err != nil || last%3 == 0 {
		return ""
	}
	name, _, _ := strings.Cut(p.Email, "@")
	return name + "@" + fakephone.SecureDomain
}
