package request

import (
	"cmp"
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// Letter is a report on its way to the registered GP, as it leaves. Sheet is nil where no
// content may leave.
type Letter struct {
	Target string
	Sheet  *ReportSheet
}

// Mailed is what became of the letter of a report.
type Mailed struct {
	// To is the registered GP's name.
	To string
	// Secure tells that the report itself was sent; otherwise he was told that there is one.
	Secure bool
	// InHouse tells that he reads it in the house, and needs no letter.
	InHouse bool
	// State is where the delivery stands; empty when there is no way to him.
	State notify.State
	// At is when it left; zero before.
	At time.Time
}

// way is the address of a channel: a secure one for the report, an ordinary one for a
// notice. It is empty when there is none.
func (gp registeredGP) way(secure func(address string) bool, channel string) string {
	for _, address := range []string{gp.SecureMail, gp.Mail} {
		if address != "" && secure(address) == (channel == notify.SecureMailChannel) {
			return address
		}
	}
	return ""
}

// inHouse tells whether the registered GP is told in the house like the rest of the circle.
func (gp registeredGP) inHouse() bool { return gp.Subject.Kind == directory.KindProfessional }

func letterPlace(id notify.LetterID) crypt.Place {
	return crypt.Place{Table: "report_letter", Column: "detail", Row: string(id)}
}

// mailReport posts a report to the registered GP: the report itself to a secure mailbox; to
// a doctor whom the house does not know, a notice without content when there is no such
// mailbox or it refuses. It sends nothing itself; and nothing leaves when he wrote the
// report, or when the patient opposes sharing.
func (st *step) mailReport(report ReportID, alert bool) error {
	if opposed, err := patient.Opposed(st.tx, st.r.Patient); err != nil || opposed {
		return err
	}
	gp, ok, err := st.registeredGP("request.report_mail")
	if err != nil || !ok || gp.Subject == st.r.Provider.Subject || gp.Subject.ID == st.who.Person {
		return err
	}
	letter := ident.New[notify.LetterID](st.tx.Now())
	sealed, err := st.s.vault.SealJSON(st.tx, string(st.r.Patient), letterPlace(letter), gp)
	if err != nil {
		return err
	}
	err = st.tx.Write(`INSERT INTO report_letter (id, report, request, subject_kind, subject, detail, created) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
		string(letter), string(report), string(st.r.ID), string(gp.Subject.Kind), gp.Subject.ID, sealed, db.Ms(st.tx.Now()))
	if err != nil {
		return err
	}
	n := st.notice(notify.RequestReport, gp.Subject)
	n.Urgent = n.Urgent || alert
	waits := []notify.Notice{n}
	if err := st.quiet(waits); err != nil {
		return err
	}
	return st.s.notify.Post(st.tx, notify.Posting{
		Letter: letter, Territory: n.Territory, Subject: n.Subject, Request: n.Request, Urgent: n.Urgent, Quiet: waits[0].Quiet, Lang: "fr",
		Secure: gp.way(st.s.notify.Secure, notify.SecureMailChannel) != "",
		Mail:   !gp.inHouse() && gp.way(st.s.notify.Secure, notify.MailChannel) != "",
	})
}

// OpenLetter gives a letter that is about to leave by a channel, as the system. The report
// is opened for a secure one only, and that leaves an audit line.
func (s *Service) OpenLetter(ctx context.Context, id notify.LetterID, channel string) (l Letter, err error) {
	defer fault.Wrap(&err, "open letter %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		l, err = s.openLetter(tx, id, channel)
		return err
	})
	return l, s.audit.Refusal(ctx, audit.Event{Action: "request.report_mail", Object: "letter", ObjectID: string(id)}, err)
}

func (s *Service) openLetter(tx *db.Tx, id notify.LetterID, channel string) (l Letter, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return l, err
	}
	if !who.IsSystem() {
		return l, fault.NotFound("request.report_not_found")
	}
	row, err := db.One(tx, "request.report_not_found", scanLetter, `SELECT `+letterColumns+` FROM report_letter WHERE id = $1`, string(id))
	if err != nil {
		return l, err
	}
	r, err := read(tx, row.request)
	if err != nil {
		return l, err
	}
	if opposed, err := patient.Opposed(tx, r.Patient); err != nil || opposed {
		return l, cmp.Or(err, error(fault.NotFound("request.report_not_found"))) // he said so since it was posted
	}
	gp, err := s.openGP(tx, r, row)
	if err != nil {
		return l, err
	}
	if l.Target = gp.way(s.notify.Secure, channel); channel != notify.SecureMailChannel || l.Target == "" {
		return l, nil
	}
	sh, err := s.openReport(tx, r.ID, row.report, "request.report_mail")
	l.Sheet = &sh
	return l, err
}

type letterRow struct {
	id      notify.LetterID
	report  ReportID
	request ID
	kind    directory.Kind
	sealed  []byte
}

const letterColumns = `id, report, request, subject_kind, detail`

func scanLetter(r db.Row) (l letterRow, err error) {
	return l, r.Scan(&l.id, &l.report, &l.request, &l.kind, &l.sealed)
}

func (s *Service) openGP(tx *db.Tx, r Request, row letterRow) (gp registeredGP, err error) {
	gp.Subject.Kind = row.kind
	return gp, s.vault.OpenJSON(tx, string(r.Patient), letterPlace(row.id), row.sealed, &gp)
}

// mailed tells what became of the letters of a request, by report.
func (s *Service) mailed(tx *db.Tx, r Request) (map[ReportID]Mailed, error) {
	rows, err := db.All(tx, scanLetter, `SELECT `+letterColumns+` FROM report_letter WHERE request = $1 ORDER BY created, id`, string(r.ID))
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	traces, err := s.notify.Traces(tx, string(r.ID))
	if err != nil {
		return nil, err
	}
	out := map[ReportID]Mailed{}
	for _, row := range rows {
		gp, err := s.openGP(tx, r, row)
		if err != nil {
			return nil, err
		}
		out[row.report] = fate(gp, row.id, traces)
	}
	return out, nil
}

// fate is what the deliveries of a letter prove: the report sent, else the notice that
// took its place, else what is still tried.
func fate(gp registeredGP, letter notify.LetterID, traces []notify.Trace) Mailed {
	m := Mailed{To: gp.Name, InHouse: gp.inHouse()}
	for _, t := range traces {
		if t.Letter != letter || t.State == notify.Held {
			continue
		}
		secure := t.Channel == notify.SecureMailChannel
		if m.State == "" || t.State != notify.Failed && t.State != notify.Unknown {
			m.Secure, m.State, m.At = secure, t.State, t.Sent
		}
	}
	return m
}
