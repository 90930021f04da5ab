package territory

import (
	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
)

// CommuneCode is the INSEE code of a commune or of a municipal arrondissement, five characters.
type CommuneCode string

// Commune is one commune, or one arrondissement of Paris, Lyon or Marseille (then Parent is set).
type Commune struct {
	Code        CommuneCode
	Name        string
	Postal      []string
	Parent      CommuneCode
	Departement string
	EPCI        string
	Population  int
	// Point is the centre; Approximate says that it was estimated from the postal code. Five
	// uninhabited lands have no postal code, none lacks a point.
	Point       geo.Point
	Approximate bool
}

// Zone returns the clocks and the public holidays people live by in the commune.
func (c Commune) Zone() civil.Zone { return civil.ZoneOf(string(c.Code)) }

// Label is the name followed by the département, which tells homonyms apart: « Corbeil (51) ».
func (c Commune) Label() string { return c.Name + " (" + c.Departement + ")" }

// Departement is one département or overseas community.
type Departement struct {
	Code   string
	Name   string
	Region string
	// Chief is the commune of the prefecture.
	Chief      CommuneCode
	Communes   int
	Population int
}

// EPCI is one grouping of communes, by which an operator starts drawing a territory.
type EPCI struct {
	Siren      string
	Name       string
	Kind       string
	Communes   int
	Population int
}
