// Package geo computes with coordinates: distances and boxes, in degrees (WGS 84) and kilometres.
package geo

import "math"

// earthRadius is the mean radius, in kilometres; a sphere is off by 0.5 % at most, which is less
// than the error of a commune taken as a point.
const earthRadius = 6371.0088

// kmPerDegree is the length of one degree of latitude on that sphere.
const kmPerDegree = earthRadius * math.Pi / 180

// Point is a place. The zero Point stands for "unknown": nobody lives at 0° 0°.
type Point struct {
	Lat float64
	Lon float64
}

// IsZero tells whether the place is unknown.
func (p Point) IsZero() bool { return p == Point{} }

// Valid tells whether p is a place on Earth; the unknown place is not one.
func (p Point) Valid() bool {
	return !p.IsZero() && p.Lat >= -90 && p.Lat <= 90 && p.Lon >= -180 && p.Lon <= 180
}

// Distance returns the length of the great circle from a to b, in kilometres.
func Distance(a, b Point) float64 {
	la, lb := radians(a.Lat), radians(b.Lat)
	sLat, sLon := math.Sin((lb-la)/2), math.Sin(radians(b.Lon-a.Lon)/2)
	h := sLat*sLat + math.Cos(la)*math.Cos(lb)*sLon*sLon
	return 2 * earthRadius * math.Asin(math.Sqrt(min(h, 1)))
}

// Bounds is a rectangle of coordinates, South ≤ North and West ≤ East.
type Bounds struct {
	South, North float64
	West, East   float64
}

// Box returns bounds that hold every place within km of p, and some more in the corners. Around the
// poles and across the 180th meridian they hold all longitudes, so that West ≤ East always.
func Box(p Point, km float64) Bounds {
	d := max(km, 0) / kmPerDegree
	b := Bounds{South: max(p.Lat-d, -90), North: min(p.Lat+d, 90), West: -180, East: 180}
	if b.South <= -90 || b.North >= 90 {
		return b
	}
	// The meridians touch the circle nearer to the pole than its centre.
	s := math.Sin(radians(d)) / math.Cos(radians(p.Lat))
	if s >= 1 {
		return b
	}
	w := degrees(math.Asin(s))
	if p.Lon-w < -180 || p.Lon+w > 180 {
		return b
	}
	b.West, b.East = p.Lon-w, p.Lon+w
	return b
}

// Contains tells whether p is inside b, edges included.
func (b Bounds) Contains(p Point) bool {
	return p.Lat >= b.South && p.Lat <= b.North && p.Lon >= b.West && p.Lon <= b.East
}

// Around returns the smallest bounds that hold every known point; the zero Bounds when there is none.
func Around(points ...Point) Bounds {
	var b Bounds
	found := false
	for _, p := range points {
		if p.IsZero() {
			continue
		}
		if !found {
			b, found = Bounds{South: p.Lat, North: p.Lat, West: p.Lon, East: p.Lon}, true
			continue
		}
		b = Bounds{South: min(b.South, p.Lat), North: max(b.North, p.Lat), West: min(b.West, p.Lon), East: max(b.East, p.Lon)}
	}
	return b
}

// Center returns the mean of the known points, good enough within a region; the zero Point when there is none.
func Center(points ...Point) Point {
	var c Point
	n := 0.0
	for _, p := range points {
		if !p.IsZero() {
			c.Lat, c.Lon, n = c.Lat+p.Lat, c.Lon+p.Lon, n+1
		}
	}
	if n == 0 {
		return Point{}
	}
	return Point{Lat: c.Lat / n, Lon: c.Lon / n}
}

func radians(d float64) float64 { return d * math.Pi / 180 }
func degrees(r float64) float64 { return r * 180 / math.Pi }
