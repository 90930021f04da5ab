package main

import (
	"context"
	"fmt"

	"entractes/internal/app"
	"entractes/internal/base/i18n"
	"entractes/internal/care/paper"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/config"
)

type patientCmd struct {
	Copy      patientCopy      `cmd:"" help:"Write everything that is held about a person on standard output, as a ZIP archive: for whoever asks for his file."`
	Retention patientRetention `cmd:"" help:"List the files at their term: what would be erased today."`
}

type patientCopy struct {
	File string `arg:"" help:"Number of the file."`
}

// Run writes the archive. The copy is in the trail of the person.
func (c patientCopy) Run(ctx context.Context, conf *config.Config, o output) error {
	return inHouse(ctx, conf, "patient", func(ctx context.Context, h *app.House) error {
		all, err := h.Requests.Copy(ctx, patient.ID(c.File))
		if err != nil {
			return err
		}
		log, err := h.Requests.AccessLog(ctx, all.Patient.ID)
		if err != nil {
			return err
		}
		archive, err := paper.CopyArchive(i18n.For("fr"), all, log, func(d request.Document) ([]byte, error) {
			_, data, err := h.Requests.OpenDocument(ctx, d.ID)
			return data, err
		})
		if err != nil {
			return err
		}
		_, err = o.out.Write(archive)
		return err
	})
}

type patientRetention struct {
	Territory string `arg:"" help:"Territory whose files are looked at."`
}

// Run prints the plan, and changes nothing.
func (r patientRetention) Run(ctx context.Context, conf *config.Config, o output) error {
	return inHouse(ctx, conf, "patient", func(ctx context.Context, h *app.House) error {
		plan, err := h.Retention.Plan(ctx, r.Territory)
		if err != nil {
			return err
		}
		for _, f := range plan.Due {
			fmt.Fprintf(o.out, "%s  dernier événement %s, à son terme depuis le %s, %d demandes\n", f.ID, f.Last.Format("2006-01-02"), f.Term, f.Requests)
		}
		fmt.Fprintf(o.out, "%d dossiers à leur terme, %d suspendus, %d effacés. Effacement sans intervention : %v\n", len(plan.Due), len(plan.Holds), len(plan.Done), plan.Erases)
		return nil
	})
}
