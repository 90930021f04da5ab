package testkit

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"

	"entractes/internal/care/request"
	"entractes/internal/infra/db"
)

// Photo is a small photo as a telephone takes it.
func (h *House) Photo() []byte {
	h.T.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 300, 420))
	for y := range 420 {
		for x := range 300 {
			c := color.RGBA{R: 246, G: 243, B: 236, A: 255}
			if x > 30 && x < 270 && y > 40 && y%24 < 3 {
				c = color.RGBA{R: 40, G: 50, B: 70, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	h.Must(jpeg.Encode(&b, img, nil))
	return b.Bytes()
}

// Prescription is the photo of a prescription.
func (h *House) Prescription() request.Upload {
	h.T.Helper()
	return request.Upload{Kind: request.DocPrescription, Name: "Ordonnance.jpeg", Data: h.Photo()}
}

// Keeps gives the house a document before there is a request for it.
func (p *Person) Keeps(u request.Upload) request.DocumentID {
	p.h.T.Helper()
	id, err := p.h.Requests.Receive(p.Ctx(), u)
	p.h.Must(err)
	return id
}

// Attaches adds a document to r, which must succeed.
func (p *Person) Attaches(r request.Request, u request.Upload) request.Document {
	p.h.T.Helper()
	d, err := p.h.Requests.Attach(p.Ctx(), r.ID, u)
	p.h.Must(err)
	p.h.Settle()
	return d
}

// Opens tells whether the person can open a document.
func (p *Person) Opens(id request.DocumentID) bool {
	p.h.T.Helper()
	_, data, err := p.h.Requests.OpenDocument(p.Ctx(), id)
	return err == nil && len(data) > 0
}

// With asks with documents kept before.
func With(ids ...request.DocumentID) func(*request.Ask) {
	return func(a *request.Ask) { a.Documents = ids }
}

// Files counts what is kept: documents, and the bytes behind them.
func (h *House) Files() (documents, blobs int) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) error {
		d, err := db.All(tx, db.Value[string], `SELECT id FROM document`)
		if err != nil {
			return err
		}
		b, err := db.All(tx, db.Value[string], `SELECT name FROM blob`)
		documents, blobs = len(d), len(b)
		return err
	}))
	return documents, blobs
}
