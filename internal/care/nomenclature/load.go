package nomenclature

import (
	"bytes"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed data/*.csv data/*.json
var files embed.FS

// tables is everything, read once. problems names what could not be read; a test wants none.
type tables struct {
	professions  []Profession
	byProfession map[ProfessionCode]int
	acts         []Act
	byAct        map[ActCode]int
	specialties  []Specialty
	registered   []RPPSProfession
	vitals       []Vital
	terms        terms
	problems     []string
}

// terms mirrors data/terms.json.
type terms struct {
	Modes       []ModeTerm              `json:"modes"`
	Urgencies   []UrgencyTerm           `json:"urgencies"`
	Schemes     []Term                  `json:"schemes"`
	Situations  []Term                  `json:"situations"`
	Reasons     map[ReasonList][]Reason `json:"reasons"`
	DayParts    []DayPart               `json:"day_parts"`
	EndCriteria []Term                  `json:"end_criteria"`
	Fields      []Field                 `json:"fields"`
}

var data = sync.OnceValue(func() *tables {
	t := &tables{byProfession: map[ProfessionCode]int{}, byAct: map[ActCode]int{}}
	t.readTerms()
	t.rows("professions", t.readProfession)
	t.rows("acts", t.readAct)
	t.rows("rpps_professions", t.readRegistered)
	t.rows("rpps_specialties", t.readSpecialty)
	t.rows("vitals", t.readVital)
	return t
})

func (t *tables) problem(format string, args ...any) {
	t.problems = append(t.problems, fmt.Sprintf(format, args...))
}

func (t *tables) readTerms() {
	text, err := files.ReadFile("data/terms.json")
	if err == nil {
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		err = dec.Decode(&t.terms)
	}
	if err != nil {
		t.problem("terms: %v", err)
	}
}

// row is one line of a CSV file, read by the names of its header.
type row map[string]string

func (r row) list(name string) []string {
	if r[name] == "" {
		return nil
	}
	return strings.Split(r[name], "|")
}

func (r row) is(name string) bool { return r[name] == "1" }

func (t *tables) rows(name string, read func(row)) {
	text, err := files.ReadFile("data/" + name + ".csv")
	if err != nil {
		t.problem("%s: %v", name, err)
		return
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(lines) == 0 {
		t.problem("%s: %v", name, err)
		return
	}
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		read(r)
	}
}

// codes gives the strings of a list their type.
func codes[T ~string](list []string) []T {
	typed := make([]T, len(list))
	for i, s := range list {
		typed[i] = T(s)
	}
	return typed
}
