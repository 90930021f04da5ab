package request

import (
	"context"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// Row is one request in a list. Patient is empty unless the reader may know it.
type Row struct {
	Request
	Patient string
	Sight   Sight
	Acts    []Act
	// Offer is the reader's own offer, when he was asked in the current round.
	Offer *Offer
	// Asked, Reached, Seen and Declined count the people of the current round.
	Asked, Reached, Seen, Declined int
	// lost tells that the reader has no relation with it any more: it is in no list of his.
	lost bool
}

// Home is what a professional opens first.
type Home struct {
	Now       time.Time
	Waiting   []Row // asked of him or of his structure, and not answered; the soonest deadline first
	HandOvers []Row // a colleague asks him to take over; the first asked first
	InCharge  []Row // he carries; the next visit first
	Finished  []Row // carried and ended, the latest first
	Mine      []Row // he or his service asked, the latest first
}

// homeRows bounds each list of the home page; the patient file and the console hold the rest.
const homeRows = 50

// Home reads the lists of whoever asks. The patient's name is opened only where the
// reader may see it, and every opened name is in one audit line.
func (s *Service) Home(ctx context.Context) (h Home, err error) {
	defer fault.Wrap(&err, "home")
	err = s.db.Update(ctx, func(tx *db.Tx) error {
		h, err = s.home(tx)
		return err
	})
	return h, err
}

func (s *Service) home(tx *db.Tx) (h Home, err error) {
	who, err := signedIn(tx)
	if err != nil {
		return h, err
	}
	h.Now = tx.Now()
	if h.Waiting, err = s.waiting(tx, who); err != nil {
		return h, err
	}
	if h.HandOvers, err = s.rows(tx, who, `SELECT `+prefixed("r", requestColumns)+` FROM hand_over h JOIN request r ON r.id = h.request AND r.dispatch = h.dispatch
		WHERE h.colleague IN ($1, $2) AND h.colleague <> '' AND h.state = 'open' AND r.state IN ('accepted', 'started', 'suspended') ORDER BY h.offered, r.id LIMIT $3`,
		who.Person, who.Structure, int64(homeRows)); err != nil {
		return h, err
	}
	carried := `SELECT ` + requestColumns + ` FROM request WHERE provider IN ($1, $2) AND provider <> '' AND state IN `
	if h.InCharge, err = s.rows(tx, who, carried+`('accepted', 'started', 'suspended') ORDER BY CASE WHEN next_visit > 0 THEN next_visit ELSE start_at END, id LIMIT $3`,
		who.Person, who.Structure, int64(homeRows)); err != nil {
		return h, err
	}
	if h.Finished, err = s.rows(tx, who, carried+`('completed', 'cancelled') `+inLists("$4", false)+` ORDER BY ended DESC, id LIMIT $3`, who.Person, who.Structure, int64(homeRows), holderOf(who)); err != nil {
		return h, err
	}
	h.Mine, err = s.rows(tx, who, `SELECT `+requestColumns+` FROM request WHERE `+among(currentlyAskedBy("$4", "$5"))+` ORDER BY created DESC, id LIMIT $4`,
		append(askerOf(who), int64(homeRows), holderOf(who))...)
	return h, err
}

// waiting reads what is asked of the reader and still open.
func (s *Service) waiting(tx *db.Tx, who actor.Actor) ([]Row, error) {
	return s.rows(tx, who, `SELECT `+prefixed("r", requestColumns)+` FROM offer o JOIN request r ON r.id = o.request AND r.dispatch = o.dispatch
		WHERE o.recipient IN ($1, $2) AND o.recipient <> '' AND o.state IN ('pending', 'proposed') AND r.state = 'searching' ORDER BY r.reply_by, r.id LIMIT $3`,
		who.Person, who.Structure, int64(homeRows))
}

// rows reads a list of requests as the reader may see them.
func (s *Service) rows(tx *db.Tx, who actor.Actor, q string, args ...any) ([]Row, error) {
	found, err := db.All(tx, scanRequest, q, args...)
	if err != nil {
		return nil, err
	}
	if found, err = withAllActs(tx, found); err != nil {
		return nil, err
	}
	out := make([]Row, 0, len(found))
	for _, r := range found {
		row, err := s.row(tx, who, r)
		if err != nil {
			return nil, err
		}
		if !row.lost {
			out = append(out, row)
		}
	}
	return out, s.name(tx, out)
}

// name writes the patients' names in the rows whose reader may see them: one reading of
// the list, however often it refreshes under his eyes.
func (s *Service) name(tx *db.Tx, rows []Row) error {
	var ids []patient.ID
	for _, r := range rows {
		if r.Sight.Name {
			ids = append(ids, r.Request.Patient)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	known, err := s.patients.OpenList(tx, patient.Access{Action: "request.list"}, ids, "list of requests")
	for i, r := range rows {
		if r.Sight.Name {
			rows[i].Patient = known[r.Request.Patient].Identity.ShortName()
		}
	}
	return err
}

func (s *Service) row(tx *db.Tx, who actor.Actor, r Request) (Row, error) {
	rel, err := relation(tx, r, who)
	if err != nil {
		return Row{}, err
	}
	settings, err := territory.SettingsOf(tx, r.Territory)
	if err != nil {
		return Row{}, err
	}
	row := Row{Request: r, Sight: SightOf(rel, r.State, settings.UsualSeesName), lost: rel.None()}
	if row.Acts, _, err = offered(tx, r, settings, rel); err != nil {
		return row, err
	}
	if rel.Offer != "" {
		o, err := readOffer(tx, rel.Offer)
		if err != nil {
			return row, err
		}
		row.Offer = &o
	}
	row.Request = row.redacted(row.Sight)
	return row, s.count(tx, &row)
}

// count fills the counts of the current round.
func (s *Service) count(tx *db.Tx, row *Row) error {
	if row.Dispatch == "" {
		return nil
	}
	reach, err := s.notify.Reach(tx, string(row.Dispatch))
	if err != nil {
		return err
	}
	offers, err := offersOf(tx, row.Dispatch)
	if err != nil {
		return err
	}
	c := countRound(offers, reach)
	row.Asked, row.Reached, row.Seen, row.Declined = c.Asked, c.Reached, c.Seen, c.Declined
	return nil
}
