package demo

import (
	"fmt"
	"slices"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/rota"
	"entractes/internal/infra/db"
)

// The duty lines of the demonstration (EA-083).
const (
	ambulanceLine = "Ambulance astreinte"
	physioLine    = "Kinésithérapeute astreinte"
)

// together is how many physiotherapists of the line are on duty at once (F15).
const together = 7

// shiftsAhead is how long after now shifts are written; they are written again when less than half is left.
const shiftsAhead = 6 * 7 * 24 * time.Hour

// drawLines makes the two duty lines and their shifts from the beginning of the history.
func (e *founding) drawLines() error {
	for _, l := range []rota.DutyLine{
		{Territory: Essonne, Name: ambulanceLine, Profession: nomenclature.AmbulanceCompany, Mode: rota.InOrder, Phone: e.landline(), Active: true},
		{Territory: Essonne, Name: physioLine, Profession: nomenclature.Physio, Mode: rota.Together, Phone: e.landline(), Active: true},
	} {
		line, err := rota.PutLine(e.tx, l)
		if err != nil {
			return fmt.Errorf("%s: %w", l.Name, err)
		}
		members := e.fleets()
		if l.Mode == rota.Together {
			members = e.physios()
		}
		if err := putShifts(e.tx, line, members, e.tx.Now().Add(-24*time.Hour)); err != nil {
			return err
		}
	}
	return nil
}

// fleets are the ambulance companies of Essonne.
func (e *founding) fleets() (out []directory.Subject) {
	for _, key := range e.order {
		if s := e.structures[key]; s.Profession == nomenclature.AmbulanceCompany && s.Territory == Essonne {
			out = append(out, s.Subject())
		}
	}
	return out
}

// physios are those of the line: the one people play, then those who go to patients.
func (e *founding) physios() (out []directory.Subject) {
	for _, p := range e.professionals {
		if p.Profession == nomenclature.Physio && p.Territory == Essonne && len(p.Modes) == 0 && len(out) < together {
			out = append(out, p.Subject())
		}
	}
	return out
}

// putShifts writes the duty of a line from a day on: the companies take turns at being
// asked first, three by three; the physiotherapists are all on duty by day.
func putShifts(tx *db.Tx, line rota.DutyLine, members []directory.Subject, from time.Time) error {
	first := civil.DayOf(from, zone())
	to := tx.Now().Add(shiftsAhead)
	if len(members) == 0 {
		return nil
	}
	var shifts []rota.DutyShift
	day := first
	for ; day.Start(zone()).Before(to); day = day.Add(1) {
		if line.Mode == rota.Together {
			for i, m := range members {
				span := civil.SpanOn(day, 8*60, 20*60, zone())
				shifts = append(shifts, rota.DutyShift{Line: line.ID, Subject: m, Rank: i + 1, From: span.Start, To: span.End})
			}
			continue
		}
		turn := first.Until(day)
		for rank := range min(3, len(members)) {
			m := members[(turn+rank)%len(members)]
			shifts = append(shifts, rota.DutyShift{Line: line.ID, Subject: m, Rank: rank + 1, From: day.Start(zone()), To: day.End(zone())})
		}
	}
	return rota.PutShifts(tx, line.ID, first.Start(zone()), day.Start(zone()), shifts)
}

// prolong writes the shifts that a demonstration stopped for weeks, or left running for
// weeks, no longer has.
func prolong(tx *db.Tx) error {
	lines, err := rota.Lines(tx, rota.Query{Territory: Essonne})
	if err != nil {
		return err
	}
	for _, l := range lines {
		shifts, err := rota.Shifts(tx, l.ID, tx.Now().Add(-400*24*time.Hour), tx.Now().Add(2*shiftsAhead))
		if err != nil || len(shifts) == 0 {
			return err
		}
		last := shifts[len(shifts)-1].To
		if last.Sub(tx.Now()) > shiftsAhead/2 {
			continue
		}
		var members []directory.Subject
		for _, s := range shifts {
			if !slices.Contains(members, s.Subject) {
				members = append(members, s.Subject)
			}
		}
		from := tx.Now()
		if last.After(from) {
			from = last
		}
		if err := putShifts(tx, l, members, from); err != nil {
			return err
		}
	}
	return nil
}
