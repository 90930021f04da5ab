package directory

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Presence counts the subjects of one profession about one commune.
type Presence struct {
	// Based work there; Reach serve it or reach it by their radius.
	Based, Reach int
	// Free are those who reach it and are free at the instant asked; the same as Reach when none is.
	Free int
}

// Presence counts, for each commune of the actor's territory, the people of a profession
// and those free at an instant; the zero instant asks nothing of their time. Only those
// who read the directory may know.
func (s *Service) Presence(ctx context.Context, profession nomenclature.ProfessionCode, at time.Time) (m territory.Map, by map[territory.CommuneCode]Presence, err error) {
	defer fault.Wrap(&err, "presence of %s", profession)
	a, err := reader(ctx)
	if err != nil {
		return m, nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		if m, err = territory.MapOf(tx, a.Territory); err != nil {
			return err
		}
		by, err = presence(tx, m, profession, at)
		return err
	})
	return m, by, err
}

func presence(tx *db.Tx, m territory.Map, profession nomenclature.ProfessionCode, at time.Time) (map[territory.CommuneCode]Presence, error) {
	all, err := around(tx, m, profession)
	if err != nil {
		return nil, err
	}
	served, err := servedBy(tx, m, profession)
	if err != nil {
		return nil, err
	}
	by := make(map[territory.CommuneCode]Presence, len(m.Communes))
	for _, commune := range m.Communes {
		p, zone := Presence{}, commune.Zone()
		for _, c := range all {
			if c.Commune == commune.Code {
				p.Based++
			}
			if !served[[2]string{c.ID, string(commune.Code)}] && (c.Radius <= 0 || geo.Distance(c.Point, commune.Point) > c.Radius) {
				continue
			}
			p.Reach++
			if at.IsZero() || Available(c, at, at, tx.Now(), zone) == AvailableOK {
				p.Free++
			}
		}
		by[commune.Code] = p
	}
	return by, nil
}

// around returns the active subjects of a profession who may reach the territory: those
// near it, and those who serve one of its communes.
func around(tx *db.Tx, m territory.Map, profession nomenclature.ProfessionCode) ([]Candidate, error) {
	sw := geo.Box(geo.Point{Lat: m.Bounds.South, Lon: m.Bounds.West}, MaxRadius)
	ne := geo.Box(geo.Point{Lat: m.Bounds.North, Lon: m.Bounds.East}, MaxRadius)
	const where = ` WHERE active = TRUE AND profession = $1 AND (territory = $2 OR lat BETWEEN $3 AND $4 AND lon BETWEEN $5 AND $6)`
	args := []any{string(profession), m.Territory.ID, sw.South, ne.North, sw.West, ne.East}
	q := Query{Territory: m.Territory.ID, Profession: profession, Point: m.Territory.Center}
	people, err := db.All(tx, scanCandidate(q, KindProfessional), professionalCandidate+`active FROM professional`+where, args...)
	if err != nil {
		return nil, err
	}
	teams, err := db.All(tx, scanCandidate(q, KindStructure), structureCandidate+`active FROM structure`+where, args...)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(people, teams)
	slices.SortFunc(all, nearest)
	return all, attachTimes(tx, all)
}

// servedBy tells who serves which commune of the territory, or the city of which arrondissement.
func servedBy(tx *db.Tx, m territory.Map, profession nomenclature.ProfessionCode) (map[[2]string]bool, error) {
	codes := make([]string, 0, len(m.Communes))
	children := map[string][]string{}
	for _, c := range m.Communes {
		codes = append(codes, string(c.Code))
		if c.Parent != "" {
			children[string(c.Parent)] = append(children[string(c.Parent)], string(c.Code))
			codes = append(codes, string(c.Parent))
		}
	}
	slices.Sort(codes)
	served := map[[2]string]bool{}
	for part := range slices.Chunk(slices.Compact(codes), chunk) {
		rows, err := db.All(tx, func(r db.Row) (row [2]string, err error) {
			err = r.Scan(&row[0], &row[1])
			return row, err
		}, `SELECT subject, commune FROM coverage WHERE profession = $1 AND commune IN `+db.In(2, len(part)), append([]any{string(profession)}, db.Args(part)...)...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			served[row] = true
			for _, child := range children[row[1]] {
				served[[2]string{row[0], child}] = true
			}
		}
	}
	return served, nil
}
