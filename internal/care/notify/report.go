package notify

import (
	"slices"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

const reportKind = "notify.report"

// reportPatience is how long a report that no delivery knows yet is kept waiting: the
// answer of the provider it speaks of is then recorded, or never will be.
const reportPatience = time.Minute

// Report notes what the provider of channel says about providerID: Delivered, Failed,
// or Sent. Reports may come twice, in any order, and before the send they speak of is
// recorded; a delivery never goes back to a state that proves less, save that a
// delivery only sent can fail. An unknown providerID is not an error: providers share
// their callbacks between houses.
func (s *Service) Report(tx *db.Tx, channel, providerID string, state State) (err error) {
	defer fault.Wrap(&err, "report %s of %s", state, channel)
	if providerID == "" || state != Delivered && state != Failed && state != Sent {
		return nil
	}
	n, err := tx.Exec(`INSERT INTO delivery_report (channel, receipt, state, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		channel, providerID, string(state), db.Ms(tx.Now()))
	if err != nil || n == 0 {
		return err
	}
	found, err := s.applyReport(tx, channel, providerID, state)
	if err != nil || found {
		return err
	}
	return s.queue.Promise(tx, reportKind, providerID, tx.Now().Add(reportPatience), reportJob{channel, providerID, state})
}

type reportJob struct {
	Channel string `json:"channel"`
	Receipt string `json:"receipt"`
	State   State  `json:"state"`
}

// reportAgain applies a report that came while the send it speaks of was being recorded.
func (s *Service) reportAgain(tx *db.Tx, j queue.Job) error {
	var args reportJob
	if err := j.Args(&args); err != nil {
		return err
	}
	_, err := s.applyReport(tx, args.Channel, args.Receipt, args.State)
	return err
}

func (s *Service) applyReport(tx *db.Tx, channel, receipt string, state State) (bool, error) {
	d, found, err := db.Find(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery WHERE channel = $1 AND receipt = $2 AND receipt <> '' FOR UPDATE`, channel, receipt)
	if err != nil || !found {
		return false, err
	}
	after := reported(d, state, tx.Now())
	if after.state == d.state && after.delivered.Equal(d.delivered) {
		return true, nil
	}
	return true, s.settle(tx, after, d.state)
}

// reported is d once its provider said state. Only what was sent, or may have been,
// can still change.
func reported(d delivery, state State, now time.Time) delivery {
	switch {
	case state == Delivered && d.state.out() && d.delivered.IsZero():
		d.delivered = now
		if d.state != Seen && d.state != Sending {
			d.state = Delivered
		}
	case state == Delivered && d.state == Failed && d.receipt != "":
		d.delivered, d.state, d.reason = now, Delivered, ""
	case state == Failed && (d.state == Sent || d.state == Unknown):
		d.state, d.reason = Failed, "the provider could not deliver it"
	case state == Sent && d.state == Unknown:
		d.state = Sent
	}
	return d
}

// receiptOf names a send to its provider.
type receiptOf struct{ channel, receipt string }

// reportsOf reads the reports that came before the answers they speak of, in order.
func reportsOf(tx *db.Tx, all []*answering) (map[receiptOf][]State, error) {
	var receipts, channels []string
	for _, a := range all {
		if a.receipt.ProviderID != "" {
			receipts = append(receipts, a.receipt.ProviderID)
			channels = append(channels, a.delivery.channel)
		}
	}
	found := map[receiptOf][]State{}
	if len(receipts) == 0 {
		return found, nil
	}
	slices.Sort(channels)
	channels, receipts = rounded(slices.Compact(channels)), rounded(receipts)
	_, err := db.All(tx, func(r db.Row) (bool, error) {
		var of receiptOf
		var s State
		err := r.Scan(&of.channel, &of.receipt, &s)
		found[of] = append(found[of], s)
		return true, err
	}, `SELECT channel, receipt, state FROM delivery_report WHERE channel IN `+db.In(1, len(channels))+` AND receipt IN `+db.In(1+len(channels), len(receipts))+` ORDER BY at, state DESC`,
		db.Args(append(channels, receipts...))...)
	return found, err
}
