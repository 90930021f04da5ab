package pro

import (
	"context"
	"slices"

	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/media"
	"entractes/internal/web"
)

// fileInputs are the inputs of the form that bring files, with what they bring; the other
// one says it in a field of its own.
const (
	prescriptionInput = "prescription_file"
	documentInput     = "document"
)

// readDocuments reads where the prescription is, and gives the house the files sent: a form
// that comes back holds them already.
func (p *Pages) readDocuments(ctx context.Context, f *web.Form, a *request.Ask) error {
	said := request.Prescription(f.Text("prescription", codeMax))
	for _, id := range f.All("documents") {
		a.Documents = append(a.Documents, request.DocumentID(id))
	}
	kind := request.DocumentKind(f.Text("document_kind", codeMax))
	for input, is := range map[string]request.DocumentKind{prescriptionInput: request.DocPrescription, documentInput: kind} {
		for _, file := range f.Files(input) {
			id, err := p.Requests.Receive(request.Once(ctx, f.Key()), request.Upload{Kind: is, Name: file.Name, Data: file.Data})
			switch {
			case fault.KindOf(err) == fault.KindInvalid:
				for _, e := range fault.Fields(err) {
					if e.Field == media.Field {
						e = e.At(input)
					}
					f.Refuse(e)
				}
			case err != nil:
				return err
			case !slices.Contains(a.Documents, id):
				a.Documents = append(a.Documents, id)
			}
		}
	}
	keepDocuments(f, a.Documents)
	a.Care.Prescription = said
	return nil
}

// keepDocuments makes the form hold documents already received.
func keepDocuments(f *web.Form, ids []request.DocumentID) {
	values := make([]string, len(ids))
	for i, id := range ids {
		values[i] = string(id)
	}
	f.Set("documents", values...)
}

// writeDocuments makes the form hold the documents of a draft.
func writeDocuments(f *web.Form, sh request.Sheet) {
	ids := make([]request.DocumentID, len(sh.Documents))
	for i, d := range sh.Documents {
		ids[i] = d.ID
	}
	keepDocuments(f, ids)
}

// writePrescription proposes where the prescription was the last time; one that was
// attached is proposed as given to the patient, since this one is not attached yet.
func writePrescription(f *web.Form, r request.Request) {
	if said := r.Care.Prescription; said != "" && said != request.PrescriptionAttached {
		f.Set("prescription", string(said))
	}
}

// given describes the documents that the form holds.
func (p *Pages) given(ctx context.Context, f *web.Form) ([]request.Document, error) {
	ids := f.Values("documents")
	if len(ids) == 0 {
		return nil, nil
	}
	list := make([]request.DocumentID, len(ids))
	for i, id := range ids {
		list[i] = request.DocumentID(id)
	}
	return p.Requests.Given(ctx, list)
}

// documentsView is what a form shows of the documents it holds.
func (p *Pages) documentsView(ctx context.Context, f *web.Form) (v askView, err error) {
	v.Form = f
	if v.Documents, err = p.given(ctx, f); err != nil {
		return v, err
	}
	err = p.DB.View(ctx, func(tx *db.Tx) error {
		s, err := territory.SettingsOf(tx, web.Actor(ctx).Territory)
		v.PrescriptionAttached = s.PrescriptionAttached
		return err
	})
	return v, err
}

// prescriptions are the places of a prescription that is not attached.
func prescriptions(ctx context.Context) []web.Option {
	t := web.P(ctx).T
	return []web.Option{
		{Value: string(request.PrescriptionWithPatient), Label: t("document.prescription.with_patient")},
		{Value: string(request.PrescriptionToCome), Label: t("document.prescription.to_come")},
	}
}

// documentOptions are the documents already received, to keep or not.
func (v askView) documentOptions(ctx context.Context) []web.Option {
	var out []web.Option
	for _, d := range v.Documents {
		r := documentRow(d, web.P(ctx), "")
		out = append(out, web.Option{Value: string(d.ID), Label: r.Title, Detail: r.Detail, Icon: r.Icon})
	}
	return out
}

// hasPrescription tells whether a prescription is among the documents that the form holds.
func (v askView) hasPrescription() bool {
	return slices.ContainsFunc(v.Documents, func(d request.Document) bool { return d.Kind == request.DocPrescription })
}

// prescriptionFault is the fault of a prescription that only a file can mend.
func (v askView) prescriptionFault(ctx context.Context) string {
	if !v.PrescriptionAttached {
		return ""
	}
	return v.Form.Fault(ctx, "prescription")
}

// documentLabels names the fields of the documents.
func documentLabels(ctx context.Context) map[string]string {
	t := web.P(ctx).T
	return map[string]string{"prescription": t("document.prescription"), prescriptionInput: t("document.prescription"), documentInput: t("document.other"), "document_kind": t("document.kind")}
}
