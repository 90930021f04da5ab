package web

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// MapPoint is one place of a MiniMap, in degrees. Size is what its disc stands for: a
// population, a number of professionals.
type MapPoint struct {
	Label  string
	Lat    float64
	Lon    float64
	Size   float64
	Tone   Tone
	About  bool // the position is estimated: drawn with « ≈ »
	Me     bool // where the reader is
	Named  bool // its name is written on the map
	Text   string
	Href   string
	Pinned bool // the place the page is about: drawn larger
}

// MapPath is a line (a road, a river) or, when Closed, a contour; pairs of latitude and longitude.
type MapPath struct {
	Points [][2]float64
	Closed bool
}

// MiniMap draws places without any tile from elsewhere. The same places stand in a
// table behind, for those who do not see the drawing.
type MiniMap struct {
	ID     string
	Label  string
	Points []MapPoint
	Paths  []MapPath
	Ratio  float64 // width for a height of 1; that of the places by default
	Unit   string  // heading of Text in the table
}

// Render writes the component.
func (c MiniMap) Render(ctx context.Context, w io.Writer) error { return miniMap(c).Render(ctx, w) }

// mapWide is the width of the drawing in its own units; mapEdge the margin around places.
const mapWide, mapEdge = 720.0, 46.0

// projection turns degrees into the units of the drawing. At the size of a département a
// plane whose degrees of longitude shrink with the latitude is true enough.
type projection struct {
	lat0, lon0, squeeze, scale, dx, dy, high float64
}

func (c MiniMap) project() projection {
	p := projection{high: mapWide / 1.6, squeeze: 1, scale: 1}
	south, north, west, east := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	grow := func(lat, lon float64) {
		south, north = min(south, lat), max(north, lat)
		west, east = min(west, lon), max(east, lon)
	}
	for _, pt := range c.Points {
		grow(pt.Lat, pt.Lon)
	}
	for _, path := range c.Paths {
		for _, at := range path.Points {
			grow(at[0], at[1])
		}
	}
	if math.IsInf(south, 1) {
		return p
	}
	p.squeeze = math.Cos((south + north) / 2 * math.Pi / 180)
	p.lat0, p.lon0 = north, west
	width, height := max((east-west)*p.squeeze, 0.01), max(north-south, 0.01)
	ratio := c.Ratio
	if ratio <= 0 {
		ratio = min(max(width/height, 1.2), 1.8)
	}
	p.high = mapWide / ratio
	p.scale = min((mapWide-2*mapEdge)/width, (p.high-2*mapEdge)/height)
	p.dx = (mapWide - (east-west)*p.squeeze*p.scale) / 2
	p.dy = (p.high - (north-south)*p.scale) / 2
	return p
}

func (p projection) x(lon float64) float64 { return p.dx + (lon-p.lon0)*p.squeeze*p.scale }
func (p projection) y(lat float64) float64 { return p.dy + (p.lat0-lat)*p.scale }

func (p projection) path(m MapPath) string {
	var b strings.Builder
	for i, at := range m.Points {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		fmt.Fprintf(&b, "%s%.1f %.1f", letter, p.x(at[1]), p.y(at[0]))
	}
	if m.Closed {
		b.WriteString("Z")
	}
	return b.String()
}

// radius keeps areas, not lengths, in proportion to sizes: between 6 and 24 units.
func (c MiniMap) radius(pt MapPoint) float64 {
	most := 0.0
	for _, other := range c.Points {
		most = max(most, other.Size)
	}
	r := 8.0
	if most > 0 {
		r = 6 + 18*math.Sqrt(max(0, pt.Size)/most)
	}
	if pt.Pinned || pt.Me {
		r = max(r, 11)
	}
	return r
}

// mapLabel is a name placed on the drawing.
type mapLabel struct {
	text   string
	x, y   float64
	anchor string
	pinned bool
	late   bool // left out where there is little room
}

// earlyLabels is how many names a small screen shows.
const earlyLabels = 6

type box struct{ x0, y0, x1, y1 float64 }

func (b box) meets(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// labels places the names of points, the most important first, at the right of their
// disc, or where no other name or disc is; a name without a place is left to the table.
func (c MiniMap) labels(p projection) []mapLabel {
	order := make([]int, 0, len(c.Points))
	taken := make([]box, 0, 2*len(c.Points))
	for i, pt := range c.Points {
		r := c.radius(pt)
		taken = append(taken, box{p.x(pt.Lon) - r, p.y(pt.Lat) - r, p.x(pt.Lon) + r, p.y(pt.Lat) + r})
		if pt.Named {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if c.Points[a].Pinned != c.Points[b].Pinned {
			return cmp.Compare(boolInt(c.Points[b].Pinned), boolInt(c.Points[a].Pinned))
		}
		return cmp.Compare(c.Points[b].Size, c.Points[a].Size)
	})
	var placed []mapLabel
	for _, i := range order {
		pt := c.Points[i]
		x, y, r := p.x(pt.Lon), p.y(pt.Lat), c.radius(pt)
		wide := 8.5 * float64(utf8.RuneCountInString(pt.Label))
		for _, l := range []mapLabel{
			{x: x + r + 4, y: y + 4, anchor: "start"}, {x: x - r - 4, y: y + 4, anchor: "end"},
			{x: x, y: y - r - 6, anchor: "middle"}, {x: x, y: y + r + 18, anchor: "middle"},
		} {
			left := map[string]float64{"start": l.x, "end": l.x - wide, "middle": l.x - wide/2}[l.anchor]
			b := box{left, l.y - 13, left + wide, l.y + 4}
			if b.x0 < 0 || b.x1 > mapWide || slices.ContainsFunc(taken, b.meets) {
				continue
			}
			l.text, l.pinned, l.late = pt.Label, pt.Pinned, len(placed) >= earlyLabels
			placed, taken = append(placed, l), append(taken, b)
			break
		}
	}
	return placed
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
