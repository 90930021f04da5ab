package pro

import (
	"context"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// previews reads, need by need, what the request will say and who would be asked.
func (p *Pages) previews(ctx context.Context, a askRead) previews {
	list := previews{p.preview(ctx, a.Ask, a)}
	for _, other := range a.More {
		list = append(list, p.preview(ctx, other, a))
	}
	return list
}

// preview reads who would be asked. Faults of the need say what is missing: they are no
// reason to refuse what is not sent yet.
func (p *Pages) preview(ctx context.Context, a request.Ask, form askRead) preview {
	pr, now := web.P(ctx), web.Now(ctx)
	c, _ := territory.CommuneOf(form.Place)
	r := request.Request{Profession: a.Profession, Acts: a.Acts, Mode: a.Mode, Urgency: a.Urgency, Commune: c.Code, StartAt: a.Start, Care: a.Care}
	if r.StartAt.IsZero() {
		r.StartAt = now
	}
	v := preview{Where: c.Name}
	if prof, ok := nomenclature.ProfessionOf(a.Profession); ok {
		v.Who = strings.ToLower(prof.Plural(pr.Lang()))
		v.Sentence = r.FullSentence(pr, a.Details)
	}
	plan, err := p.Requests.Preview(ctx, a)
	if form.Nobody || err != nil {
		if v.Missing = missing(ctx, err); form.Nobody {
			v.Missing = []string{strings.ToLower(pr.T("ask.patient"))}
		}
		return v
	}
	return v.with(pr, plan, now, c.Zone().Loc)
}

// with says a plan.
func (v preview) with(p *i18n.Printer, plan request.Preview, now time.Time, loc *time.Location) preview {
	v.Known, v.All, v.Short = true, plan.All(), plan.Short
	v.ReplyBy, v.StartBy = moment(p, plan.ReplyBy, now, loc), latest(p, plan.StartBy, now, loc)
	for _, w := range plan.Waves {
		when := p.T("ask.preview.now")
		if w.At.After(now.Add(time.Minute)) {
			when = moment(p, w.At, now, loc)
		}
		v.Waves = append(v.Waves, previewWave{When: when, Count: w.Count, Usual: w.Usual})
	}
	for _, verdict := range verdicts {
		if n := plan.NotAsked[verdict.is]; n > 0 {
			v.NotAsked = append(v.NotAsked, previewReason{Label: p.T("request.verdict." + string(verdict.is)), Icon: verdict.icon, Count: n})
		}
	}
	return v
}

// verdicts are the reasons for which somebody is not asked, the most useful first.
var verdicts = []struct {
	is   request.Verdict
	icon string
}{
	{"busy", "pause"}, {"absent", "calendar-days"}, {"outside_hours", "clock"}, {"asleep", "moon"}, {request.VerdictActs, "ban"}, {request.VerdictMode, "house"},
	{request.VerdictNetwork, "users-round"}, {request.VerdictOpposed, "lock"}, {request.VerdictCapped, "bell-off"}, {request.VerdictLeftOut, "undo-2"}, {request.VerdictSector, "map-pin"}, {request.VerdictTerritory, "map"}, {request.VerdictProfession, "users-round"},
}

// missing names the fields that an error is about.
func missing(ctx context.Context, err error) []string {
	var names []string
	labels := askLabels(ctx)
	for _, e := range fault.Fields(err) {
		if name := strings.ToLower(labels[e.Field]); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
