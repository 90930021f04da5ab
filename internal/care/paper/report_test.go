package paper_test

import (
	"strings"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/paper"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/pdf/pdftest"
)

func sheet() request.ReportSheet {
	return request.ReportSheet{
		Request: request.Request{Commune: "91174", Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE08"}, Mode: nomenclature.HomeVisit, StartAt: time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC), From: request.From{Role: "Maternité A"}},
		Report: request.Report{ID: "r1", At: time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC), Name: "Camille Spécimen", CareReport: request.CareReport{
			Text: "L’état s’améliore.\nPansement refait.", Vitals: []nomenclature.Reading{{Code: "temp", Value: 38.5, Unit: "°C"}, {Code: "weight", Value: 71.5, Unit: "kg"}},
			Wound: &request.Wound{Stage: "2", Length: 32, Width: 18}, Tolerance: "good", Alert: true,
		}},
		Author:  request.Author{Name: "Camille Spécimen", Profession: nomenclature.Nurse, RPPS: "10000000001"},
		Patient: patient.Patient{Identity: patient.Identity{FamilyName: "Exemple", GivenName: "Alix", BirthDate: civil.DayFrom(1960, time.May, 2), INSStatus: patient.INSProvisional, Fictitious: true, Commune: "91174"}},
		Motive:  "Ulcère de jambe.", GP: "Dr Toubib",
	}
}

func TestReportOnPaper(t *testing.T) {
	t.Parallel()
	file, err := paper.Report(i18n.For("fr"), sheet()).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text := pdftest.Words(t, file)
	for _, words := range []string{
		"Compte rendu", "Alerte : ce compte rendu demande une réaction rapide", "Alix EXEMPLE", "naissance 2 mai 1960", "fictive", "RPPS 10000000001", "16 mars 2026, 10 h 20",
		"Corbeil-Essonnes", "Maternité A", "Dr Toubib", "Ulcère de jambe.", "L’état s’améliore.", "Température 38,5 °C 36,1 à 38,0 °C : au-dessus", "Poids 71,5 kg", "32 × 18 mm", "Bonne", "page 1 sur 1",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("%q is not on the paper: %s", words, text)
		}
	}
}

// The usual ranges are those of an adult: nothing is flagged for a child.
func TestNothingIsUnusualForAChild(t *testing.T) {
	t.Parallel()
	s := sheet()
	s.Patient.Identity.BirthDate = civil.DayFrom(2025, time.May, 2)
	file, err := paper.Report(i18n.For("en"), s).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if text := pdftest.Words(t, file); strings.Contains(text, "above") || !strings.Contains(text, "38.5 °C") {
		t.Error(text)
	}
}
