package paper

import (
	"archive/zip"
	"bytes"
	"errors"

	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
)

// CopyArchive is what is given to somebody who asks for his file: a ZIP of dossier.json, dossier.pdf, acces.pdf and every
// document, which open reads.
func CopyArchive(p *i18n.Printer, c request.Copy, l request.AccessLog, open func(d request.Document) ([]byte, error)) ([]byte, error) {
	data, err := CopyJSON(c, l)
	if err != nil {
		return nil, err
	}
	pages, err := Copy(p, c).PDF(p, c.Now).Bytes()
	if err != nil {
		return nil, err
	}
	trail, err := Accesses(p, l).PDF(p, c.Now).Bytes()
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	z := zip.NewWriter(&body)
	put := func(name string, data []byte) error {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(data)
		}
		return err
	}
	if err := errors.Join(put("dossier.json", data), put("dossier.pdf", pages), put("acces.pdf", trail)); err != nil {
		return nil, err
	}
	for _, d := range c.Documents {
		data, err := open(d)
		if err == nil {
			err = put(CopyFileName(d), data)
		}
		if err != nil {
			return nil, err
		}
	}
	err = z.Close()
	return body.Bytes(), err
}
