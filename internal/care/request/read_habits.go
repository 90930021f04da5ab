package request

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
)

// usualNeeds is how many of his last needs the form proposes to whoever asks.
const usualNeeds = 6

// Habits returns what whoever asks, or his service, asked last, the latest first, one
// for each different care: the profession, acts, rhythm and delay, and nothing of anybody cared for.
func (s *Service) Habits(ctx context.Context) (last []Request, err error) {
	defer fault.Wrap(&err, "habits")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		last, err = habits(tx)
		return err
	})
	return last, err
}

func habits(tx *db.Tx) ([]Request, error) {
	who, err := signedIn(tx)
	if err != nil {
		return nil, err
	}
	const read = 60
	found, err := db.All(tx, scanRequest, `SELECT `+requestColumns+` FROM request
		WHERE `+among(askedBy(`state NOT IN ('draft', 'entered_in_error')`, "$4"))+` ORDER BY created DESC, id DESC LIMIT $4`, append(askerOf(who), int64(read))...)
	if err != nil {
		return nil, err
	}
	if found, err = withAllActs(tx, found); err != nil {
		return nil, err
	}
	var last []Request
	for _, r := range found {
		known := slices.ContainsFunc(last, func(o Request) bool { return o.Profession == r.Profession && slices.Equal(o.Acts, r.Acts) })
		if !known && len(r.Acts) > 0 && len(last) < usualNeeds {
			last = append(last, Request{Profession: r.Profession, Acts: r.Acts, Mode: r.Mode, Urgency: r.Urgency, Care: r.Care})
		}
	}
	return last, nil
}
