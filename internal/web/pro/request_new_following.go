package pro

import (
	"context"

	"entractes/internal/base/civil"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// renewing is the genre of a form that asks the same care again.
const renewing = "renouvellement"

// writeFollowing fills the form of a request that follows another one.
func (p *Pages) writeFollowing(ctx context.Context, f *web.Form, from request.ID, genre string) error {
	kind := request.KindFollowOn
	if genre == renewing {
		kind = request.KindRenewal
	}
	a, err := p.Requests.Prefilled(ctx, from, kind)
	if err != nil {
		return err
	}
	f.Set("suite", string(from))
	f.Set("genre", genre)
	f.Set("patient", string(a.Patient))
	if a.Profession == "" {
		return nil
	}
	f.Set("ends", "1")
	now := web.Now(ctx)
	need{f: f}.write(request.Request{
		Profession: a.Profession, Acts: a.Acts, Mode: a.Mode, Urgency: a.Urgency, Care: a.Care, StartAt: a.Start, Created: now, RespondWithin: a.RespondWithin,
	}, &a.Details, a.RespondWithin, civil.ZoneOf(string(p.placeOfKnown(ctx, a.Patient))).Loc)
	return nil
}

// readFollowing reads which request the form follows, and how.
func readFollowing(f *web.Form, a *request.Ask) {
	if a.Follows = request.ID(f.Text("suite", 64)); a.Follows == "" {
		return
	}
	a.Kind = request.KindFollowOn
	if f.Value("genre") == renewing {
		a.Kind, a.EndsFollowed = request.KindRenewal, f.Bool("ends")
	}
}
