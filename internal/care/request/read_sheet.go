package request

import (
	"context"
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
	"entractes/internal/security/audit"
)

// Sheet is one request as somebody may read it: what he may not see is empty.
type Sheet struct {
	Request
	Now      time.Time
	Relation Relation
	Sight    Sight
	Acts     []Act // what he may do now: the buttons
	// ReadOnly tells that nobody took it and that the time to try again is over; Archived that it has left the reader's lists.
	ReadOnly, Archived bool
	// UndoUntil is when an acceptance can no longer be undone; zero when it cannot be.
	UndoUntil time.Time
	Offer     *Offer
	// Name is the patient's first and last name; Patient the whole file; Details the motive and blocks.
	Name    string
	Patient *patient.Patient
	Details *Details
	// Outsider is who carries the request when the directory does not know him.
	Outsider *Outsider
	// Proposals are those that wait for the requester; Versions what was asked before each
	// change, the latest first.
	Proposals []Proposed
	Versions  []Version
	// HandOver waits for a colleague; nil when none does, or when the reader may not know.
	HandOver *HandOver
	// Card is the directory's card of who carries the request; Coming, who comes when it is a
	// structure. Both are for those who read the timeline. Named holds whom its acts named.
	Card     directory.Card
	Coming   *Coming
	Named    map[string]Coming
	Timeline []Done
	Rounds   []RoundSheet
	Messages []Message
	Visits   []Visit
	Reports  []Report
	// Avoidance is what the requester said would have happened without the care; AsksAvoidance, that the reader is asked.
	Avoidance     Avoidance
	AsksAvoidance bool
	// Lines are the requests of the same order, this one among them; empty for a request asked alone.
	Lines []Line
	// Before is the request this one follows, and After are those that follow it.
	Before *Linked
	After  []Linked
	// Documents are what was attached, without their bytes: OpenDocument reads those.
	Documents []Document
	// MayAttach tells whether the reader may add one.
	MayAttach bool
	// Texts is what its text messages cost; nil save for the desk, which answers for it.
	Texts *notify.Spending
}

// RoundSheet is one round and whom it asked. Resources holds each one's answer only
// for those who may read answers.
type RoundSheet struct {
	Round
	Counts    RoundCounts
	Resources []Resource
}

// RoundCounts counts the people of a round.
type RoundCounts struct{ Asked, Reached, Seen, Declined int }

// Resource is one person considered for a round: asked, or why not.
type Resource struct {
	Who      Who
	Verdict  Verdict
	Wave     int
	Usual    bool
	Replaces string // the member of the usual team in whose place he is asked
	Km       float64
	Asked    time.Time
	Answer   OfferState   // empty unless the reader may know
	Answered time.Time    // zero unless the reader may know
	Reason   string       // of a refusal, likewise
	Reached  notify.State // likewise
	Why      []string
}

// Message is one message of the thread.
type Message struct {
	ID   MessageID
	At   time.Time
	Name string
	Side Party
	Text string
	Mine bool
	// OnBehalf is the service he wrote for; empty when he wrote for himself.
	OnBehalf string
}

// Visit is one visit noted.
type Visit struct {
	ID      VisitID
	At      time.Time
	Outcome string
	Name    string
	Note    string
	Vitals  []nomenclature.Reading
}

// Report is one care report with its author.
type Report struct {
	ID   ReportID
	At   time.Time
	Name string
	CareReport
	// Mailed is what became of the letter to the registered GP; nil when there was none to write to.
	Mailed *Mailed
}

// Show opens one request: it marks what the reader was told about it as seen, and
// leaves one audit line for everything it opens. A request somebody has no relation
// with does not exist for him.
func (s *Service) Show(ctx context.Context, id ID) (sh Sheet, err error) {
	defer fault.Wrap(&err, "show request %s", id)
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		sh, err = s.show(tx, id)
		return err
	})
	return sh, s.audit.Refusal(ctx, audit.Event{Action: "request.show", Object: "request", ObjectID: string(id), Request: string(id)}, err)
}

func (s *Service) show(tx *db.Tx, id ID) (sh Sheet, err error) {
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
	if st.rel.None() {
		return sh, fault.NotFound("request.not_found")
	}
	sh = Sheet{Request: r, Now: tx.Now(), Relation: st.rel, Sight: SightOf(st.rel, r.State, st.settings.UsualSeesName)}
	if sh.Acts, sh.UndoUntil, err = offered(tx, r, st.settings, st.rel); err != nil {
		return sh, err
	}
	if sh.ReadOnly, err = readOnly(tx, r, st.settings); err != nil {
		return sh, err
	}
	if sh.Archived, err = archivedFor(tx, id, who); err != nil {
		return sh, err
	}
	if st.rel.Offer != "" {
		o, err := readOffer(tx, st.rel.Offer)
		if err != nil {
			return sh, err
		}
		sh.Offer = &o
	}
	if err := s.markSeen(tx, who.Person, who.Structure, id); err != nil {
		return sh, err
	}
	if err := s.openSheet(tx, st, &sh); err != nil {
		return sh, err
	}
	if sh.Avoidance, sh.AsksAvoidance, err = avoidanceOf(tx, r, st.rel); err != nil {
		return sh, err
	}
	sh.Request = sh.redacted(sh.Sight)
	return sh, nil
}

