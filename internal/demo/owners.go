package demo

import (
	"slices"

	"entractes/internal/base/i18n"
	"entractes/internal/care/directory"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// Owner is whose a fake telephone or mailbox is.
type Owner struct {
	Account auth.AccountID // of who may be played; empty when nobody signs in for it
	Name    string
	Detail  string // « Infirmière, Corbeil-Essonnes »
}

// Owners names the owners of telephones and mailboxes.
func Owners(tx *db.Tx, targets []string) (map[string]Owner, error) {
	type line struct {
		target, account string
		directory.Subject
	}
	out := make(map[string]Owner, len(targets))
	var lines []line
	for some := range slices.Chunk(targets, 200) {
		found, err := db.All(tx, func(r db.Row) (l line, err error) {
			err = r.Scan(&l.target, &l.ID, &l.account)
			return l, err
		}, `SELECT a.target, a.subject, COALESCE((SELECT MIN(c.id) FROM account c WHERE (c.person = a.subject OR c.structure = a.subject AND c.person = '') AND c.state = 'active'), '')
			FROM address a WHERE a.target IN `+db.In(1, len(some))+`
			UNION ALL SELECT p.secure_mail, p.id, COALESCE((SELECT MIN(c.id) FROM account c WHERE c.person = p.id AND c.state = 'active'), '')
			FROM professional p WHERE p.secure_mail IN `+db.In(1, len(some)), db.Args(some)...)
		if err != nil {
			return nil, err
		}
		lines = append(lines, found...)
	}
	var subjects []directory.Subject
	for _, l := range lines {
		subjects = append(subjects, directory.Subject{Kind: directory.KindProfessional, ID: l.ID}, directory.Subject{Kind: directory.KindStructure, ID: l.ID})
	}
	cards, err := directory.ByIDs(tx, subjects)
	if err != nil {
		return nil, err
	}
	for _, l := range lines {
		card, ok := cards[directory.Subject{Kind: directory.KindProfessional, ID: l.ID}]
		if !ok {
			card = cards[directory.Subject{Kind: directory.KindStructure, ID: l.ID}]
		}
		out[l.target] = Owner{Account: auth.AccountID(l.account), Name: card.Name, Detail: detail(card)}
	}
	return out, nil
}

// detail says what somebody is, and where.
func detail(c directory.Card) string {
	commune, _ := territory.CommuneOf(c.Commune)
	var words []string
	of := c.Structure
	if c.Kind == directory.KindProfessional {
		of = "" // his commune says enough
	}
	for _, w := range []string{c.Label, of, commune.Name} {
		if w != "" && w != c.Name {
			words = append(words, w)
		}
	}
	if c.Kind == directory.KindStructure && c.Profession != "" {
		words = append([]string{c.Profession.Label(i18n.Langs[0])}, words...)
	}
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += w
	}
	return out
}

// Figures say how large the demonstration is.
type Figures struct{ Professionals, Requests, Open, Unfilled int }

// Count counts what the demonstration holds.
func Count(tx *db.Tx) (f Figures, err error) {
	return db.One(tx, "demo.nobody", func(r db.Row) (f Figures, err error) {
		var people, all, open, unfilled int64
		err = r.Scan(&people, &all, &open, &unfilled)
		return Figures{int(people), int(all), int(open), int(unfilled)}, err
	}, `SELECT (SELECT count(*) FROM professional WHERE active = TRUE), (SELECT count(*) FROM request),
		(SELECT count(*) FROM request WHERE state = 'searching'), (SELECT count(*) FROM request WHERE state = 'unfilled')`)
}
