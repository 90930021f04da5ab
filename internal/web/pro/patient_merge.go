package pro

import (
	"net/http"
	"net/url"
	"time"

	"entractes/internal/base/fold"
	"entractes/internal/base/i18n"
	"entractes/internal/care/patient"
	"entractes/internal/web"

	"github.com/a-h/templ"
)

// mergePath is where supervisors make one of two files of the same person.
const mergePath = "/patients/fusions"

// merging answers GET /patients/fusions.
func (p *Pages) merging(w http.ResponseWriter, r *http.Request) error {
	return p.renderMerging(w, r, http.StatusOK, web.NewForm())
}

// mergeFiles answers POST /patients/fusions: "kept" of the two is the file that is read from now on.
func (p *Pages) mergeFiles(w http.ResponseWriter, r *http.Request) error {
	return p.mergeAct(w, r, "reunir", func(f *web.Form) error {
		kept, gone := patient.ID(f.Required("kept", codeMax)), patient.ID(f.Value("one"))
		if kept == gone {
			gone = patient.ID(f.Value("other"))
		}
		reason := patient.MergeReason(f.Value("reason"))
		if err := f.Err(); err != nil {
			return err
		}
		_, err := p.Patients.MergeFiles(r.Context(), kept, gone, reason)
		return err
	})
}

// unmergeFiles answers POST /patients/fusions/defaire.
func (p *Pages) unmergeFiles(w http.ResponseWriter, r *http.Request) error {
	return p.mergeAct(w, r, "defaire", func(f *web.Form) error {
		return p.Patients.UnmergeFiles(r.Context(), patient.MergeID(f.Value("merge")))
	})
}

// keepApart answers POST /patients/fusions/distinguer: they are two people.
func (p *Pages) keepApart(w http.ResponseWriter, r *http.Request) error {
	return p.mergeAct(w, r, "distinguer", func(f *web.Form) error {
		return p.Patients.KeepApart(r.Context(), patient.ID(f.Value("one")), patient.ID(f.Value("other")))
	})
}

func (p *Pages) mergeAct(w http.ResponseWriter, r *http.Request, name string, do func(f *web.Form) error) error {
	f, err := web.ParseForm(r)
	if err != nil {
		return err
	}
	if err = do(f); err == nil {
		return web.Redirect(w, r, mergePath+"?fait="+url.QueryEscape(name))
	}
	if f.Err() == nil && !f.Take(err) {
		return err
	}
	return p.renderMerging(w, r, web.Status(err), f)
}

func (p *Pages) renderMerging(w http.ResponseWriter, r *http.Request, status int, f *web.Form) error {
	ctx := r.Context()
	m, err := p.Patients.Merging(ctx)
	if err != nil {
		return err
	}
	v := mergingView{Merging: m, p: web.P(ctx), now: web.Now(ctx), loc: placeZone(""), form: f}
	if done := r.URL.Query().Get("fait"); v.p.Has("merge.done." + done) {
		v.done = v.p.T("merge.done." + done)
	}
	return p.render(w, r, status, web.Page{Title: v.p.T("merge.title"), Lead: v.p.T("merge.lead"), Section: "supervision", Back: "/supervision"}, mergingBody(v))
}

// mergingView is what a supervisor reads to make one of two files.
type mergingView struct {
	patient.Merging
	p    *i18n.Printer
	now  time.Time
	loc  *time.Location
	form *web.Form
	done string
}

// refused tells whether the form of a pair is the one that came back.
func (v mergingView) refused(pair patient.Pair) bool {
	return v.form.Value("one") == string(pair.One.ID) && v.form.Value("other") == string(pair.Other.ID)
}

// formOf is the form of a pair: what was sent when it was refused, an empty one otherwise.
func (v mergingView) formOf(pair patient.Pair) *web.Form {
	if v.refused(pair) {
		return v.form
	}
	return web.NewForm()
}

