package enrolment

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
	"entractes/internal/base/geo"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
)

// inviteColumns are those of a list of people to invite, in any order; the others are ignored.
var inviteColumns = []string{"profession", "nom", "prenom", "rpps", "courriel", "telephone", "commune", "reseau"}

// mostInvited bounds one list.
const mostInvited = 2000

// Line is what became of one line of a list, numbered as a spreadsheet does. Fault is nil for who is, or may be, invited.
type Line struct {
	Number int
	Name   string
	Email  string
	Fault  *fault.Error
}

// Report tells what became of each line of a list, and how many people are, or may be, invited.
type Report struct {
	Lines   []Line
	Invited int
}

// Invite reads a list of professionals, as a spreadsheet saves it (CSV, semicolons or commas, UTF-8), and sends a link
// to each by mail, whose application it has begun; with dry, it only tells what it would do. Lines that cannot be read, or name
// somebody who is known already, are told and left out. Only who administers the territory may.
func (s *Service) Invite(ctx context.Context, of string, list io.Reader, dry bool) (r Report, err error) {
	defer fault.Wrap(&err, "invite")
	who, err := administrator(ctx, of)
	if err != nil {
		return r, err
	}
	rows, err := readList(list)
	if err != nil {
		return r, err
	}
	seen := map[string]bool{}
	for n, row := range rows {
		line := Line{Number: n + 2, Name: strings.TrimSpace(row["prenom"] + " " + row["nom"]), Email: strings.ToLower(row["courriel"])}
		err := s.db.Update(ctx, func(tx *db.Tx) error { return s.inviteOne(tx, of, who, row, seen[line.Email], dry) })
		seen[line.Email] = true
		if fields := fault.Fields(err); len(fields) > 0 && fields[0].Kind != fault.KindInternal && fields[0].Kind != fault.KindUnavailable {
			line.Fault = fields[0]
		} else if err != nil {
			return r, err
		} else {
			r.Invited++
		}
		r.Lines = append(r.Lines, line)
	}
	return r, nil
}

// administrator returns who acts, refused unless he administers the territory.
func administrator(ctx context.Context, of string) (actor.Actor, error) {
	who, ok := actor.From(ctx)
	if !ok || !who.Has(actor.RolePlatformAdmin) && !(who.Has(actor.RoleTerritoryAdmin) && who.Territory == of) {
		return who, fault.NotFound("page")
	}
	return who, nil
}

func (s *Service) inviteOne(tx *db.Tx, of string, who actor.Actor, row map[string]string, twice, dry bool) error {
	t, err := territory.Of(tx, of)
	if err != nil {
		return err
	}
	p, err := personOf(row, of, t.Center)
	if err != nil {
		return err
	}
	known, err := knownAlready(tx, p)
	switch {
	case err != nil:
		return err
	case known || twice:
		return fault.Conflict("enrol.known").At("courriel")
	case dry:
		return nil
	}
	link := newToken()
	a := Application{ID: ident.New[ID](tx.Now()), Territory: of, Kind: Professional, Profession: p.Profession, State: Invited, Declared: Declared{Person: &p}, inviter: who.Account}
	a.phoneIndex, a.origin = []byte{}, []byte{}
	settings, err := territory.SettingsOf(tx, of)
	if err != nil {
		return err
	}
	a.mail = proof{hash: hashOf(link), until: tx.Now().Add(settings.EnrolKept), sent: 1}
	if err := s.add(tx, &a, ""); err != nil {
		return err
	}
	if err := record(tx, a, "enrol.invite", string(a.Profession)); err != nil {
		return err
	}
	return s.tell(tx, a, byMail, notify.EnrolInvited, map[string]string{notify.ParamToken: link})
}

