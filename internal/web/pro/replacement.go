package pro

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/web"
)

// readReplacement reads who takes over during an absence. A name typed without being chosen is
// looked for; when it may mean several, the form comes back with them.
func (p *Pages) readReplacement(ctx context.Context, f *web.Form, a *directory.Absence) (which []web.Option, err error) {
	name, id := f.Chosen("replacement", "replacement_id")
	if a.Replacement = id; id != "" || name == "" {
		return nil, nil
	}
	profession, err := p.professionOf(ctx)
	if err != nil {
		return nil, err
	}
	found, err := p.Directory.Search(ctx, directory.Filter{Text: name, Profession: profession, Kind: directory.KindProfessional})
	if err != nil {
		return nil, err
	}
	me := self(web.Actor(ctx))
	for _, c := range found.Cards[:min(proposed, len(found.Cards))] {
		if c.Subject != me {
			which = append(which, web.Option{Value: c.ID, Label: c.Name, Detail: communeName(c.Commune)})
		}
	}
	if len(which) == 1 {
		a.Replacement = which[0].Value
		return nil, nil
	}
	f.Refuse(fault.Invalid("directory.replacement", "replacement"))
	return which, nil
}

// professionOf is the profession as which the reader, or the structure he answers for, is asked.
func (p *Pages) professionOf(ctx context.Context) (nomenclature.ProfessionCode, error) {
	e, err := p.Directory.Show(ctx, self(web.Actor(ctx)))
	return e.Profession, err
}