// headings are those of the table that compares two files.
func (v mergingView) headings() []web.Column {
	return []web.Column{{Label: v.p.T("merge.trait")}, {Label: v.p.T("merge.first")}, {Label: v.p.T("merge.second")}, {Label: v.p.T("merge.compared")}}
}

// compared writes each trait that one of the two has, side by side, with how they compare.
func (v mergingView) compared(pair patient.Pair) []web.Line {
	one, other := traits(v.p, pair.One.Identity), traits(v.p, pair.Other.Identity)
	one = append(one, trait{v.p.T("merge.created"), v.when(pair.One.Created)})
	other = append(other, trait{v.p.T("merge.created"), v.when(pair.Other.Created)})
	var lines []web.Line
	for n, t := range one {
		if t.text == "" && other[n].text == "" {
			continue
		}
		cells := web.Line{Cells: append(cellsOf(t.label, or(t.text, "–"), or(other[n].text, "–")), v.verdict(t.text, other[n].text))}
		lines = append(lines, cells)
	}
	return lines
}

func (v mergingView) when(t time.Time) string { return v.p.DayYear(t, v.loc) }

// verdict says in a word and a drawing how two traits compare.
func (v mergingView) verdict(a, b string) web.Pill {
	switch {
	case a == "" || b == "":
		return web.Pill{Label: v.p.T("merge.missing"), Icon: "circle-dashed"}
	case sameWords(a, b):
		return web.Pill{Label: v.p.T("merge.same"), Tone: web.Taken, Icon: "check"}
	}
	return web.Pill{Label: v.p.T("merge.different"), Tone: web.Wait, Icon: "triangle-alert"}
}

// keepOptions are the two files, by what tells them apart.
func (v mergingView) keepOptions(pair patient.Pair) []web.Option {
	var options []web.Option
	for n, p := range []patient.Patient{pair.One, pair.Other} {
		options = append(options, web.Option{
			Value: string(p.ID), Label: v.p.T([]string{"merge.first", "merge.second"}[n]),
			Detail: joinedBy(" · ", p.Identity.FullName(), communeName(p.Identity.Commune), v.p.T("merge.created_on", "day", v.when(p.Created))),
		})
	}
	return options
}

func (v mergingView) reasons() []web.Option {
	var options []web.Option
	for _, r := range patient.MergeReasons() {
		options = append(options, web.Option{Value: string(r), Label: v.p.T("merge.reason." + string(r))})
	}
	return options
}

// told says who merged what, when and why, and who undid it.
func (v mergingView) told(m patient.Merge) web.Entry {
	gone, kept := v.People[m.Gone].Identity, v.People[m.Kept].Identity
	e := web.Entry{
		Title: v.p.T("merge.merged", "kept", kept.FullName()), Icon: "users", Tone: web.Taken,
		Detail: joinedBy(" · ", v.p.T("merge.gone", "who", joinedBy(", ", gone.FullName(), communeName(gone.Commune))), v.p.T("merge.reason."+string(m.Reason))),
		At:     v.p.T("pro.story.at", "at", moment(v.p, m.At, v.now, v.loc), "who", m.Name),
	}
	if !m.Undone.IsZero() {
		e.Tone, e.Icon = web.Done, "undo-2"
		e.Detail = joinedBy("\n", e.Detail, v.p.T("merge.undone", "at", moment(v.p, m.Undone, v.now, v.loc), "who", m.UndoneName))
		return e
	}
	e.Body = unmergeForm(v, m)
	return e
}

func (v mergingView) history() []web.Entry {
	var entries []web.Entry
	for _, m := range v.Merges {
		entries = append(entries, v.told(m))
	}
	return entries
}

// cellsOf are the cells of one line of the comparison.
func cellsOf(texts ...string) []templ.Component {
	var cells []templ.Component
	for _, t := range texts {
		cells = append(cells, web.Cell{Text: t})
	}
	return cells
}

// sameWords tells whether two texts differ by accents and case alone.
func sameWords(a, b string) bool { return fold.Key(a) == fold.Key(b) }
