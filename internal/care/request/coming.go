package request

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
)

// Coming is who comes in the name of a cabinet or a structure: somebody of it, or a name
// that was written with a phone. The zero value is whoever answers.
type Coming struct {
	// Member is a colleague of the directory; Name and Phone are then his.
	Member string
	Name   string
	Phone  directory.Phone
}

// comingDetail is where an act keeps which row of the table coming it wrote.
const comingDetail = "coming"

// NameComing says who comes for a structure that carries a request, instead of whoever was
// said before; whoever acts, when c is zero. For its users; the requester is told.
func (s *Service) NameComing(ctx context.Context, id ID, c Coming) (r Request, err error) {
	defer fault.Wrap(&err, "name who comes for request %s", id)
	return s.do(ctx, id, ActNameComing, func(tx *db.Tx) (Request, error) { return s.NameComingIn(tx, id, c) })
}

// NameComingIn is NameComing inside the caller's transaction.
func (s *Service) NameComingIn(tx *db.Tx, id ID, c Coming) (Request, error) {
	return s.perform(tx, id, ActNameComing, func(st *step) error {
		if st.r.Provider.Kind != directory.KindStructure {
			return fault.Conflict("request.coming_person")
		}
		if err := st.comes(c); err != nil {
			return err
		}
		return st.tellRequester(notify.RequestComing)
	})
}

// comes writes who comes for the structure that carries the request, by name and by row.
func (st *step) comes(c Coming) error {
	structure := st.r.Provider.ID
	cards, err := directory.ByIDs(st.tx, []directory.Subject{st.r.Provider.Subject})
	if err != nil {
		return err
	}
	if c, err = st.known(c, structure); err != nil {
		return err
	}
	name := cmp.Or(cards[st.r.Provider.Subject].Name, st.r.Provider.Name)
	st.r.Provider.Name = joinNames(c.Name, st.who.Name, name)
	id := ident.New[string](st.tx.Now())
	st.detail(comingDetail, id)
	return st.tx.Write(`INSERT INTO coming (id, request, dispatch, member, name, phone, account, created) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		id, string(st.r.ID), string(st.r.Dispatch), c.Member, cmp.Or(c.Name, st.who.Name), string(c.Phone), st.who.Account, db.Ms(st.tx.Now()))
}

// known completes c with what the directory says of him, and refuses what nobody can be called by.
func (st *step) known(c Coming, structure string) (Coming, error) {
	colleagues, err := directory.ColleaguesOf(st.tx, structure)
	if err != nil {
		return c, err
	}
	c.Name = strings.Join(strings.Fields(c.Name), " ")
	if c.Member == "" && c.Name == "" {
		c.Member = st.who.Person // whoever answers comes himself
	}
	i := slices.IndexFunc(colleagues, func(o directory.Colleague) bool { return o.ID == c.Member && c.Member != "" })
	switch {
	case i >= 0:
		c.Name, c.Phone = colleagues[i].Name, cmp.Or(colleagues[i].Phone, c.Phone)
		return c, nil
	case c.Member != "" && c.Member != st.who.Person:
		return c, fault.Invalid("request.coming_member", "coming_member")
	}
	c.Member = ""
	if utf8.RuneCountInString(c.Name) > maxOutsiderName {
		return c, fault.Invalid("request.coming_name", "coming")
	}
	if c.Phone, err = directory.ParsePhone(string(c.Phone)); err != nil {
		return c, fault.Invalid("directory.phone", "coming_phone")
	}
	return c, nil
}

// comingOf reads who was said to come for r, by row, and who does in its current round.
func comingOf(tx *db.Tx, r Request) (all map[string]Coming, now *Coming, err error) {
	type row struct {
		id    string
		round DispatchID
		Coming
	}
	rows, err := db.All(tx, func(from db.Row) (c row, err error) {
		return c, from.Scan(&c.id, &c.round, &c.Member, &c.Name, &c.Phone)
	}, `SELECT id, dispatch, member, name, phone FROM coming WHERE request = $1 ORDER BY id`, string(r.ID))
	all = make(map[string]Coming, len(rows))
	for _, c := range rows {
		all[c.id] = c.Coming
		if c.round == r.Dispatch && r.Provider.Kind == directory.KindStructure {
			now = &c.Coming
		}
	}
	return all, now, err
}

// Coming is the row that an act wrote about who comes; empty for the other acts.
func (a Done) Coming() string { return a.Detail[comingDetail] }
