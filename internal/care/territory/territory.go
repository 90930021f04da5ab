package territory

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/geo"
	"entractes/internal/base/ident"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// ID names a territory. It is an alias: the actor and the tables of every feature carry it as text.
type ID = string

// Territory is a list of communes whose professionals answer together.
type Territory struct {
	ID   ID
	Name string
	// Zone is the IANA name of the clocks by which its nights and delays run.
	Zone    string
	Center  geo.Point
	Created time.Time
}

// Location returns the clocks of the territory.
func (t Territory) Location() *time.Location {
	loc, err := time.LoadLocation(t.Zone)
	if err != nil {
		return time.UTC // New refuses such a zone
	}
	return loc
}

// New is a territory to be drawn.
type New struct {
	// ID is chosen by the caller or, when empty, made.
	ID       ID
	Name     string
	Communes []CommuneCode
}

// Service holds the use cases.
type Service struct {
	db    *db.DB
	audit *audit.Audit
}

// NewService returns the use cases on d.
func NewService(d *db.DB) *Service { return &Service{db: d, audit: audit.New(d)} }

// Create draws a territory. Platform administrators only.
func (s *Service) Create(ctx context.Context, n New) (t Territory, err error) {
	defer fault.Wrap(&err, "create territory %q", n.Name)
	if err := mayAdminister(ctx, ""); err != nil {
		return Territory{}, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		t, err = Add(tx, n)
		return err
	})
	return t, err
}

// Redraw replaces the communes of a territory. Platform administrators only.
func (s *Service) Redraw(ctx context.Context, id ID, communes []CommuneCode) (err error) {
	defer fault.Wrap(&err, "redraw territory %s", id)
	if err := mayAdminister(ctx, ""); err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *db.Tx) error {
		if _, err := Of(tx, id); err != nil {
			return err
		}
		found, err := checkCommunes(communes)
		if err != nil {
			return err
		}
		if err := tx.Write(`DELETE FROM territory_commune WHERE territory = $1`, id); err != nil {
			return err
		}
		if err := insertCommunes(tx, id, found); err != nil {
			return err
		}
		c := centerOf(found)
		return tx.Write(`UPDATE territory SET lat = $2, lon = $3 WHERE id = $1`, id, c.Lat, c.Lon)
	})
}

// mayAdminister lets platform administrators through and, when id is given, the administrators of that territory.
func mayAdminister(ctx context.Context, id ID) error {
	a, ok := actor.From(ctx)
	switch {
	case !ok:
		return fault.Unauthenticated("unauthenticated")
	case a.Has(actor.RolePlatformAdmin), a.IsSystem():
		return nil
	case id != "" && a.Has(actor.RoleTerritoryAdmin) && a.Territory == id:
		return nil
	}
	return fault.Forbidden("territory.forbidden")
}

// Add writes a territory within tx; it checks what is written and not who asks. The clocks are those
// of the most populated commune.
func Add(tx *db.Tx, n New) (Territory, error) {
	var l fault.List
	n.Name = strings.TrimSpace(n.Name)
	const longest = 100
	if n.Name == "" || utf8.RuneCountInString(n.Name) > longest {
		l.Add(fault.Invalid("territory.name", "name", "max", longest))
	}
	communes, err := checkCommunes(n.Communes)
	l = append(l, fault.Fields(err)...)
	if err := l.Err(); err != nil {
		return Territory{}, err
	}
	largest := slices.MaxFunc(communes, func(a, b Commune) int { return a.Population - b.Population })
	t := Territory{ID: n.ID, Name: n.Name, Zone: largest.Zone().Loc.String(), Center: centerOf(communes), Created: tx.Now()}
	if t.ID == "" {
		t.ID = ident.New[ID](tx.Now())
	}
	err = tx.Write(`INSERT INTO territory (id, name, zone, lat, lon, created) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.ID, t.Name, t.Zone, t.Center.Lat, t.Center.Lon, db.Ms(t.Created))
	if err != nil {
		return Territory{}, err
	}
	return t, insertCommunes(tx, t.ID, communes)
}

// checkCommunes returns the communes of codes, each once; a fault for each code that does not exist.
func checkCommunes(codes []CommuneCode) ([]Commune, error) {
	var l fault.List
	var out []Commune
	seen := map[CommuneCode]bool{}
	for _, code := range codes {
		if seen[code] {
			continue
		}
		seen[code] = true
		c, ok := CommuneOf(code)
		if !ok {
			l.Add(fault.Invalid("territory.commune.unknown", "communes", "code", string(code)))
			continue
		}
		out = append(out, c)
	}
	if len(codes) == 0 {
		l.Add(fault.Invalid("territory.communes.missing", "communes"))
	}
	return out, l.Err()
}

func insertCommunes(tx *db.Tx, id ID, communes []Commune) error {
	for _, c := range communes {
		if err := tx.Write(`INSERT INTO territory_commune (territory, commune) VALUES ($1, $2)`, id, string(c.Code)); err != nil {
			return err
		}
	}
	return nil
}

// centerOf is where most people live: the mean of the points, each counting as its inhabitants.
func centerOf(communes []Commune) geo.Point {
	var p geo.Point
	var people float64
	for _, c := range communes {
		w := float64(c.Population + 1)
		p.Lat, p.Lon, people = p.Lat+w*c.Point.Lat, p.Lon+w*c.Point.Lon, people+w
	}
	return geo.Point{Lat: p.Lat / people, Lon: p.Lon / people}
}

const territoryColumns = `id, name, zone, lat, lon, created`

func scanTerritory(r db.Row) (t Territory, err error) {
	var created int64
	err = r.Scan(&t.ID, &t.Name, &t.Zone, &t.Center.Lat, &t.Center.Lon, &created)
	t.Created = db.At(created)
	return t, err
}

// Of returns a territory; NotFound when there is none.
func Of(tx *db.Tx, id ID) (Territory, error) {
	return db.Memo(tx, "territory", id, func() (Territory, error) {
		return db.One(tx, "territory.not_found", scanTerritory, `SELECT `+territoryColumns+` FROM territory WHERE id = $1`, id)
	})
}

// All lists the territories, the oldest first.
func All(tx *db.Tx) ([]Territory, error) {
	return db.All(tx, scanTerritory, `SELECT `+territoryColumns+` FROM territory ORDER BY created, id`)
}

// CommunesIn lists the communes of a territory by code.
func CommunesIn(tx *db.Tx, id ID) ([]Commune, error) {
	codes, err := db.All(tx, db.Value[string], `SELECT commune FROM territory_commune WHERE territory = $1 ORDER BY commune`, id)
	out := make([]Commune, 0, len(codes))
	for _, code := range codes {
		if c, ok := CommuneOf(CommuneCode(code)); ok {
			out = append(out, c)
		}
	}
	return out, err
}

// Holding lists the territories of a commune, or of the city of an arrondissement, the oldest first;
// territories may overlap, and the owner of a request is the first.
func Holding(tx *db.Tx, code CommuneCode) ([]Territory, error) {
	city := code
	if c, ok := CommuneOf(code); ok && c.Parent != "" {
		city = c.Parent
	}
	return db.Memo(tx, "territory", code, func() ([]Territory, error) {
		return db.All(tx, scanTerritory, `SELECT `+territoryColumns+` FROM territory
			WHERE id IN (SELECT territory FROM territory_commune WHERE commune IN ($1, $2)) ORDER BY created, id`, string(code), string(city))
	})
}
