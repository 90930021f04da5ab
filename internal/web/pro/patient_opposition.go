package pro

import (
	"context"
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/web"
)

// patientOpposition answers POST /patients/{id}/oppositions: "retirer" withdraws one,
// otherwise one is recorded. Who loses sight of the file by it is led to his list.
func (p *Pages) patientOpposition(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	ctx, id := r.Context(), patient.ID(r.PathValue("id"))
	var found []web.Option
	if f.Has("retirer") {
		err = p.Requests.WithdrawOpposition(ctx, id, patient.OppositionID(f.Text("retirer", codeMax)))
	} else {
		o := patient.Opposition{
			Scope: patient.OppositionScope(f.Value("scope")), Profession: nomenclature.ProfessionCode(f.Value("opposed_profession")),
			Reason: patient.OppositionReason(f.Value("opposed_reason")), SaidBy: patient.SaidBy(f.Value("said_by")),
		}
		if o.Scope == patient.OpposesSomebody {
			if o.Subject, found, err = p.opposedSubject(ctx, f); err != nil {
				return err
			}
		}
		if err = f.Err(); err == nil {
			err = p.Requests.Oppose(ctx, id, o)
		}
	}
	if err == nil {
		if _, gone := p.Requests.PatientFile(ctx, id); fault.KindOf(gone) == fault.KindNotFound {
			return web.Redirect(w, r, "/patients")
		}
		return web.Redirect(w, r, patientAddress(id)+"#partage")
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.renderOpposition(w, r, web.Status(err), f, found)
}

// opposedSubject reads who is opposed. A name typed without being chosen is looked for; when
// it may mean several, the form comes back with them.
func (p *Pages) opposedSubject(ctx context.Context, f *web.Form) (s directory.Subject, found []web.Option, err error) {
	name, id := f.Chosen("somebody", "somebody_id")
	if id == "" {
		if found, err = p.placeable(ctx, name); err != nil {
			return s, nil, err
		}
		if len(found) != 1 {
			f.Refuse(fault.Invalid("patient.opposition_subject", "somebody"))
			return s, found, nil
		}
		id = found[0].Value
	}
	return directory.Subject{ID: id}, found, nil // the use case knows whether it is a person or a structure
}

func (p *Pages) renderOpposition(w http.ResponseWriter, r *http.Request, status int, f *web.Form, found []web.Option) error {
	return p.renderPatientWith(w, r, status, f, "partage", func(v *patientView) { v.opposable = found })
}

// opposedWords says what is opposed.
func (v patientView) opposedWords(o patient.Opposition) string {
	switch o.Scope {
	case patient.OpposesSomebody:
		if c, ok := v.Cards[o.Subject]; ok {
			return v.p.T("oppose.somebody", "who", c.Name)
		}
		return v.p.T("oppose.somebody", "who", v.p.T("pro.team.unknown"))
	case patient.OpposesProfession:
		return v.p.T("oppose.profession", "which", o.Profession.Label(v.p.Lang()))
	}
	return v.p.T("oppose.all")
}

// saidWords says who said it to whom, when, and why.
func (v patientView) saidWords(o patient.Opposition) string {
	loc := placeZone("")
	why := ""
	if o.Reason != "" {
		why = v.p.T("oppose.reason." + string(o.Reason))
	}
	ended := ""
	if !o.Ended.IsZero() {
		ended = v.p.T("oppose.ended", "day", v.day(o.Ended, loc), "who", o.EndedName)
	}
	return joinedBy(" · ", v.p.T("oppose.said."+string(o.SaidBy), "day", v.day(o.At, loc)), why, v.recorded(o.Name), ended)
}

func (v patientView) recorded(name string) string {
	if name == "" {
		return ""
	}
	return v.p.T("oppose.recorded", "who", name)
}

// opposedNow are the oppositions that hold, in words, for the head of the file.
func (v patientView) opposedNow() []string {
	var words []string
	for _, o := range v.Oppositions.Standing() {
		words = append(words, v.opposedWords(o))
	}
	return words
}

// pastOppositions are those that were withdrawn.
func (v patientView) pastOppositions() []patient.Opposition {
	var past []patient.Opposition
	for _, o := range v.Oppositions {
		if !o.Ended.IsZero() {
			past = append(past, o)
		}
	}
	return past
}

// agreedWords tells the last agreement to a request, and how many there are.
func (v patientView) agreedWords() string {
	if len(v.Agreements) == 0 {
		return ""
	}
	return v.p.T("oppose.agreed", "n", len(v.Agreements), "day", v.day(v.Agreements[0].At, placeZone("")))
}

func (v patientView) scopes() []web.Option {
	var options []web.Option
	for _, s := range []patient.OppositionScope{patient.OpposesAll, patient.OpposesSomebody, patient.OpposesProfession} {
		options = append(options, web.Option{Value: string(s), Label: v.p.T("oppose.scope." + string(s)), Detail: v.p.T("oppose.scope." + string(s) + ".what")})
	}
	return options
}

func (v patientView) saidBys() []web.Option {
	var options []web.Option
	for _, s := range patient.SaidBys() {
		options = append(options, web.Option{Value: string(s), Label: v.p.T("oppose.by." + string(s))})
	}
	return options
}

func (v patientView) opposeReasons() []web.Option {
	var options []web.Option
	for _, r := range patient.OppositionReasons() {
		options = append(options, web.Option{Value: string(r), Label: v.p.T("oppose.reason." + string(r))})
	}
	return options
}
