package request

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/base/ident"
	"entractes/internal/care/territory"
	"entractes/internal/infra/blob"
	"entractes/internal/infra/db"
	"entractes/internal/infra/media"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
)

// jobDocument forgets a document that nobody gave to a request.
const jobDocument = "request.document"

// documentWaits is how long a document waits for its request.
const documentWaits = 24 * time.Hour

// Receive keeps a document for a request that is not written yet: Ask.Documents gives it
// to one within a day, after which it is forgotten. The file is checked by its content
// and written anew (media.Clean); a refused one leaves nothing. Only who gave it may
// open it meanwhile. The same file sent twice in one submission (Once) is one document.
func (s *Service) Receive(ctx context.Context, u Upload) (id DocumentID, err error) {
	defer fault.Wrap(&err, "receive document")
	var settings territory.Settings
	err = s.db.View(ctx, func(tx *db.Tx) error {
		who, err := asker(tx)
		if err != nil {
			return err
		}
		settings, err = territory.SettingsOf(tx, who.Territory)
		return err
	})
	if err != nil {
		return "", err
	}
	file, err := cleanUpload(ctx, u, settings)
	if err != nil {
		return "", err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		id, err = s.receive(tx, u, file)
		return err
	})
	return id, err
}

func (s *Service) receive(tx *db.Tx, u Upload, file media.File) (DocumentID, error) {
	who, err := asker(tx)
	if err != nil {
		return "", err
	}
	d := newDocument(tx, u, file, who)
	if _, sent, err := db.Find(tx, db.Value[string], `SELECT id FROM document WHERE id = $1`, string(d.ID)); err != nil || sent {
		return d.ID, err
	}
	waiting, err := db.One(tx, "request.document_not_found", db.Value[int64], `SELECT count(*) FROM document WHERE account = $1 AND request = ''`, who.Account)
	if err != nil {
		return "", err
	}
	if waiting >= maxWaiting {
		return "", fault.Invalid("request.documents_many", media.Field, "n", maxWaiting)
	}
	d.Side, d.owner = Requester, accountKey(who.Account)
	if err := s.insertDocument(tx, d, file.Bytes); err != nil {
		return "", err
	}
	if err := s.queue.Promise(tx, jobDocument, string(d.ID), tx.Now().Add(documentWaits), nil); err != nil {
		return "", err
	}
	return d.ID, s.audit.Record(tx, audit.Event{Action: "document.receive", Object: "document", ObjectID: string(d.ID)})
}

// cleanUpload writes a file anew within the size that the territory allows.
func cleanUpload(ctx context.Context, u Upload, settings territory.Settings) (media.File, error) {
	if err := u.check(); err != nil {
		return media.File{}, err
	}
	return media.Clean(ctx, u.Data, settings.DocumentSize<<20)
}

// newDocument describes a file just written anew.
func newDocument(tx *db.Tx, u Upload, file media.File, who actor.Actor) Document {
	d := Document{
		ID: ident.New[DocumentID](tx.Now()), Kind: u.Kind, Name: documentName(u.Name, file.Type), Media: file.Type, Size: len(file.Bytes),
		Author: who.Name, At: tx.Now(), account: who.Account, person: who.Person,
	}
	if key := onceOf(tx.Context()); key != "" {
		sum := sha256.Sum256(u.Data)
		d.ID = DocumentID(onceID(key+string(u.Kind)+hex.EncodeToString(sum[:]), who.Account))
	}
	return d
}

// accountKey owns the key of what an account gave before there is a patient.
func accountKey(account string) string { return "account:" + account }

// forgetWaiting is the promise of the end of documentWaits. It does nothing for a
// document given to a request meanwhile.
func (s *Service) forgetWaiting(tx *db.Tx, j queue.Job) error {
	d, err := loadDocument(tx, DocumentID(j.Key))
	if fault.KindOf(err) == fault.KindNotFound || err == nil && d.Request != "" {
		return nil
	}
	if err != nil {
		return err
	}
	return forgetDocument(tx, d)
}

// bindDocuments makes ids the documents of a draft being written: those it had and that
// are not among them are forgotten, the new ones are sealed for its patient. One that
// went with another request of the same order is copied. A document that another account
// gave, or that is no longer there, is refused.
func (s *Service) bindDocuments(tx *db.Tx, r Request, ids []DocumentID) error {
	who, err := signedIn(tx)
	if err != nil {
		return err
	}
	if len(ids) > maxDocuments {
		return fault.Invalid("request.documents_many", media.Field, "n", maxDocuments)
	}
	kept, given := map[DocumentID]bool{}, map[DocumentID]bool{}
	for _, id := range ids {
		if given[id] {
			continue
		}
		given[id] = true
		bound, err := s.bindDocument(tx, r, who.Account, id)
		if err != nil {
			return err
		}
		kept[bound] = true
	}
	had, err := documentsOf(tx, r.ID)
	if err != nil {
		return err
	}
	for _, d := range had {
		if !kept[d.ID] {
			if err := forgetDocument(tx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// bindDocument gives one document to r, and returns its id there.
func (s *Service) bindDocument(tx *db.Tx, r Request, account string, id DocumentID) (DocumentID, error) {
	gone := fault.Invalid("request.document_gone", media.Field)
	d, err := loadDocument(tx, id)
	if fault.KindOf(err) == fault.KindNotFound {
		return "", gone
	}
	if err != nil || d.Request == r.ID && d.owner == string(r.Patient) {
		return id, err
	}
	if d.Request != r.ID && d.account != account {
		return "", gone
	}
	copied := d.Request != "" && d.Request != r.ID
	if copied {
		other, err := read(tx, d.Request)
		if err != nil {
			return "", err
		}
		if other.Order != r.Order {
			return "", gone
		}
	}
	named, err := s.openNames(tx, []Document{d})
	if err != nil {
		return "", err
	}
	data, err := s.openBytes(tx, d)
	if err != nil {
		return "", err
	}
	old := d
	d.Name, d.Request, d.owner = named[0].Name, r.ID, string(r.Patient)
	if copied {
		d.ID = ident.New[DocumentID](tx.Now())
		err = s.insertDocument(tx, d, data)
	} else {
		err = s.reseal(tx, d, old.blob, data)
	}
	if err != nil {
		return "", err
	}
	return d.ID, s.audit.Record(tx, attached(d, r))
}

// reseal writes again a document that now belongs to a request, in place of its bytes of before.
func (s *Service) reseal(tx *db.Tx, d Document, old string, data []byte) error {
	if err := s.keepBytes(tx, &d, data); err != nil {
		return err
	}
	if err := tx.Write(`UPDATE document SET request = $2, owner = $3, name = $4, blob = $5 WHERE id = $1`, string(d.ID), string(d.Request), d.owner, d.sealed, d.blob); err != nil {
		return err
	}
	if _, err := s.queue.Withdraw(tx, jobDocument, string(d.ID)); err != nil {
		return err
	}
	return blob.Delete(tx, old)
}
