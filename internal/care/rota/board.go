package rota

import (
	"context"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Board is every line of a territory with who is on duty and when nobody will be, from Now until Horizon.
type Board struct {
	Now       time.Time
	Horizon   time.Time
	Territory territory.Territory
	Lines     []LineState
	Cards     map[directory.Subject]directory.Card
}

// LineState is a line now. A closed one has nobody on call and no gap.
type LineState struct {
	DutyLine
	OnCall []OnDuty
	Gaps   []civil.Span
}

// ahead is how far Horizon is.
const ahead = 7 * 24 * time.Hour

// Board lists the lines of a territory by name, closed ones last. Its administrators.
func (s *Service) Board(ctx context.Context, of territory.ID) (b Board, err error) {
	defer fault.Wrap(&err, "duty lines of %s", of)
	if err := mayWrite(ctx, of); err != nil {
		return b, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		b = Board{Now: tx.Now(), Horizon: tx.Now().Add(ahead)}
		if b.Territory, err = territory.Of(tx, of); err != nil {
			return err
		}
		lines, err := db.All(tx, scanLine, `SELECT `+lineColumns+` FROM duty_line WHERE territory = $1 ORDER BY active DESC, name, id`, of)
		if err != nil {
			return err
		}
		var subjects []directory.Subject
		for _, l := range lines {
			state := LineState{DutyLine: l}
			if state.OnCall, err = OnCall(tx, l.ID, b.Now); err != nil {
				return err
			}
			for _, o := range state.OnCall {
				subjects = append(subjects, o.Subject)
			}
			if l.Active {
				shifts, err := Shifts(tx, l.ID, b.Now, b.Horizon)
				if err != nil {
					return err
				}
				state.Gaps = Gaps(shifts, b.Now, b.Horizon)
			}
			b.Lines = append(b.Lines, state)
		}
		b.Cards, err = directory.ByIDs(tx, subjects)
		return err
	})
	return b, err
}

// Plan is the duty of a line from From until To, cut at both ends.
type Plan struct {
	Now       time.Time
	Territory territory.Territory
	Line      DutyLine
	From, To  time.Time
	Shifts    []DutyShift
	Gaps      []civil.Span
	Cards     map[directory.Subject]directory.Card
}

// Plan reads the duty of a line on some days from first on; from the Monday of this week when first is
// zero. Administrators of the territory of the line.
func (s *Service) Plan(ctx context.Context, line LineID, first civil.Day, days int) (p Plan, err error) {
	defer fault.Wrap(&err, "plan of %s", line)
	err = s.db.View(ctx, func(tx *db.Tx) error {
		p = Plan{Now: tx.Now()}
		if err := p.at(tx, line); err != nil {
			return err
		}
		loc := p.Territory.Location()
		if first.IsZero() {
			today := civil.DayOf(p.Now, loc)
			first = today.Add(-int((today.Weekday() + 6) % 7))
		}
		if days < 1 || days > int(longestPlan.Hours()/24) {
			return fault.Invalid("rota.plan", "shifts", "days", int(longestPlan.Hours()/24), "max", mostShifts)
		}
		p.From, p.To = first.Start(loc), first.Add(days).Start(loc)
		all, err := Shifts(tx, line, p.From, p.To)
		if err != nil {
			return err
		}
		p.Shifts, p.Gaps = Clipped(all, p.From, p.To), Gaps(all, p.From, p.To)
		var subjects []directory.Subject
		for _, s := range all {
			subjects = append(subjects, s.Subject)
		}
		p.Cards, err = directory.ByIDs(tx, subjects)
		return err
	})
	return p, err
}

// at reads the line and its territory, for whoever may write them.
func (p *Plan) at(tx *db.Tx, line LineID) (err error) {
	if p.Line, err = Line(tx, line); err != nil {
		return err
	}
	if err = mayWrite(tx.Context(), p.Line.Territory); err != nil {
		return err
	}
	p.Territory, err = territory.Of(tx, p.Line.Territory)
	return err
}

// mostRepeats bounds how often a plan is repeated at once, in weeks.
const mostRepeats = 26

// Repeat writes the seven days from monday on again over each of the weeks that follow, whose duty it
// replaces. Administrators of the territory of the line.
func (s *Service) Repeat(ctx context.Context, line LineID, monday civil.Day, weeks int) (err error) {
	defer fault.Wrap(&err, "repeat the week of %s", line)
	if weeks < 1 || weeks > mostRepeats {
		return fault.Invalid("rota.repeat", "weeks", "max", mostRepeats)
	}
	week, err := s.Plan(ctx, line, monday, 7)
	if err != nil {
		return err
	}
	loc := week.Territory.Location()
	var shifts []DutyShift
	for n := range weeks {
		shifts = append(shifts, Later(week.Shifts, 7*(n+1), loc)...)
	}
	return s.ReplaceShifts(ctx, line, monday.Add(7).Start(loc), monday.Add(7*(weeks+1)).Start(loc), shifts)
}
