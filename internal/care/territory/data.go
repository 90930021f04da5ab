package territory

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
)

//go:embed data/*.csv.gz
var files embed.FS

// gazetteer is everything embedded, in memory: about 15 MB once the search index is built.
type gazetteer struct {
	communes     []Commune
	byCode       map[CommuneCode]int32
	departements []Departement
}

// places reads the embedded files once. They are part of the program: a fault in them is a fault of
// the build, which the tests of this package find.
var places = sync.OnceValue(readPlaces)

func readPlaces() *gazetteer {
	g := &gazetteer{}
	g.readCommunes(unpack("communes"))
	for _, f := range table("departements") {
		g.departements = append(g.departements, Departement{Code: f[0], Name: f[1], Region: f[2], Chief: CommuneCode(f[3]), Communes: number(f[5]), Population: number(f[6])})
	}
	return g
}

// readCommunes cuts the lines by hand: the file has no quote, and a CSV reader takes three times longer.
func (g *gazetteer) readCommunes(text string) {
	const columns = 12
	lines := strings.Count(text, "\n")
	g.communes = make([]Commune, 0, lines)
	g.byCode = make(map[CommuneCode]int32, lines)
	postal := make([]string, 0, lines*5/4)
	_, text, _ = strings.Cut(text, "\n")
	for line := range strings.Lines(text) {
		var f [columns]string
		rest := strings.TrimSuffix(line, "\n")
		for i := range f {
			f[i], rest, _ = strings.Cut(rest, ",")
		}
		first := len(postal)
		for p := range strings.SplitSeq(f[7], "|") {
			if p != "" {
				postal = append(postal, p)
			}
		}
		c := Commune{
			Code: CommuneCode(f[0]), Name: f[1], Parent: CommuneCode(f[3]), Departement: f[4], EPCI: f[6],
			Postal: postal[first:len(postal):len(postal)], Population: number(f[8]),
			Point: geo.Point{Lat: decimal(f[9]), Lon: decimal(f[10])}, Approximate: f[11] == "E",
		}
		g.byCode[c.Code] = int32(len(g.communes)) //nolint:gosec // 35,014 communes
		g.communes = append(g.communes, c)
	}
}

// CommuneOf returns the commune of a code; false when there is none.
func CommuneOf(code CommuneCode) (Commune, bool) {
	g := places()
	i, ok := g.byCode[code]
	if !ok {
		return Commune{}, false
	}
	return g.communes[i], true
}

// CommunesOf returns every commune that keep accepts, by code; arrondissements among them.
func CommunesOf(keep func(Commune) bool) []Commune {
	var out []Commune
	for _, c := range places().communes {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}

// Departements lists the départements and overseas communities by code.
func Departements() []Departement { return slices.Clone(places().departements) }

// DepartementOf returns the département of a code; false when there is none.
func DepartementOf(code string) (Departement, bool) {
	for _, d := range places().departements {
		if d.Code == code {
			return d, true
		}
	}
	return Departement{}, false
}

// groupings is apart from places: only who draws a territory needs it.
var groupings = sync.OnceValue(func() []EPCI {
	var out []EPCI
	for _, f := range table("epci") {
		out = append(out, EPCI{Siren: f[0], Name: f[1], Kind: f[2], Communes: number(f[3]), Population: number(f[4])})
	}
	slices.SortFunc(out, func(a, b EPCI) int { return strings.Compare(fold.Key(a.Name), fold.Key(b.Name)) })
	return out
})

// EPCIs lists the groupings of communes by name; their communes are those whose EPCI is the Siren.
func EPCIs() []EPCI { return slices.Clone(groupings()) }

// unpack returns the text of one embedded file.
func unpack(name string) string {
	raw, err := files.ReadFile("data/" + name + ".csv.gz")
	if err != nil {
		panic(fmt.Sprintf("territory: embedded %s: %v", name, err))
	}
	z, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		panic(fmt.Sprintf("territory: embedded %s: %v", name, err))
	}
	var b strings.Builder
	b.Grow(4 * len(raw))
	if _, err := io.Copy(&b, z); err != nil { //nolint:gosec // our own file
		panic(fmt.Sprintf("territory: embedded %s: %v", name, err))
	}
	return b.String()
}

// table returns the rows of a small embedded file, without its header.
func table(name string) [][]string {
	rows, err := csv.NewReader(strings.NewReader(unpack(name))).ReadAll()
	if err != nil || len(rows) == 0 {
		panic(fmt.Sprintf("territory: embedded %s: %v", name, err))
	}
	return rows[1:]
}

// number reads a count of our own files; 0 where it is empty.
func number(s string) int { n, _ := strconv.Atoi(s); return n }

func decimal(s string) float64 { f, _ := strconv.ParseFloat(s, 64); return f }
