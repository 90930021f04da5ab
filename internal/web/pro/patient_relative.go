package pro

import (
	"net/http"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/patient"
	"entractes/internal/web"
)

// patientRelative answers POST /patients/{id}/proches: "fin" ends a relative, otherwise one
// is added, or the one of "proche" is changed.
func (p *Pages) patientRelative(w http.ResponseWriter, r *http.Request) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	id := patient.ID(r.PathValue("id"))
	if f.Has("fin") {
		err = p.Requests.EndRelative(r.Context(), id, patient.RelativeID(f.Text("fin", codeMax)))
	} else {
		read := patient.Relative{
			ID: patient.RelativeID(f.Text("proche", 2*codeMax)), Name: f.Text("relative_name", nameMax), Link: patient.Link(f.Value("relative_link")),
			Phone: directory.Phone(f.Text("relative_phone", codeMax)), MayCall: f.Bool("relative_may_call"), Legal: f.Bool("relative_legal"),
			Trusted: f.Bool("relative_trusted"), TrustedOn: readDay(f, "relative_trusted_on"),
		}
		if err = f.Err(); err == nil {
			err = within("relative_", p.Requests.PutRelative(r.Context(), id, read))
		}
	}
	if err == nil {
		return web.Redirect(w, r, patientAddress(id)+"#proches")
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.renderPatient(w, r, web.Status(err), f, "proches")
}

// within names the fields of a refusal as the form that holds several does.
func within(prefix string, err error) error {
	fields := fault.Fields(err)
	if len(fields) == 0 {
		return err
	}
	var l fault.List
	for _, e := range fields {
		if e.Field == "" {
			return err
		}
		l.Add(e.At(prefix + e.Field))
	}
	return l.Err()
}

// relatives are those of today.
func (v patientView) relatives() []patient.Relative { return patient.Current(v.Relatives) }

// pastRelatives are those who were.
func (v patientView) pastRelatives() []patient.Relative {
	return slices.DeleteFunc(slices.Clone(v.Relatives), func(r patient.Relative) bool { return r.Ended.IsZero() })
}

// relativeRow is one relative: who he is to the person, and since when.
func (v patientView) relativeRow(r patient.Relative) caregiver {
	c := caregiver{name: r.Name, role: v.p.T("relative.link." + string(r.Link)), phone: r.Phone, silent: !r.MayCall || !r.Ended.IsZero()}
	if r.Legal {
		c.lines = append(c.lines, v.p.T("relative.legal"))
	}
	if r.Trusted {
		c.lines = append(c.lines, v.p.T("relative.trusted_since", "day", v.day(r.TrustedOn.Start(placeZone("")), placeZone(""))))
	}
	if !r.MayCall && r.Phone != "" {
		c.lines = append(c.lines, v.p.T("relative.not_called"))
	}
	if !r.Ended.IsZero() {
		c.lines = append(c.lines, v.p.T("relative.until", "day", v.day(r.Ended, placeZone(""))))
	}
	return c
}

// relativeForm is the form of a relative: what was refused, one to change, or an empty one.
func (v patientView) relativeForm() *web.Form {
	if v.refused == "proches" {
		return v.form
	}
	f := web.NewForm("relative_may_call", "1", "relative_trusted_on", v.today())
	for _, r := range v.relatives() {
		if string(r.ID) != v.changing {
			continue
		}
		for name, value := range map[string]string{
			"proche": string(r.ID), "relative_name": r.Name, "relative_link": string(r.Link), "relative_phone": r.Phone.String(), "relative_may_call": yes(r.MayCall),
			"relative_legal": yes(r.Legal), "relative_trusted": yes(r.Trusted),
		} {
			f.Set(name, value)
		}
		if r.Trusted {
			f.Set("relative_trusted_on", r.TrustedOn.String())
		}
	}
	return f
}

// links are what a relative may be.
func (v patientView) links() []web.Option {
	var options []web.Option
	for _, l := range patient.Links() {
		options = append(options, web.Option{Value: string(l), Label: v.p.T("relative.link." + string(l))})
	}
	return options
}

// today is the day it is, as the field of a form reads it.
func (v patientView) today() string { return v.now.In(placeZone("")).Format(time.DateOnly) }
