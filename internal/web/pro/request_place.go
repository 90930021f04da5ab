package pro

import (
	"context"
	"net/http"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// place answers POST /demandes/{id}/placer: somebody was found by phone.
func (p *Pages) place(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, placing, func(ctx context.Context, f *web.Form) (request.ID, error) {
		placed, err := p.placement(ctx, f)
		if err != nil {
			return here(r), err
		}
		_, err = p.Requests.Place(ctx, here(r), placed)
		return here(r), err
	})
}

// placing is the address of the act.
const placing = "placer"

// placement reads who was found. A name typed without being chosen is looked for; when
// it may mean several, the form comes back with them.
func (p *Pages) placement(ctx context.Context, f *web.Form) (placed request.Placement, err error) {
	name, id := f.Chosen("somebody", "somebody_id")
	if id == "" && name == "" {
		placed.Outsider = request.Outsider{
			Name: f.Text("name", nameMax), Profession: nomenclature.ProfessionCode(f.Text("profession", codeMax)), Phone: directory.Phone(f.Text("phone", codeMax)),
		}
		return placed, f.Err()
	}
	if id == "" && f.Err() == nil {
		found, err := p.placeable(ctx, name)
		if err != nil {
			return placed, err
		}
		if len(found) != 1 {
			f.Refuse(fault.Invalid("request.placed", "somebody"))
		} else {
			id = found[0].Value
		}
	}
	placed.Person = id
	return placed, f.Err()
}

// placeable lists the people and structures that a name may mean.
func (p *Pages) placeable(ctx context.Context, name string) ([]web.Option, error) {
	if name == "" {
		return nil, nil
	}
	found, err := p.Directory.Search(ctx, directory.Filter{Text: name})
	if err != nil {
		return nil, err
	}
	var options []web.Option
	for _, c := range found.Cards[:min(proposed, len(found.Cards))] {
		options = append(options, web.Option{Value: c.ID, Label: c.Name, Detail: joinedBy(" · ", cardLabel(c), communeName(c.Commune))})
	}
	return options, nil
}

// cardLabel is the profession of a person; the name of a structure says what it is.
func cardLabel(c directory.Card) string {
	if c.Kind == directory.KindProfessional {
		return c.Label
	}
	return ""
}