func (s *Service) markSeen(tx *db.Tx, person, structure string, id ID) error {
	for _, subject := range []notify.Subject{{Kind: notify.Professional, ID: person}, {Kind: notify.Structure, ID: structure}} {
		if subject.ID == "" {
			continue
		}
		if err := s.notify.Seen(tx, subject, string(id)); err != nil {
			return err
		}
	}
	return nil
}

// openSheet opens the parts the reader may see.
func (s *Service) openSheet(tx *db.Tx, st *step, sh *Sheet) (err error) {
	for _, open := range []func(tx *db.Tx, st *step, sh *Sheet) error{s.openPatient, s.openCare, s.openExchanges, s.openNeed} {
		if err := open(tx, st, sh); err != nil {
			return err
		}
	}
	if sh.Timeline, err = timeline(tx, sh.ID); err != nil {
		return err
	}
	if !sh.Sight.Timeline {
		sh.Timeline = own(sh.Timeline, st.who.Account)
		return nil
	}
	sh.Timeline = slices.DeleteFunc(sh.Timeline, func(a Done) bool { return a.Account != st.who.Account && !answerRead(a.Act, sh.Sight, sh.Relation) })
	if err := openProvider(tx, sh); err != nil {
		return err
	}
	if err = s.openLinks(tx, st.who, sh); err != nil {
		return err
	}
	if st.rel.Supervisor || st.rel.Operator {
		texts, err := s.notify.TextsOf(tx, sh.Territory, string(sh.ID))
		if err != nil {
			return err
		}
		sh.Texts = &texts
	}
	sh.Rounds, err = s.rounds(tx, sh.Request, sh.Sight)
	return err
}

// openPatient opens who the patient is, as far as the reader may know, and records the reading.
func (s *Service) openPatient(tx *db.Tx, _ *step, sh *Sheet) error {
	if !sh.Sight.Name {
		return s.audit.Record(tx, audit.Event{Action: "request.show", Object: "request", ObjectID: string(sh.ID), Request: string(sh.ID)})
	}
	p, err := s.patients.Open(tx, patient.Access{Action: "request.show", Request: string(sh.ID)}, sh.Request.Patient)
	if err != nil {
		return err
	}
	sh.Name = p.Identity.FullName()
	if sh.Sight.Identity {
		sh.Patient = &p
	}
	return nil
}

// openCare opens the clinical texts: the motive, the visits, the reports.
func (s *Service) openCare(tx *db.Tx, _ *step, sh *Sheet) (err error) {
	if sh.Sight.Motive {
		sh.Details = &Details{}
		if err := s.vault.OpenJSON(tx, string(sh.Request.Patient), detailsPlace(sh.ID), sh.sealed, sh.Details); err != nil {
			return err
		}
		if sh.Visits, err = s.visits(tx, sh.Request); err != nil {
			return err
		}
	}
	if sh.Sight.Reports {
		sh.Reports, err = s.reports(tx, sh.Request)
	}
	return err
}

// openExchanges opens what the two sides gave each other, and a hand-over that waits.
func (s *Service) openExchanges(tx *db.Tx, st *step, sh *Sheet) (err error) {
	if err := s.attachments(tx, sh); err != nil {
		return err
	}
	if sh.Sight.Messages {
		if sh.Messages, err = s.messages(tx, st, sh.Request); err != nil {
			return err
		}
	}
	h, ok, err := openHandOver(tx, sh.ID)
	if err != nil {
		return err
	}
	if ok && sh.State.InCharge() && (sh.Relation.Provider || sh.Relation.Stands || sh.Relation.Colleague || sh.Relation.Supervisor || sh.Relation.Operator) {
		h.By = sh.Request.Provider
		sh.HandOver = &h
	}
	return nil
}

// openNeed opens the proposals that wait, and what was asked before each change.
func (s *Service) openNeed(tx *db.Tx, st *step, sh *Sheet) (err error) {
	if sh.Proposals, err = s.readProposals(tx, st, sh.Sight); err != nil || !sh.Sight.Need {
		return err
	}
	if sh.Versions, err = s.versions(tx, sh.Request, sh.Sight.Motive); err != nil {
		return err
	}
	for i := range sh.Versions {
		sh.Versions[i].Asked = sh.Versions[i].Asked.redacted(sh.Sight)
	}
	return nil
}

// openProvider opens who carries the request: his card, whoever the directory does not know, who comes for a structure.
func openProvider(tx *db.Tx, sh *Sheet) (err error) {
	if sh.Outsider, err = outsiderOf(tx, sh.Request); err != nil {
		return err
	}
	cards, err := directory.ByIDs(tx, []directory.Subject{sh.Request.Provider.Subject})
	if err != nil {
		return err
	}
	sh.Card = cards[sh.Request.Provider.Subject]
	sh.Named, sh.Coming, err = comingOf(tx, sh.Request)
	return err
}

// answerRead tells whether the reader may know that another answered by act: nobody but
// those who read answers knows who declined, and the requester who proposed, since he chooses.
func answerRead(act Act, sight Sight, rel Relation) bool {
	switch act {
	case ActDecline:
		return sight.Answers
	case ActPropose, ActRetract:
		return sight.Answers || rel.Requester || rel.Operator
	default:
		return true
	}
}

// own keeps the acts of one account.
func own(all []Done, account string) (out []Done) {
	for _, a := range all {
		if a.Account == account && account != "" {
			out = append(out, a)
		}
	}
	return out
}
