package pro_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"
)

// row is one row of the console of a real territory, typed in the form as it was.
type row struct {
	name     string
	typed    []string
	same     string // the row whose patient this one is about
	phone    string // the line of the phones, when the patient has none
	sentence string
}

// rows are F1 to F15, for a Monday, 16 March 2026.
var rows = []row{
	{name: "F1", typed: []string{
		"profession", "IDE", "acts_IDE", "IDE05", "acts_IDE", "IDE01", "mode_IDE", "VISITE", "often", "1/day", "during", "15", "from", "tomorrow", "urgency", "U3", "insurance_scheme", "01",
		"motive", "Après césarienne\nA déjà une sage-femme\nBilan sanguin 2 fois par semaine", "maternity_date", "2026-03-11", "mother_and_baby", "1", "post_partum", "1",
	}, sentence: "Après césarienne // A déjà une sage-femme // Bilan sanguin 2 fois par semaine // Visite à domicile, Prélèvement sanguin, bilan / Injection sous-cutanée (s/c) ou intramusculaire (IM) pendant 15 j [1 passage par jour, à partir du mardi 17 mars]. Accouchement : mercredi 11 mars 2026, Sortie mère + bébé, Post-partum"},
	{name: "F2", typed: []string{
		"profession", "IDE", "acts_IDE", "IDE09", "mode_IDE", "VISITE", "often", "1/day", "during", "15", "from", "today", "from_hour", "14:00", "urgency", "U2", "insurance_scheme", "01", "motive", "Hernie opérée, ALD",
	}, sentence: "Hernie opérée, ALD // Visite à domicile, Pansement post-opératoire pendant 15 j [1 passage par jour, à partir du lundi 16 mars]"},
	{name: "F3", typed: []string{
		"profession", "AMB_ENTREPRISE", "line_AMB_ENTREPRISE", "astreinte", "from", "soon", "urgency", "U1", "code", "4763", "motive", "Vers les urgences\nCode à l’entrée\nRepère : face au lavoir", "transport_to", "urgences de l’hôpital",
	}, sentence: "Vers les urgences // Code à l’entrée // Repère : face au lavoir // Transport. Départ : domicile, arrivée : urgences de l’hôpital"},
	{name: "F4", typed: []string{
		"profession", "SF", "acts_SF", "SF06", "mode_SF", "VISITE", "often", "1/day", "during", "3", "from", "tomorrow", "urgency", "U3", "mother_and_baby", "1",
	}, sentence: "Visite à domicile, Suivi post-partum de la mère (sortie standard) pendant 3 j [1 passage par jour, à partir du mardi 17 mars]. Sortie mère + bébé"},
	{name: "F5", same: "F4", typed: []string{
		"profession", "IDE", "acts_IDE", "IDE01", "acts_IDE", "IDE10", "mode_IDE", "VISITE", "often", "1/day", "during", "3", "from", "tomorrow", "urgency", "U3", "answers.IDE10.count", "12",
	}, sentence: "Visite à domicile, Injection sous-cutanée (s/c) ou intramusculaire (IM) / Retrait d’agrafes ou de fils (≤ 10, > 10) pendant 3 j [1 passage par jour, à partir du mardi 17 mars]. Retrait d’agrafes ou de fils (≤ 10, > 10) (Nombre : 12)"},
	{name: "F6", typed: []string{
		"profession", "AMB_ENTREPRISE", "line_AMB_ENTREPRISE", "astreinte", "from", "soon", "urgency", "U0", "motive", "Patient de 73 ans\nMoins d’une heure si possible",
	}, sentence: "Patient de 73 ans // Moins d’une heure si possible // Transport"},
	{name: "F7", typed: []string{
		"profession", "IDE", "acts_IDE", "IDE99", "mode_IDE", "VISITE", "often", "2/day", "during", "delivery", "from", "tomorrow", "urgency", "U3", "at", "matin", "at", "soir",
		"answers.IDE99.free_text", "Tensiomètre connecté, contrôle de la tension", "maternity_date", "2026-05-04",
	}, sentence: "Visite à domicile, Autre soin infirmier, jusqu’à l’accouchement [2 passages par jour, le matin et le soir, à partir du mardi 17 mars]. Précisez le soin : Tensiomètre connecté, contrôle de la tension. Accouchement prévu : lundi 4 mai 2026"},
	{name: "F8", same: "F7", typed: []string{
		"profession", "SF", "acts_SF", "SF01", "mode_SF", "VISITE", "often", "on", "on", "1", "on", "3", "on", "4", "on", "6", "on", "0", "days_n", "1", "during", "0", "from", "tomorrow", "urgency", "U3",
		"motive", "Hypertension traitée, antécédent de pré-éclampsie\nRefuse l’hospitalisation\nHôpital le mardi et le vendredi", "maternity_date", "2026-05-04",
	}, sentence: "Hypertension traitée, antécédent de pré-éclampsie // Refuse l’hospitalisation // Hôpital le mardi et le vendredi // Visite à domicile, Monitoring fœtal (RCF), grossesse à risque, durée non précisée [1 passage le lundi, le mercredi, le jeudi, le samedi et le dimanche, à partir du mardi 17 mars]. Accouchement prévu : lundi 4 mai 2026"},
	{name: "F9", typed: []string{
		"profession", "SF", "acts_SF", "SF03", "mode_SF", "VISITE", "often", "once", "during", "1", "from", "tomorrow", "urgency", "U3", "motive", "Menace d’accouchement prématuré",
	}, sentence: "Menace d’accouchement prématuré // Visite à domicile, Surveillance d’une menace d’accouchement prématuré (MAP) pendant 1 j [à partir du mardi 17 mars]"},
	{name: "F10", phone: "relative", typed: []string{
		"profession", "IDE", "acts_IDE", "IDE17", "mode_IDE", "VISITE", "often", "every 2 days", "during", "3", "from", "today", "urgency", "U2", "motive", "Urostomie : poche à changer tous les deux jours",
		"relative_phone", "06 39 98 90 03", "relative_name", "Renée Aubry, référente",
	}, sentence: "Urostomie : poche à changer tous les deux jours // Visite à domicile, Soins de stomie (colo, iléo, urostomie), poche de Bricker pendant 3 j [tous les 2 jours, à partir du lundi 16 mars]"},
	{name: "F11", typed: []string{
		"profession", "AMB_ENTREPRISE", "line_AMB_ENTREPRISE", "astreinte", "acts_AMB_ENTREPRISE", "TR01", "mode_AMB_ENTREPRISE", "TRANSPORT", "often", "once", "during", "0", "from", "soon", "urgency", "U1",
		"transport_to", "Hôpital", "transport_position", "lying", "transport_floor", "2e sans ascenseur", "transport_weight", "92", "transport_oxygen", "1", "transport_voucher", "1",
	}, sentence: "Transport, Ambulance, patient allongé [à partir du lundi 16 mars]. Départ : domicile, arrivée : Hôpital, étage : 2e sans ascenseur, allongé, 92 kg, oxygène, bon de transport fait"},
	{name: "F12", typed: []string{
		"profession", "SF", "mode_SF", "VISITE", "from", "tomorrow", "urgency", "U3", "motive", "Sortie demain",
	}, sentence: "Sortie demain // Visite à domicile"},
	{name: "F13", typed: []string{
		"profession", "SF", "acts_SF", "SF05", "mode_SF", "VISITE", "often", "other", "often_n", "2", "often_unit", "week", "during", "other", "during_n", "21", "from", "tomorrow", "urgency", "U3", "multiple", "1", "parity", "2",
	}, sentence: "Visite à domicile, Retard de croissance (RCIU), grossesse gémellaire pendant 21 j [2 passages par semaine, à partir du mardi 17 mars]. Parité : 2, Grossesse multiple"},
	{name: "F14", typed: []string{
		"profession", "IDE", "acts_IDE", "IDE25", "mode_IDE", "VISITE", "often", "usual", "during", "other", "during_n", "10", "from", "other", "from_day", "2026-03-20", "urgency", "P", "at", "matin", "motive", "Relais de tournée",
	}, sentence: "Relais de tournée // Visite à domicile, Soins de dépendance, toilette (BSI A, B, C) pendant 10 j [1 passage par jour, le matin, à partir du vendredi 20 mars]"},
	{name: "F15", typed: []string{
		"profession", "MK", "line_MK", "kine", "acts_MK", "MK05", "mode_MK", "VISITE", "often", "once", "during", "0", "from", "soon", "urgency", "U1", "answers.MK05.age_months", "7", "motive", "Nourrisson encombré",
	}, sentence: "Nourrisson encombré // Visite à domicile, Kinésithérapie respiratoire (adulte, nourrisson, bronchiolite) [à partir du lundi 16 mars]. Âge en mois : 7"},
}

