package territory

import (
	"encoding/json"
	"io"
	"math"

	"entractes/internal/base/fault"
)

// Ring is one closed line of [lon, lat] points, the last the same as the first. Filled by the
// even-odd rule, the rings of a commune are its shape: a hole is a ring inside another.
type Ring [][2]float64

// topology is what this program reads of TopoJSON 1.0.
type topology struct {
	Type      string
	Transform *struct{ Scale, Translate [2]float64 }
	Objects   map[string]geometry
	Arcs      [][][2]float64
}

type geometry struct {
	Type       string
	Geometries []geometry
	Arcs       json.RawMessage
	Properties struct {
		C     string `json:"c"`
		INSEE string `json:"insee"`
		Code  string `json:"code"`
	}
}

// largestTopology bounds what an import may load: France by communes takes about 40 MB.
const largestTopology = 128 << 20

// detail is the error, in degrees, allowed when contours are simplified: about 40 m.
const detail = 0.0004

// readTopology returns the rings of each commune named in a TopoJSON file by a property c, insee or
// code. Shared borders stay shared: each arc is simplified once.
func readTopology(r io.Reader) (map[CommuneCode][]Ring, error) {
	var t topology
	limited := &io.LimitedReader{R: r, N: largestTopology}
	if err := json.NewDecoder(limited).Decode(&t); err != nil || t.Type != "Topology" {
		return nil, fault.Invalid("territory.contours.malformed", "file").Because(err)
	}
	for i, arc := range t.Arcs {
		t.Arcs[i] = simplify(t.absolute(arc), detail)
	}
	shapes := map[CommuneCode][]Ring{}
	for _, o := range t.Objects {
		if err := t.collect(o, shapes, 0); err != nil {
			return nil, err
		}
	}
	return shapes, nil
}

// absolute undoes the quantization of an arc.
func (t *topology) absolute(arc [][2]float64) [][2]float64 {
	if t.Transform == nil {
		return arc
	}
	out := make([][2]float64, len(arc))
	var x, y float64
	for i, p := range arc {
		x, y = x+p[0], y+p[1]
		out[i] = [2]float64{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]}
	}
	return out
}

func (t *topology) collect(g geometry, into map[CommuneCode][]Ring, depth int) error {
	const deepest = 8
	malformed := fault.Invalid("territory.contours.malformed", "file")
	if depth > deepest {
		return malformed
	}
	for _, inner := range g.Geometries {
		if err := t.collect(inner, into, depth+1); err != nil {
			return err
		}
	}
	var polygons [][][]int
	switch g.Type {
	case "Polygon":
		polygons = make([][][]int, 1)
		if err := json.Unmarshal(g.Arcs, &polygons[0]); err != nil {
			return malformed.Because(err)
		}
	case "MultiPolygon":
		if err := json.Unmarshal(g.Arcs, &polygons); err != nil {
			return malformed.Because(err)
		}
	}
	for _, polygon := range polygons {
		for _, arcs := range polygon {
			ring, ok := t.stitch(arcs)
			if !ok {
				return malformed
			}
			if code := g.commune(); code != "" && len(ring) >= 4 {
				into[code] = append(into[code], ring)
			}
		}
	}
	return nil
}

func (g geometry) commune() CommuneCode {
	for _, code := range []string{g.Properties.C, g.Properties.INSEE, g.Properties.Code} {
		if code != "" {
			return CommuneCode(code)
		}
	}
	return ""
}

// stitch joins arcs into a closed ring; ~i is arc i backwards. False when an arc does not exist or a point is nowhere.
func (t *topology) stitch(arcs []int) (Ring, bool) {
	var ring Ring
	for _, i := range arcs {
		backwards := i < 0
		if backwards {
			i = ^i
		}
		if i >= len(t.Arcs) {
			return nil, false
		}
		arc := t.Arcs[i]
		for j := range arc {
			p := arc[j]
			if backwards {
				p = arc[len(arc)-1-j]
			}
			if !(math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 90) {
				return nil, false
			}
			p = [2]float64{round5(p[0]), round5(p[1])}
			if len(ring) == 0 || ring[len(ring)-1] != p {
				ring = append(ring, p)
			}
		}
	}
	if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring, true
}

// round5 keeps about one metre.
func round5(d float64) float64 { return math.Round(d*1e5) / 1e5 }

// simplify keeps the ends of a line and the points further than tolerance from what remains
// (Douglas and Peucker). A closed line keeps at least a triangle.
func simplify(line [][2]float64, tolerance float64) [][2]float64 {
	if len(line) <= 4 {
		return line
	}
	keep := make([]bool, len(line))
	keep[0], keep[len(line)-1] = true, true
	spans := [][2]int{{0, len(line) - 1}}
	if line[0] == line[len(line)-1] {
		a, b := len(line)/3, 2*len(line)/3
		keep[a], keep[b] = true, true
		spans = [][2]int{{0, a}, {a, b}, {b, len(line) - 1}}
	}
	for len(spans) > 0 {
		s := spans[len(spans)-1]
		spans = spans[:len(spans)-1]
		far, at := 0.0, 0
		for i := s[0] + 1; i < s[1]; i++ {
			if d := offLine(line[i], line[s[0]], line[s[1]]); d > far {
				far, at = d, i
			}
		}
		if far > tolerance {
			keep[at] = true
			spans = append(spans, [2]int{s[0], at}, [2]int{at, s[1]})
		}
	}
	out := make([][2]float64, 0, len(line))
	for i, p := range line {
		if keep[i] {
			out = append(out, p)
		}
	}
	return out
}

// offLine is the distance of p to the segment from a to b, in degrees.
func offLine(p, a, b [2]float64) float64 {
	dx, dy := b[0]-a[0], b[1]-a[1]
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = min(max(((p[0]-a[0])*dx+(p[1]-a[1])*dy)/length, 0), 1)
	}
	return math.Hypot(p[0]-a[0]-along*dx, p[1]-a[1]-along*dy)
}
