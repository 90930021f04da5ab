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
	placed.Person, err = p.named(ctx, f, found{name: name, id: id, none: fault.Invalid("request.placed", "somebody")})
	return placed, err
}

// found is somebody of the directory as a form names him: the one chosen, or what was typed.
type found struct {
	name, id   string
	profession nomenclature.ProfessionCode // of whom alone the name may be, or empty
	none       *fault.Error                // says that the name means nobody, or several
}

// named is the one chosen, or the only one that the name typed may mean; otherwise the
// form is refused.
func (p *Pages) named(ctx context.Context, f *web.Form, who found) (string, error) {
	if who.id == "" && f.Err() == nil {
		options, err := p.peopleNamed(ctx, who.name, who.profession)
		if err != nil {
			return "", err
		}
		if len(options) != 1 {
			f.Refuse(who.none)
		} else {
			who.id = options[0].Value
		}
	}
	return who.id, f.Err()
}

// placeable lists the people and structures that a name may mean.
func (p *Pages) placeable(ctx context.Context, name string) ([]web.Option, error) {
	return p.peopleNamed(ctx, name, "")
}

// peopleNamed is placeable for one profession alone; all of them when it is empty.
func (p *Pages) peopleNamed(ctx context.Context, name string, profession nomenclature.ProfessionCode) ([]web.Option, error) {
	if name == "" {
		return nil, nil
	}
	found, err := p.Directory.Search(ctx, directory.Filter{Text: name, Profession: profession})
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
