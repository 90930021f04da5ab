package geo_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"entractes/internal/base/geo"
)

var (
	corbeil = geo.Point{Lat: 48.606, Lon: 2.488}
	evry    = geo.Point{Lat: 48.633, Lon: 2.440}
	papeete = geo.Point{Lat: -17.5347, Lon: -149.5684}
	uvea    = geo.Point{Lat: -13.28, Lon: -176.18}
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b geo.Point
		want float64
	}{
		{corbeil, corbeil, 0},
		{corbeil, evry, 4.63},
		{geo.Point{Lat: 48.8534, Lon: 2.3488}, papeete, 15723},
		{geo.Point{Lat: 0, Lon: 179.9}, geo.Point{Lat: 0, Lon: -179.9}, 22.24},
		{geo.Point{Lat: 90}, geo.Point{Lat: -90}, math.Pi * 6371.0088},
	} {
		if got := geo.Distance(c.a, c.b); math.Abs(got-c.want) > 0.01+c.want/1000 {
			t.Errorf("Distance(%v, %v) = %.3f km, want %.3f", c.a, c.b, got, c.want)
		}
		if geo.Distance(c.a, c.b) != geo.Distance(c.b, c.a) {
			t.Errorf("Distance(%v, %v) depends on the way", c.a, c.b)
		}
	}
}

func TestBoxHoldsTheCircle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, center := range []geo.Point{corbeil, papeete, uvea, {Lat: 89, Lon: 10}, {Lat: -89.9, Lon: 170}, {Lat: 10, Lon: 179.99}} {
		for range 2000 {
			km := r.Float64() * 200
			p := geo.Point{Lat: center.Lat + (r.Float64()-0.5)*6, Lon: center.Lon + (r.Float64()-0.5)*8}
			if p.Lon > 180 {
				p.Lon -= 360
			}
			if p.Valid() && geo.Distance(center, p) <= km && !geo.Box(center, km).Contains(p) {
				t.Fatalf("%v is %.2f km from %v and outside its box of %.2f km", p, geo.Distance(center, p), center, km)
			}
		}
	}
}

func TestBoxIsTight(t *testing.T) {
	b := geo.Box(corbeil, 10)
	for _, corner := range []geo.Point{{Lat: b.South, Lon: corbeil.Lon}, {Lat: b.North, Lon: corbeil.Lon}, {Lat: corbeil.Lat, Lon: b.East}} {
		if d := geo.Distance(corbeil, corner); d < 9.9 || d > 10.1 {
			t.Errorf("an edge of the box of 10 km is at %.3f km", d)
		}
	}
	if b := geo.Box(corbeil, -5); b.South != corbeil.Lat || b.East != corbeil.Lon {
		t.Errorf("a negative radius gives %v", b)
	}
}

func TestValid(t *testing.T) {
	for _, p := range []geo.Point{{}, {Lat: 91, Lon: 1}, {Lat: 1, Lon: -181}, {Lat: math.NaN(), Lon: 1}, {Lat: 1, Lon: math.Inf(1)}} {
		if p.Valid() {
			t.Errorf("%v is valid", p)
		}
	}
	if !corbeil.Valid() || !uvea.Valid() {
		t.Error("real places are refused")
	}
}

func TestAroundAndCenter(t *testing.T) {
	if b := geo.Around(geo.Point{}, corbeil, evry); b != (geo.Bounds{South: 48.606, North: 48.633, West: 2.440, East: 2.488}) {
		t.Errorf("Around = %v", b)
	}
	if c := geo.Center(geo.Point{}, corbeil, evry); geo.Distance(c, corbeil) > 3 || geo.Distance(c, evry) > 3 {
		t.Errorf("Center = %v", c)
	}
	if !geo.Center().IsZero() || geo.Around() != (geo.Bounds{}) {
		t.Error("no point has a centre")
	}
}
