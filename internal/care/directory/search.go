package directory

import (
	"context"
	"slices"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Filter chooses cards; an empty field chooses all.
type Filter struct {
	// Text is the beginning of any words of the name, without regard to accents or order.
	Text       string
	Profession nomenclature.ProfessionCode
	// Commune is one served, or worked in.
	Commune territory.CommuneCode
	Kind    Kind
	// Page is 0 for the first.
	Page int
}

// PageSize is how many cards Search returns at most.
const PageSize = 100

// Page is a part of what was found, by name.
type Page struct {
	Cards []Card
	// More says that another page follows.
	More bool
}

// Search lists the active subjects of the actor's territory, whose signed-in people read each other's
// cards. A platform administrator, who has no territory, searches in all.
func (s *Service) Search(ctx context.Context, f Filter) (found Page, err error) {
	defer fault.Wrap(&err, "search directory")
	a, err := reader(ctx)
	if err != nil {
		return Page{}, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		found, err = find(tx, f, a.Territory)
		return err
	})
	return found, err
}

// find reads one page of each table and keeps the first of both.
func find(tx *db.Tx, f Filter, of territory.ID) (Page, error) {
	const lastPage = 1000
	skip := max(0, min(f.Page, lastPage)) * PageSize
	var all []foldedCard
	for _, kind := range []Kind{KindProfessional, KindStructure} {
		if f.Kind != "" && f.Kind != kind {
			continue
		}
		q, args := f.query(kind, of, skip+PageSize+1)
		cards, err := db.All(tx, scanCard, q, args...)
		if err != nil {
			return Page{}, err
		}
		all = append(all, cards...)
	}
	slices.SortFunc(all, func(a, b foldedCard) int {
		return strings.Compare(a.folded+"\x00"+a.ID, b.folded+"\x00"+b.ID)
	})
	var page Page
	for _, c := range all[min(skip, len(all)):] {
		if len(page.Cards) == PageSize {
			page.More = true
			break
		}
		page.Cards = append(page.Cards, c.Card)
	}
	return page, nil
}

// query writes the text that reads the first n cards of one kind.
func (f Filter) query(kind Kind, of territory.ID, n int) (string, []any) {
	q := professionalCards
	if kind == KindStructure {
		q = structureCards
	}
	where, args := []string{"p.active = TRUE"}, []any{}
	add := func(words string, value any) {
		args = append(args, value)
		where = append(where, strings.ReplaceAll(words, "?", arg(len(args))))
	}
	if of != "" {
		add("p.territory = ?", of)
	}
	if f.Profession != "" {
		add("p.profession = ?", string(f.Profession))
	}
	if f.Commune != "" {
		add("(p.commune = ? OR p.id IN (SELECT subject FROM coverage WHERE commune = ?))", string(f.Commune))
	}
	const mostWords = 6
	words := fold.Words(f.Text)
	for _, w := range words[:min(len(words), mostWords)] {
		// Words hold letters and digits only: nothing in them is a sign of LIKE.
		add("' ' || p.folded LIKE ?", "% "+w+"%")
	}
	args = append(args, int64(n))
	return q + " WHERE " + strings.Join(where, " AND ") + " ORDER BY p.folded, p.id LIMIT " + arg(len(args)), args
}

// Entry is one subject as a page shows it.
type Entry struct {
	Card
	// MayChange says that the actor may change the practice.
	MayChange bool
	// Practice is given to the subject himself, to who acts for it and to the desk; to colleagues it stays empty.
	Practice *Practice
	// Members are the named users of a structure.
	Members []Member
}

// Show returns one subject of the actor's territory, or the actor himself. NotFound also means elsewhere.
func (s *Service) Show(ctx context.Context, of Subject) (e Entry, err error) {
	defer fault.Wrap(&err, "show %s", of.ID)
	a, err := reader(ctx)
	if err != nil {
		return Entry{}, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		e, err = show(tx, of, a)
		return err
	})
	return e, err
}

func show(tx *db.Tx, of Subject, a actor.Actor) (Entry, error) {
	cards, err := ByIDs(tx, []Subject{of})
	if err != nil {
		return Entry{}, err
	}
	card, ok := cards[of]
	own := ok && (owns(a, of) || administers(a, card.Territory))
	if !own && (!ok || !card.Active || card.Territory != a.Territory) {
		return Entry{}, fault.NotFound("directory.not_found")
	}
	e := Entry{Card: card, MayChange: own}
	if own || a.Has(actor.RoleOperator) || a.Supervises() {
		p, err := PracticeOf(tx, of)
		if err != nil {
			return Entry{}, err
		}
		e.Practice = &p
	}
	if of.Kind == KindStructure {
		e.Members, err = MembersOf(tx, of.ID)
	}
	return e, err
}

// PracticeOf returns the whole practice of a subject; NotFound when there is none. It does not check who asks.
func PracticeOf(tx *db.Tx, of Subject) (Practice, error) {
	if of.Kind == KindStructure {
		s, err := StructureOf(tx, of.ID)
		return s.Practice, err
	}
	p, err := ProfessionalOf(tx, of.ID)
	return p.Practice, err
}
