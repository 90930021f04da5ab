package pro

import (
	"context"
	"net/http"
	"strconv"

	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// documentShow answers GET /documents/{id}: the file itself.
func (p *Pages) documentShow(w http.ResponseWriter, r *http.Request) error {
	d, data, err := p.Requests.OpenDocument(r.Context(), request.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	web.ServeFile(w, r, web.File{Name: d.Name, Type: string(d.Media), Data: data})
	return nil
}

// attach answers POST /demandes/{id}/document.
func (p *Pages) attach(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, "document", func(ctx context.Context, f *web.Form) (request.ID, error) {
		kind := request.DocumentKind(f.Text("kind", codeMax))
		file, ok := f.File("document")
		if !ok && f.Err() == nil {
			f.Required("document", nameMax)
		}
		if err := f.Err(); err != nil {
			return here(r), err
		}
		_, err := p.Requests.Attach(ctx, here(r), request.Upload{Kind: kind, Name: file.Name, Data: file.Data})
		return here(r), err
	})
}

func documentAddress(id request.DocumentID) string { return "/documents/" + string(id) }

// documentRow is one document in a list.
func documentRow(d request.Document, p *i18n.Printer, detail string) web.Row {
	icon := "file-text"
	if d.Media.Picture() {
		icon = "camera"
	}
	return web.Row{Icon: icon, Title: d.Name, Detail: d.Kind.Label(p) + " · " + documentSize(p, d.Size), More: detail, Href: documentAddress(d.ID)}
}

// documentSize says how heavy a document is.
func documentSize(p *i18n.Printer, bytes int) string {
	const kilo = 1000
	if bytes < kilo*kilo {
		return p.T("document.kilo", "n", strconv.Itoa(max(bytes/kilo, 1)))
	}
	return p.T("document.mega", "n", float64(bytes/(100*kilo))/10)
}

func documentKinds(p *i18n.Printer) []web.Option {
	var out []web.Option
	for _, k := range request.DocumentKinds {
		out = append(out, web.Option{Value: string(k), Label: k.Label(p)})
	}
	return out
}

// prescription says where the prescription is; nothing when nobody said.
func (v requestView) prescription() string {
	said := string(v.Care.Prescription)
	switch {
	case said == "":
		return ""
	case v.Sight.Documents:
		return v.p.T("document.word." + said)
	}
	return v.p.T("document.word." + said + ".closed")
}

// likelyKind is what the reader most often attaches.
func (v requestView) likelyKind() string {
	if v.Relation.Provider {
		return string(request.DocResult)
	}
	return string(request.DocPrescription)
}

// documentRows lists the documents of the request, each with who gave it and when.
func (v requestView) documentRows() []web.Row {
	rows := make([]web.Row, len(v.Documents))
	for i, d := range v.Documents {
		rows[i] = documentRow(d, v.p, v.noted(d.At, d.Author))
	}
	return rows
}