// TestTheFifteenRowsAreTypedAndReadBack types each row of the console as it was, reads in
// the preview the sentence that will be sent, and reads it back from the request.
func TestTheFifteenRowsAreTypedAndReadBack(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	ambulance := h.Structure(testkit.Structure{Name: "Ambulances du Lavoir", Kind: directory.Company, Profession: nomenclature.AmbulanceCompany})
	physio := h.Professional(testkit.Professional{Name: "Serpolet", Profession: nomenclature.Physio})
	lines := map[string]string{
		"astreinte": string(h.Line("Astreinte ambulances", nomenclature.AmbulanceCompany, rota.InOrder, ambulance)),
		"kine":      string(h.Line("Astreinte kiné", nomenclature.Physio, rota.Together, physio)),
	}
	french := i18n.For("fr")
	patients := map[string]string{}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			form := append(person(r, patients[r.same]), append(slices.Clone(r.typed), "prescription", "with_patient")...)
			for i, v := range form {
				if line, ok := lines[v]; ok && strings.HasPrefix(form[i-1], "line_") {
					form[i] = line
				}
			}
			if got := said(s.part(ward, "preview", append(slices.Clone(form), "action", "preview")...).text(".sentence")); got != r.sentence {
				t.Errorf("the preview says\n%s\nwant\n%s", got, r.sentence)
			}
			p := s.post(ward, "/demandes/nouvelle", append(form, "consent", "1", "action", "trigger")...).is(http.StatusSeeOther)
			sh, err := h.Requests.Show(ward.Ctx(), request.ID(strings.TrimPrefix(p.to, "/demandes/")))
			h.Must(err)
			patients[r.name] = string(sh.Request.Patient)
			if got := said(sh.FullSentence(french, *sh.Details)); got != r.sentence {
				t.Errorf("the request reads\n%s\nwant\n%s", got, r.sentence)
			}
			page := s.get(ward, p.to).is(http.StatusOK)
			page.says("main", sh.Sentence(french))
			for _, b := range sh.Details.Blocks(french, sh.Request.Acts) {
				page.says("main", b)
			}
			if r.phone != "" {
				page.says("main", "06 39 98 90 03")
			}
		})
	}
}

// person says for whom: somebody new, or the patient of another row.
func person(r row, known string) []string {
	if known != "" {
		return []string{"_cle", web.NewKey(), "patient", known}
	}
	form := []string{
		"_cle", web.NewKey(), "patient", "new", "family_name", "Exemple", "given_name", "Alix", "birth_date", "1990-05-02", "sex", "female", "commune", "Corbeil-Essonnes", "street", "22 rue des Exemples", "twin", "other",
	}
	if r.phone == "" {
		form = append(form, "phone", "06 39 98 12 34")
	}
	return form
}

// part asks for one part of the form, as the script does while one types.
func (s *site) part(who *testkit.Person, part string, form ...string) page {
	s.t.Helper()
	values := url.Values{}
	for i := 0; i+1 < len(form); i += 2 {
		values.Add(form[i], form[i+1])
	}
	ask := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, "/demandes/nouvelle", strings.NewReader(values.Encode()))
	ask.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	ask.Header.Set("X-Part", part)
	return s.send(who, ask).is(http.StatusOK)
}

// said makes every kind of space one.
func said(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\n' || r == '\t' }), " ")
}
