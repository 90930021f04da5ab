package pro

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/web"
)

// askHouse is what the form proposes to whoever asks.
type askHouse struct {
	recents  []request.Row
	habits   []request.Request
	drafts   []request.Row
	settings territory.Settings
	lines    []rota.DutyLine
	networks []directory.Network
	center   geo.Point
	communes []territory.Found
	read     *askRead
}

// askHouse reads what the form proposes; with is a patient asked for by name of the
// address, whose file the reader must be allowed to open.
func (p *Pages) askHouse(ctx context.Context, with patient.ID) (h askHouse, err error) {
	if h.recents, err = p.Requests.Recent(ctx); err != nil {
		return h, err
	}
	if h.habits, err = p.Requests.Habits(ctx); err != nil {
		return h, err
	}
	if h.drafts, err = p.Requests.Drafts(ctx); err != nil {
		return h, err
	}
	if with != "" && !h.knows(with) {
		file, err := p.Requests.PatientFile(ctx, with)
		if err != nil {
			return h, err
		}
		row := request.Row{Patient: file.Patient.Identity.ShortName()}
		row.Request.Patient, row.Commune = file.Patient.ID, file.Patient.Identity.Commune
		h.recents = append([]request.Row{row}, h.recents...)
	}
	id := web.Actor(ctx).Territory
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		if h.settings, err = territory.SettingsOf(tx, id); err != nil {
			return err
		}
		if h.lines, err = rota.Lines(tx, rota.Query{Territory: id}); err != nil {
			return err
		}
		if h.networks, err = directory.NetworksIn(tx, id); err != nil {
			return err
		}
		t, err := territory.Of(tx, id)
		h.center = t.Center
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound {
		return h, fault.Forbidden("request.ask")
	}
	return h, err
}

func (h askHouse) knows(id patient.ID) bool {
	return slices.ContainsFunc(h.recents, func(r request.Row) bool { return r.Request.Patient == id })
}

// propose fills a new form with what the reader asked the last time.
func (h askHouse) propose(f *web.Form) {
	if len(h.recents) == 0 {
		f.Set("patient", newPatient) // otherwise somebody is chosen with intent: never the wrong one by default
	}
	for _, r := range h.recents {
		if r.From.Phone != "" {
			f.Set("my_phone", directory.Phone(r.From.Phone).String())
			break
		}
	}
	if len(h.habits) == 0 {
		f.Set("profession", string(nomenclature.Nurse))
		return
	}
	need{f: f}.fill(careOf(h.habits[0]))
	writePrescription(f, h.habits[0])
}

// usualActs are those the reader asked last of a profession, the latest first.
func (h askHouse) usualActs(of nomenclature.ProfessionCode) (acts []nomenclature.ActCode) {
	for _, r := range h.habits {
		for _, a := range r.Acts {
			if r.Profession == of && !slices.Contains(acts, a) {
				acts = append(acts, a)
			}
		}
	}
	return acts
}

// placeOfKnown is the commune of a patient already known: his clocks are those of the
// form. Who may ask for him is for the use case to say.
func (p *Pages) placeOfKnown(ctx context.Context, id patient.ID) (code territory.CommuneCode) {
	_ = p.DB.View(ctx, func(tx *db.Tx) (err error) {
		code, err = patient.CommuneOf(tx, id)
		return err
	})
	return code
}

// near is around where the reader works: homonyms close to it come first.
func (p *Pages) near(ctx context.Context) (at geo.Point, err error) {
	id := web.Actor(ctx).Territory
	if id == "" {
		return at, nil
	}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		t, err := territory.Of(tx, id)
		at = t.Center
		return err
	})
	if fault.KindOf(err) == fault.KindNotFound {
		return at, nil
	}
	return at, err
}
