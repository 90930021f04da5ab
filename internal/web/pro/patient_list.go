package pro

import (
	"net/http"
	"strings"

	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// patientList answers GET /patients: the people one cares for, or asked care for.
func (p *Pages) patientList(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	list, err := p.Requests.PatientList(r.Context())
	if err != nil {
		return err
	}
	v := viewPatients(web.P(r.Context()), list, f.Value("q"))
	return p.render(w, r, http.StatusOK, web.Page{
		Title: v.p.T("pro.patients"), Section: "patients", Live: topics(web.Actor(r.Context())),
		Actions: web.Button{Label: v.p.T("pro.home.ask"), Icon: "circle-plus", Href: "/demandes/nouvelle"},
	}, patientsBody(v))
}

// patientsView is a list of patients in words. all counts them before the search.
type patientsView struct {
	p     *i18n.Printer
	query string
	all   int
	rows  []web.Row
}

func viewPatients(p *i18n.Printer, list []request.Known, query string) patientsView {
	v := patientsView{p: p, query: query, all: len(list)}
	wanted := fold.Words(query)
	for _, k := range list {
		if !holds(fold.Words(k.Name), wanted) {
			continue
		}
		row := web.Row{Avatar: k.Name, Title: k.Name, Detail: communeName(k.Commune), Href: patientAddress(k.ID)}
		if k.Usual {
			row.Detail = joinedBy(" · ", row.Detail, p.T("pro.patients.usual"))
		}
		if k.Last != nil {
			row.More, row.Tail = k.Last.Profession.Label(p.Lang()), web.StatePill(p, k.Last.State)
		}
		v.rows = append(v.rows, row)
	}
	return v
}

// holds tells whether each word wanted begins a word of the name.
func holds(name, wanted []string) bool {
	for _, w := range wanted {
		found := false
		for _, n := range name {
			found = found || strings.HasPrefix(n, w)
		}
		if !found {
			return false
		}
	}
	return true
}

func patientAddress(id patient.ID) string { return "/patients/" + string(id) }