// personOf reads one line. What it lacks the person will say; what it has must be right.
func personOf(row map[string]string, of string, near geo.Point) (p directory.Professional, err error) {
	var l fault.List
	p = directory.Professional{Territory: of, FamilyName: row["nom"], GivenName: row["prenom"], RPPS: row["rpps"], Phone: directory.Phone(row["telephone"]), Email: strings.ToLower(row["courriel"])}
	if p.Profession = professionNamed(row["profession"]); p.Profession == "" {
		l.Add(fault.Invalid("directory.profession", "profession"))
	}
	if found := territory.Search(row["commune"], near, 1); len(found) == 1 {
		p.Commune = found[0].Code
	}
	if row["reseau"] != "" {
		p.Networks = []string{row["reseau"]}
	}
	if !directory.IsEmail(p.Email) {
		l.Add(fault.Invalid("enrol.email", "courriel"))
	}
	if err := p.Normalize(); err != nil {
		l = append(l, fault.Fields(err)...)
	}
	return p, unique(l).Err()
}

// professionNamed finds a profession by its code or by its name, as the person or several bear it.
func professionNamed(text string) nomenclature.ProfessionCode {
	key := fold.Key(text)
	for _, p := range nomenclature.Dispatchable() {
		if p.Structure || key == "" {
			continue
		}
		for _, name := range []string{string(p.Code), p.Label("fr"), p.LabelFor("fr", true), p.Plural("fr"), p.Label("en")} {
			if fold.Key(name) == key {
				return p.Code
			}
		}
	}
	return ""
}

// knownAlready tells whether somebody is enrolled, applies, or was invited.
func knownAlready(tx *db.Tx, p directory.Professional) (bool, error) {
	id, err := directory.PersonOfRPPS(tx, p.RPPS)
	if err != nil || id != "" {
		return id != "", err
	}
	_, err = auth.AccountByLogin(tx, p.Email)
	if fault.KindOf(err) == fault.KindNotFound {
		return false, nil
	}
	return err == nil, err
}

// Invitation returns what is known of somebody who was invited, for who opens the link that was sent to him.
func (s *Service) Invitation(ctx context.Context, link string) (a Application, err error) {
	defer fault.Wrap(&err, "open an invitation")
	err = s.db.View(ctx, func(tx *db.Tx) error {
		a, err = s.invitation(tx, link)
		return err
	})
	return a, err
}

func (s *Service) invitation(tx *db.Tx, link string) (Application, error) {
	a, err := s.read(tx, `mail_token = $1 AND mail_token <> '' AND state = 'invited'`, hashOf(link))
	if fault.KindOf(err) == fault.KindNotFound || err == nil && !tx.Now().Before(a.mail.until) {
		return Application{}, fault.NotFound("enrol.link_over")
	}
	return a, err
}

// useInvitation proves the mailbox of an application by the invitation that came there, which is over then.
func (s *Service) useInvitation(tx *db.Tx, a *Application, link string) error {
	if link == "" {
		return nil
	}
	invited, err := s.invitation(tx, link)
	if err != nil {
		return err
	}
	a.inviter = invited.inviter
	_, email := a.Declared.reach()
	if _, invitedAt := invited.Declared.reach(); strings.EqualFold(invitedAt, email) {
		a.MailProved = tx.Now()
	}
	return s.forget(tx, invited)
}

// readList reads a CSV whose first line names the columns.
func readList(list io.Reader) (rows []map[string]string, err error) {
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(list, most+1))
	if err != nil {
		return nil, err
	}
	body := strings.TrimPrefix(strings.ToValidUTF8(string(text), ""), "\ufeff")
	head, _, _ := strings.Cut(body, "\n")
	r := csv.NewReader(strings.NewReader(body))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = -1, true, true
	if strings.Count(head, ";") >= strings.Count(head, ",") {
		r.Comma = ';'
	}
	names, err := r.Read()
	if err != nil || len(text) > most {
		return nil, fault.Invalid("enrol.list", "list", "columns", strings.Join(inviteColumns, ";"))
	}
	for i := range names {
		names[i] = strings.ReplaceAll(fold.Key(names[i]), " ", "")
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(rows) == mostInvited {
			return nil, fault.Invalid("enrol.list", "list", "columns", strings.Join(inviteColumns, ";"))
		}
		row := map[string]string{}
		for i, value := range record {
			if i < len(names) {
				row[names[i]] = strings.TrimSpace(value)
			}
		}
		if strings.Join(record, "") != "" {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil, fault.Invalid("enrol.list", "list", "columns", strings.Join(inviteColumns, ";"))
	}
	return rows, nil
}
