package request

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/crypt"
)

// ReportDetail is where an act keeps the report it wrote.
const ReportDetail = "report"

// Report writes a care report that is one text. See FullReport.
func (s *Service) Report(ctx context.Context, id ID, text string) (r Request, err error) {
	return s.FullReport(ctx, id, CareReport{Text: text})
}

// ReportIn is Report inside the caller's transaction.
func (s *Service) ReportIn(tx *db.Tx, id ID, text string) (Request, error) {
	return s.FullReportIn(tx, id, CareReport{Text: text})
}

// FullReport writes a care report (CR). It is sealed with the patient's key; the
// requester's service, the usual team and the registered GP are told that there is one,
// day and night when it raises an alert and names them. It is sent to the secure mailbox
// of the registered GP when he has one.
func (s *Service) FullReport(ctx context.Context, id ID, c CareReport) (r Request, err error) {
	defer fault.Wrap(&err, "report on request %s", id)
	return s.do(ctx, id, ActReport, func(tx *db.Tx) (Request, error) { return s.FullReportIn(tx, id, c) })
}

// FullReportIn is FullReport inside the caller's transaction.
func (s *Service) FullReportIn(tx *db.Tx, id ID, c CareReport) (Request, error) {
	return s.perform(tx, id, ActReport, func(st *step) error {
		if err := c.check(st.r, tx.Now()); err != nil {
			return err
		}
		report := ident.New[ReportID](tx.Now())
		sealed, err := s.vault.SealJSON(tx, string(st.r.Patient), reportPlace(report), c.tidy())
		if err != nil {
			return err
		}
		err = tx.Write(`INSERT INTO report (id, request, body, person, name, created, structured) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			string(report), string(id), sealed, st.who.Person, st.r.Provider.Name, db.Ms(tx.Now()), true)
		if err != nil {
			return err
		}
		if !c.Next.IsZero() {
			st.r.NextVisit = c.Next
		}
		st.done.Detail = map[string]string{ReportDetail: string(report)}
		if err := st.mailReport(report, c.Alert); err != nil {
			return err
		}
		return st.tellReport(c)
	})
}

func reportPlace(id ReportID) crypt.Place {
	return crypt.Place{Table: "report", Column: "body", Row: string(id)}
}

// tellReport tells the circle that there is a report. An alert leaves at once for those
// whom it asks to warn, and for everybody when it names nobody.
func (st *step) tellReport(c CareReport) error {
	if !c.Alert {
		return st.tellCircle(notify.RequestReport)
	}
	circle, err := st.circle()
	if err != nil {
		return err
	}
	warned, err := st.warned(c.Warn)
	if err != nil {
		return err
	}
	if len(warned) == 0 {
		warned = circle
	}
	if err := st.tellNow(notify.RequestAlert, warned...); err != nil {
		return err
	}
	return st.tell(notify.RequestReport, without(circle, warned)...)
}

// warned finds those whom a report asks to warn.
func (st *step) warned(list []Warned) (out []directory.Subject, err error) {
	if slices.Contains(list, WarnRequester) {
		out = st.requesters()
	}
	if !slices.Contains(list, WarnGP) {
		return out, nil
	}
	team, err := patient.TeamOf(st.tx, st.r.Patient)
	for _, m := range team {
		if m.RegisteredGP {
			out = append(out, m.Subject)
		}
	}
	return out, err
}

// without returns list without others.
func without(list, others []directory.Subject) []directory.Subject {
	return slices.DeleteFunc(slices.Clone(list), func(s directory.Subject) bool { return slices.Contains(others, s) })
}

// checkText asks for a text that says something and fits.
func checkText(text, field string) error {
	if text == "" {
		return fault.Invalid("request.text_empty", field)
	}
	if len(text) > maxNote {
		return fault.Invalid("request.note_long", field, "n", maxNote)
	}
	return nil
}
