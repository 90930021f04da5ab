package request

import (
	"context"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/media"
	"entractes/internal/security/audit"
)

// Attach adds a document to a request that lives, by the service that asked or by who
// carries it; the other side is told that one waits. The file is checked by its content
// and written anew, then sealed with the patient's key; a refused one leaves nothing.
//
// As a message of the thread, it is no act of the table: it moves nothing, from any
// state. The trail holds who attached what kind of document, and when.
func (s *Service) Attach(ctx context.Context, id ID, u Upload) (d Document, err error) {
	defer fault.Wrap(&err, "attach to request %s", id)
	event := audit.Event{Action: "document.attach", Object: "request", ObjectID: string(id), Request: string(id)}
	var settings territory.Settings
	err = s.db.View(ctx, func(tx *db.Tx) error {
		st, _, err := s.attaching(tx, id, read)
		if err == nil {
			settings = st.settings
		}
		return err
	})
	if err != nil {
		return d, s.audit.Refusal(ctx, event, err)
	}
	file, err := cleanUpload(ctx, u, settings)
	if err != nil {
		return d, err
	}
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		d, err = s.attach(tx, id, u, file)
		return err
	})
	return d, s.audit.Refusal(ctx, event, err)
}

// attaching reads a request to which the actor may attach, and the side he is on.
func (s *Service) attaching(tx *db.Tx, id ID, reading func(tx *db.Tx, id ID) (Request, error)) (*step, Party, error) {
	who, err := signedIn(tx)
	if err != nil {
		return nil, "", err
	}
	r, err := reading(tx, id)
	if err != nil {
		return nil, "", err
	}
	st, err := s.begin(tx, r, who, "document")
	if err != nil {
		return nil, "", err
	}
	side, ok := attachSide(st.rel, r.State)
	switch {
	case ok:
		return st, side, nil
	case st.rel.None():
		return nil, "", fault.NotFound("request.not_found")
	case st.rel.Requester || st.rel.Provider || st.rel.Operator:
		return nil, "", fault.Conflict("request.state", "state", string(r.State))
	}
	return nil, "", fault.Forbidden("request.act")
}

// attachSide is the side on which somebody may attach a document; false when he may not:
// the provider as long as he may report, the service that asked until the request ends.
func attachSide(rel Relation, s State) (Party, bool) {
	switch {
	case (rel.Provider || rel.Stands) && (s.InCharge() || s == Completed):
		return Provider, true
	case (rel.Requester || rel.Operator) && !s.Terminal() && s != Draft: // a draft is given its documents as it is written
		return Requester, true
	}
	return "", false
}

func (s *Service) attach(tx *db.Tx, id ID, u Upload, file media.File) (Document, error) {
	st, side, err := s.attaching(tx, id, load)
	if err != nil {
		return Document{}, err
	}
	d := newDocument(tx, u, file, st.who)
	had, err := documentsOf(tx, id)
	if err != nil {
		return d, err
	}
	for _, other := range had {
		if other.ID == d.ID {
			return d, nil // this submission has already attached it
		}
	}
	if len(had) >= maxDocuments {
		return d, fault.Invalid("request.documents_many", media.Field, "n", maxDocuments)
	}
	d.Request, d.Side, d.owner = id, side, string(st.r.Patient)
	if err := s.insertDocument(tx, d, file.Bytes); err != nil {
		return d, err
	}
	if err := s.audit.Record(tx, attached(d, st.r)); err != nil {
		return d, err
	}
	st.touch()
	if side == Provider {
		return d, st.tellRequester(notify.RequestDocument)
	}
	if st.r.Provider.ID == "" {
		return d, nil // people asked learn nothing before one accepts
	}
	return d, st.tellProvider(notify.RequestDocument)
}

// attached is the trail of a document given to a request.
func attached(d Document, r Request) audit.Event {
	return audit.Event{
		Action: "document.attach", Object: "document", ObjectID: string(d.ID), Patient: string(r.Patient), Request: string(r.ID), Detail: string(d.Kind),
	}
}

// OpenDocument returns a document and its bytes to whoever may read it (Sight.Documents):
// before acceptance the service that asked and its desk; afterwards the provider, the
// registered GP and the usual team in charge as well. For anybody else it does not
// exist. One that waits for its request is read by who gave it alone. Each opening
// leaves a line in the trail.
func (s *Service) OpenDocument(ctx context.Context, id DocumentID) (d Document, data []byte, err error) {
	defer fault.Wrap(&err, "open document %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		d, data, err = s.openDocument(tx, id)
		return err
	})
	return d, data, s.audit.Refusal(ctx, audit.Event{Action: "document.open", Object: "document", ObjectID: string(id)}, err)
}

func (s *Service) openDocument(tx *db.Tx, id DocumentID) (Document, []byte, error) {
	who, err := signedIn(tx)
	if err != nil {
		return Document{}, nil, err
	}
	d, err := db.One(tx, "request.document_not_found", scanDocument, `SELECT `+documentColumns+` FROM document WHERE id = $1`, string(id))
	if err != nil {
		return d, nil, err
	}
	may, of, err := mayOpen(tx, d, who)
	if err != nil {
		return d, nil, err
	}
	if !may {
		return Document{}, nil, fault.NotFound("request.document_not_found")
	}
	named, err := s.openNames(tx, []Document{d})
	if err != nil {
		return d, nil, err
	}
	data, err := s.openBytes(tx, d)
	if err != nil {
		return d, nil, err
	}
	return named[0], data, s.audit.Record(tx, audit.Event{
		Action: "document.open", Object: "document", ObjectID: string(id), Patient: string(of.Patient), Request: string(d.Request), Detail: string(d.Kind),
	})
}

// mayOpen tells whether somebody may open a document, and the request it goes with, if any.
func mayOpen(tx *db.Tx, d Document, who actor.Actor) (bool, Request, error) {
	if d.Request == "" {
		return d.account == who.Account, Request{}, nil
	}
	r, err := read(tx, d.Request)
	if err != nil {
		return false, r, err
	}
	rel, err := relation(tx, r, who)
	return SightOf(rel, r.State, false).Documents, r, err
}
