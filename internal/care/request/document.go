package request

import (
	"strings"
	"time"
	"unicode"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/base/ident"
	"entractes/internal/infra/blob"
	"entractes/internal/infra/db"
	"entractes/internal/infra/media"
	"entractes/internal/security/crypt"
)

// DocumentID is that of a document attached to a request.
type DocumentID string

// DocumentKind says what a document is. People choose it; nothing checks it.
type DocumentKind string

// The kinds of document. The label people read is in the catalogue under
// "request.document." + kind.
const (
	DocPrescription DocumentKind = "prescription"
	DocResult       DocumentKind = "result"
	DocImage        DocumentKind = "image"
	DocLetter       DocumentKind = "letter"
	DocOther        DocumentKind = "other"
)

// DocumentKinds lists them in the order of a choice.
var DocumentKinds = []DocumentKind{DocPrescription, DocResult, DocImage, DocLetter, DocOther}

// Label says what a document is.
func (k DocumentKind) Label(p *i18n.Printer) string { return p.T("request.document." + string(k)) }

// Upload is a file as somebody sends it. What it is is found in its bytes.
type Upload struct {
	Kind DocumentKind
	Name string
	Data []byte
}

// Document is what may be said of a document without opening it.
type Document struct {
	ID      DocumentID
	Request ID // empty while it waits for its request
	Kind    DocumentKind
	Name    string // as shown: safe, ended by what the file is
	Media   media.Type
	Size    int
	Author  string
	Side    Party // Requester or Provider: who gave it
	At      time.Time

	account, person string
	owner           string // whose key seals it
	blob            string
	sealed          []byte // the name
}

const (
	maxDocuments = 20 // of one request
	// maxWaiting bounds those of one account that wait for their request; a ward shares one.
	maxWaiting      = 100
	maxDocumentName = 80
)

func (u Upload) check() error {
	for _, k := range DocumentKinds {
		if u.Kind == k {
			return nil
		}
	}
	return fault.Invalid("request.document_kind", "kind")
}

// documentName makes of a file's name one that can be shown and kept by any system, and
// that ends by what the file is.
func documentName(name string, is media.Type) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	const longestExtension = 5
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && len(name)-dot <= longestExtension {
		name = name[:dot]
	}
	runes := []rune(strings.Trim(strings.Join(strings.Fields(name), " "), ". "))
	if len(runes) == 0 {
		runes = []rune("document")
	}
	return strings.TrimRight(string(runes[:min(len(runes), maxDocumentName)]), ". ") + is.Extension()
}

const documentColumns = `id, request, account, person, author, side, kind, media, name, size, blob, owner, created`

func scanDocument(row db.Row) (d Document, err error) {
	var size, at int64
	err = row.Scan(&d.ID, &d.Request, &d.account, &d.person, &d.Author, &d.Side, &d.Kind, &d.Media, &d.sealed, &size, &d.blob, &d.owner, &at)
	d.Size, d.At = int(size), db.At(at)
	return d, err
}

func loadDocument(tx *db.Tx, id DocumentID) (Document, error) {
	return db.One(tx, "request.document_not_found", scanDocument, `SELECT `+documentColumns+` FROM document WHERE id = $1 FOR UPDATE`, string(id))
}

// documentsOf reads the documents of requests, the oldest first, without their names.
func documentsOf(tx *db.Tx, ids ...ID) ([]Document, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return db.All(tx, scanDocument, `SELECT `+documentColumns+` FROM document WHERE request IN `+db.In(1, len(ids))+` AND request <> '' ORDER BY created, id`, db.Args(ids)...)
}

// openNames opens the names of documents.
func (s *Service) openNames(tx *db.Tx, all []Document) ([]Document, error) {
	for i, d := range all {
		name, err := s.vault.Open(tx, d.owner, namePlace(d.ID), d.sealed)
		if err != nil {
			return nil, err
		}
		all[i].Name = string(name)
	}
	return all, nil
}

func namePlace(id DocumentID) crypt.Place {
	return crypt.Place{Table: "document", Column: "name", Row: string(id)}
}

func bytesPlace(name string) crypt.Place {
	return crypt.Place{Table: "blob", Column: "body", Row: name}
}

// keepBytes seals the name and the bytes of d with its owner's key, and keeps the bytes under a new name.
func (s *Service) keepBytes(tx *db.Tx, d *Document, data []byte) (err error) {
	if d.sealed, err = s.vault.Seal(tx, d.owner, namePlace(d.ID), []byte(d.Name)); err != nil {
		return err
	}
	d.blob = ident.New[string](tx.Now())
	sealed, err := s.vault.Seal(tx, d.owner, bytesPlace(d.blob), data)
	if err != nil {
		return err
	}
	return blob.Put(tx, d.blob, sealed)
}

// openBytes reads the bytes of d.
func (s *Service) openBytes(tx *db.Tx, d Document) ([]byte, error) {
	sealed, err := blob.Get(tx, d.blob)
	if err != nil {
		return nil, err
	}
	return s.vault.Open(tx, d.owner, bytesPlace(d.blob), sealed)
}

// insertDocument keeps a new document with its bytes.
func (s *Service) insertDocument(tx *db.Tx, d Document, data []byte) error {
	if err := s.keepBytes(tx, &d, data); err != nil {
		return err
	}
	return tx.Write(`INSERT INTO document (`+documentColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13)`,
		string(d.ID), string(d.Request), d.account, d.person, d.Author, string(d.Side), string(d.Kind), string(d.Media), d.sealed, int64(d.Size), d.blob, d.owner, db.Ms(tx.Now()))
}

// forgetDocument deletes a document and its bytes.
func forgetDocument(tx *db.Tx, d Document) error {
	if err := tx.Write(`DELETE FROM document WHERE id = $1`, string(d.ID)); err != nil {
		return err
	}
	return blob.Delete(tx, d.blob)
}
