package territory

import (
	"math"
	"strconv"

	"entractes/internal/base/geo"
	"entractes/internal/infra/db"
)

// Map is what a page needs to draw a territory.
type Map struct {
	Territory Territory
	Communes  []MapCommune
	// Bounds hold every shape and every point.
	Bounds geo.Bounds
}

// MapCommune is one commune of a map. Rings is empty where no contour was imported: its point is drawn instead.
type MapCommune struct {
	Commune
	Rings []Ring
}

// MapOf returns the map of a territory; NotFound when there is none.
func MapOf(tx *db.Tx, id ID) (Map, error) {
	t, err := Of(tx, id)
	if err != nil {
		return Map{}, err
	}
	communes, err := CommunesIn(tx, id)
	if err != nil {
		return Map{}, err
	}
	contours, err := contoursIn(tx, id)
	if err != nil {
		return Map{}, err
	}
	rings := make(map[CommuneCode][]Ring, len(contours))
	for _, c := range contours {
		rings[c.commune] = c.rings
	}
	m := Map{Territory: t}
	var points []geo.Point
	for _, c := range communes {
		m.Communes = append(m.Communes, MapCommune{Commune: c, Rings: rings[c.Code]})
		points = append(points, c.Point)
		for _, ring := range rings[c.Code] {
			for _, p := range ring {
				points = append(points, geo.Point{Lat: p[1], Lon: p[0]})
			}
		}
	}
	m.Bounds = geo.Around(points...)
	return m, nil
}

// margin is left around a drawing, as a share of its width.
const margin = 0.03

// Height is the height of a drawing of the map that is width wide, so that kilometres are as long both ways.
func (m Map) Height(width float64) float64 {
	scale := m.scale(width)
	return (m.Bounds.North-m.Bounds.South)*scale + 2*margin*width
}

// Place returns where p stands on a drawing that is width wide; 0, 0 is its top left corner.
func (m Map) Place(p geo.Point, width float64) (x, y float64) {
	scale := m.scale(width)
	return (p.Lon-m.Bounds.West)*scale*m.shrink() + margin*width, (m.Bounds.North-p.Lat)*scale + margin*width
}

// Path returns the shape of a commune as an SVG path, to be filled by the even-odd rule; "" without contour.
func (m Map) Path(c MapCommune, width float64) string {
	var path []byte
	for _, ring := range c.Rings {
		for i, p := range ring {
			if i == len(ring)-1 {
				path = append(path, 'Z')
				break
			}
			x, y := m.Place(geo.Point{Lat: p[1], Lon: p[0]}, width)
			path = append(path, "ML"[min(i, 1)])
			path = strconv.AppendFloat(path, math.Round(x*10)/10, 'f', -1, 64)
			path = append(path, ' ')
			path = strconv.AppendFloat(path, math.Round(y*10)/10, 'f', -1, 64)
		}
	}
	return string(path)
}

// scale is the length drawn for one degree of latitude.
func (m Map) scale(width float64) float64 {
	const smallest = 0.01 // degrees: a territory of one point is drawn as if it were a kilometre wide
	return width * (1 - 2*margin) / max((m.Bounds.East-m.Bounds.West)*m.shrink(), smallest)
}

// shrink is the length of one degree of longitude in degrees of latitude, at the middle of the map.
func (m Map) shrink() float64 {
	return math.Cos((m.Bounds.South + m.Bounds.North) / 2 * math.Pi / 180)
}
