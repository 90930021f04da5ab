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
	name(v.Communes, largeWriting)
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
	largeWriting = writing{letter: 12, line: 27, most: 24} // of a sector, drawn smaller than the territory
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

// name writes the names of the largest communes where they cover neither another name nor
// a point as large as theirs, once for a desk and once for a phone.
func name(all []communeView, desk writing) {
	for i, w := range []writing{desk, phoneWriting} {
		var names []box
		for at := range all {
			if len(names) >= w.most {
				break
			}
			l, b, ok := w.place(all[at], append(slices.Clone(names), points(all, at)...))
			if !ok {
				continue
			}
			names = append(names, b)
			if i == 0 {
				all[at].Desk = l
			} else {
				all[at].Phone = l
			}
		}
	}
}

// points are those that the name of one commune must not cover: its own size or larger.
// A name may cross the point of a hamlet.
func points(all []communeView, of int) []box {
	var taken []box
	for i, c := range all {
		if i != of && c.R >= all[of].R*0.8 {
			taken = append(taken, box{c.X - c.R, c.Y - c.R, c.X + c.R, c.Y + c.R})
		}
	}
	return taken
}

// place finds where the name of c meets nothing taken: on its right, on its left, below or above.
func (w writing) place(c communeView, taken []box) (label, box, bool) {
	const gap = 4
	wide, half := w.letter*float64(len([]rune(c.Name))), w.line/2
	base := w.line * 0.28 // from the middle of the letters to the line they stand on
	right, left := c.X+c.R+gap, c.X-c.R-gap
	for _, try := range []struct {
		x, y   float64
		end    bool
		x0, x1 float64
	}{
		{right, c.Y, false, right, right + wide}, {left, c.Y, true, left - wide, left},
		{c.X, c.Y + c.R + half, false, c.X, c.X + wide}, {c.X, c.Y - c.R - half, false, c.X, c.X + wide},
	} {
		b := box{try.x0, try.y - half, try.x1, try.y + half}
		if b.x0 >= 0 && b.x1 <= mapWidth && !slices.ContainsFunc(taken, b.meets) {
			return label{c.Name, try.x, try.y + base, try.end}, b, true
		}
	}
	return label{}, box{}, false
}
