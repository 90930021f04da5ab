package pro

import (
	"cmp"
	"math"
	"slices"

	"entractes/internal/base/geo"
	"entractes/internal/care/territory"
	"entractes/internal/web"
)

// sectorView is the drawing of where somebody goes: around his place of work.
type sectorView struct {
	High     float64
	Communes []communeView
	X, Y, R  float64 // the place of work and its radius; R is 0 without one
	Served   int
}

// leastAround is how far around the place of work is drawn, in kilometres.
const leastAround = 9.0

// drawSector draws what is served and its surroundings, and not the whole territory: what
// one wants to see is the edge.
func drawSector(chart territory.Map, home territory.Commune, served map[territory.CommuneCode]bool, radius float64) sectorView {
	far := max(leastAround, radius*1.1)
	for _, c := range chart.Communes {
		if served[c.Code] {
			far = max(far, geo.Distance(home.Point, c.Point)*1.25)
		}
	}
	around := territory.Map{Territory: chart.Territory}
	points := []geo.Point{home.Point}
	for _, c := range chart.Communes {
		if served[c.Code] || geo.Distance(home.Point, c.Point) <= far {
			around.Communes = append(around.Communes, c)
			points = append(points, c.Point)
		}
	}
	box := geo.Box(home.Point, max(leastAround, radius))
	points = append(points, geo.Point{Lat: box.South, Lon: box.West}, geo.Point{Lat: box.North, Lon: box.East})
	around.Bounds = geo.Around(points...)
	v := sectorView{High: around.Height(mapWidth)}
	v.X, v.Y = around.Place(home.Point, mapWidth)
	if radius > 0 {
		edge := geo.Box(home.Point, radius)
		_, top := around.Place(geo.Point{Lat: edge.North, Lon: home.Point.Lon}, mapWidth)
		v.R = v.Y - top
	}
	v.Communes = placed(around)
	for i, c := range v.Communes {
		if served[territory.CommuneCode(c.Code)] {
			v.Communes[i].Tone = web.Taken
			v.Served++
		}
	}
	name(v.Communes)
	return v
}

// placed puts the communes of a map on its drawing, the largest first.
func placed(m territory.Map) []communeView {
	most := 1
	for _, c := range m.Communes {
		most = max(most, c.Population)
	}
	var all []communeView
	for _, c := range m.Communes {
		x, y := m.Place(c.Point, mapWidth)
		all = append(all, communeView{
			Name: c.Name, Code: string(c.Code), X: x, Y: y, R: 4 + 18*math.Sqrt(float64(c.Population)/float64(most)), Path: m.Path(c, mapWidth), People: c.Population, About: c.Approximate,
		})
	}
	slices.SortStableFunc(all, func(a, b communeView) int { return cmp.Compare(b.People, a.People) })
	return all
}

// writing is how large names are written, in units of the drawing: small on a desk, and
// larger on a phone, where the same drawing is three times smaller.
type writing struct {
	letter, line float64
	most         int
}

var (
	deskWriting  = writing{letter: 8.6, line: 20, most: 34}
	phoneWriting = writing{letter: 18, line: 40, most: 10}
)

// label is a name on the drawing. End is written towards the left.
type label struct {
	Text string
	X, Y float64
	End  bool
}

// box is a part of the drawing that is taken.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// name writes the names of the largest communes where they cover neither a point nor
// another name, once for a desk and once for a phone.
func name(all []communeView) {
	for i, w := range []writing{deskWriting, phoneWriting} {
		var taken []box
		for _, c := range all {
			taken = append(taken, box{c.X - c.R, c.Y - c.R, c.X + c.R, c.Y + c.R})
		}
		named := 0
		for at := range all {
			l, b, ok := w.place(all[at], taken)
			if !ok || named >= w.most {
				continue
			}
			named++
			taken = append(taken, b)
			if i == 0 {
				all[at].Desk = l
			} else {
				all[at].Phone = l
			}
		}
	}
}

// place finds where the name of c meets nothing taken: on its right, else on its left.
func (w writing) place(c communeView, taken []box) (label, box, bool) {
	wide := w.letter * float64(len([]rune(c.Name)))
	base := c.Y + w.line*0.28
	for _, end := range []bool{false, true} {
		b := box{c.X + c.R + 4, c.Y - w.line/2, c.X + c.R + 4 + wide, c.Y + w.line/2}
		l := label{c.Name, b.x0, base, false}
		if end {
			b.x0, b.x1 = c.X-c.R-4-wide, c.X-c.R-4
			l = label{c.Name, b.x1, base, true}
		}
		if b.x0 >= 0 && b.x1 <= mapWidth && !slices.ContainsFunc(taken, b.meets) {
			return l, b, true
		}
	}
	return label{}, box{}, false
}
