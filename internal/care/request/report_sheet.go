package request

import (
	"context"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
	"entractes/internal/security/crypt"
)

// ReportSheet is one report with what it needs to be read apart from its request.
type ReportSheet struct {
	Request Request
	Report  Report
	Author  Author
	Patient patient.Patient
	Motive  string
	// GP is the registered GP's name; empty when nobody said who he is.
	GP string
}

// Author is who wrote a report.
type Author struct {
	Name       string
	Profession nomenclature.ProfessionCode
	RPPS       string
}

// OpenReport opens one report of a request, for those who may read it, and leaves an
// audit line. A report somebody may not read does not exist for him.
func (s *Service) OpenReport(ctx context.Context, id ID, report ReportID) (sh ReportSheet, err error) {
	defer fault.Wrap(&err, "open report %s", report)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		sh, err = s.openReport(tx, id, report, "request.report_print")
		return err
	})
	return sh, s.audit.Refusal(ctx, audit.Event{Action: "request.report_print", Object: "report", ObjectID: string(report), Request: string(id)}, err)
}

func (s *Service) openReport(tx *db.Tx, id ID, report ReportID, action audit.Action) (sh ReportSheet, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return sh, err
	}
	r, err := read(tx, id)
	if err != nil {
		return sh, err
	}
	st, err := s.begin(tx, r, who, "show")
	if err != nil {
		return sh, err
	}
	if sight := SightOf(st.rel, r.State, false); !sight.Reports || !sight.Identity {
		return sh, fault.NotFound("request.report_not_found")
	}
	person, err := s.writtenReport(tx, r, report, &sh)
	if err != nil {
		return sh, err
	}
	if sh.Author, err = author(tx, r, person, sh.Report.Name); err != nil {
		return sh, err
	}
	if sh.Patient, err = s.patients.Open(tx, patient.Access{Action: action, Request: string(id)}, r.Patient); err != nil {
		return sh, err
	}
	gp, _, err := st.registeredGP("patient.team")
	if err != nil {
		return sh, err
	}
	sh.GP, sh.Request = gp.Name, r
	sh.Request.sealed = nil
	return sh, nil
}

// writtenReport opens the report and the motive of its request; it returns who wrote it.
func (s *Service) writtenReport(tx *db.Tx, r Request, report ReportID, sh *ReportSheet) (person string, err error) {
	k, err := db.One(tx, "request.report_not_found", scanKept, `SELECT `+reportColumns+` FROM report WHERE id = $1 AND request = $2`, string(report), string(r.ID))
	if err != nil {
		return "", err
	}
	if sh.Report, err = s.reportOf(tx, r, k); err != nil {
		return "", err
	}
	if person, err = db.One(tx, "request.report_not_found", db.Value[string], `SELECT person FROM report WHERE id = $1`, string(report)); err != nil {
		return "", err
	}
	var d Details
	err = s.vault.OpenJSON(tx, string(r.Patient), crypt.Place{Table: "request", Column: "details", Row: string(r.ID)}, r.sealed, &d)
	sh.Motive = d.Motive
	return person, err
}

// author finds who wrote a report: somebody of the directory, or the name it was written under.
func author(tx *db.Tx, r Request, person, name string) (Author, error) {
	a := Author{Name: name, Profession: r.Profession}
	if person == "" || r.Provider.Kind == KindOutsider {
		return a, nil
	}
	p, err := directory.ProfessionalOf(tx, person)
	if fault.KindOf(err) == fault.KindNotFound && err != nil {
		return a, nil //nolint:nilerr // he has left the directory: the name he wrote under stays
	}
	return Author{Name: p.Name(), Profession: p.Profession, RPPS: p.RPPS}, err
}
