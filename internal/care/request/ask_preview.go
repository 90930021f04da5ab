package request

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Preview says how many people a request would ask, and when, before it is triggered.
type Preview struct {
	Times
	ReplyBy    time.Time
	Waves      []PreviewWave
	NotAsked   map[Verdict]int
	UsualAlone bool
	Short      bool
}

// PreviewWave is one wave of a preview.
type PreviewWave struct {
	At    time.Time
	Count int
	Usual bool
}

// All counts the people of every wave.
func (p Preview) All() int {
	n := 0
	for _, w := range p.Waves {
		n += w.Count
	}
	return n
}

// Preview plans a without writing anything: what the requester reads before triggering.
// It checks the same faults as Trigger, save the patient and the consent.
func (s *Service) Preview(ctx context.Context, a Ask) (p Preview, err error) {
	defer fault.Wrap(&err, "preview request")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p, err = s.preview(tx, a)
		return err
	})
	return p, err
}

func (s *Service) preview(tx *db.Tx, a Ask) (Preview, error) {
	who, err := asker(tx)
	if err != nil {
		return Preview{}, err
	}
	r := Request{Patient: a.Patient, Created: tx.Now()}
	if a.Patient != "" {
		if err := mayAskFor(tx, who, a.Patient); err != nil {
			return Preview{}, err
		}
	}
	if err := a.link(tx, &r, who); err != nil {
		return Preview{}, err
	}
	commune, point, err := s.place(tx, a)
	if err != nil {
		return Preview{}, err
	}
	r.Commune, r.Point = commune.Code, point
	if r.Territory, err = territory.OwnerOf(tx, r.Commune, who.Territory); err != nil {
		return Preview{}, err
	}
	settings, err := territory.SettingsOf(tx, r.Territory)
	if err != nil {
		return Preview{}, err
	}
	zone := commune.Zone()
	if err := a.fill(&r, settings, zone, tx.Now()); err != nil {
		return Preview{}, err
	}
	all, err := s.candidates(tx, r, settings, nil, "")
	if err != nil {
		return Preview{}, err
	}
	plan := MakePlan(r.need(zone), all, settings, tx.Now(), tx.Now())
	p := Preview{Times: Times{r.StartAt, r.StartBy, r.RespondWithin}, ReplyBy: plan.ReplyBy, NotAsked: map[Verdict]int{}, UsualAlone: plan.UsualAlone, Short: plan.ShortNotice}
	for i, w := range plan.Waves {
		p.Waves = append(p.Waves, PreviewWave{At: w.At, Count: len(w.Who), Usual: i == 0 && plan.UsualAlone})
	}
	for _, j := range plan.Judged {
		if j.Verdict != VerdictAsked {
			p.NotAsked[j.Verdict]++
		}
	}
	return p, nil
}
