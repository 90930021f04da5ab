package notify

import (
	"strconv"
	"time"

	"entractes/internal/infra/db"
)

// Reached tells how well a solicitation reached one subject.
type Reached struct {
	Subject Subject
	State   State  // the best of his channels
	Channel string // the channel of that state
	Reason  string // why it failed, for supervisors
}

// Lost tells that no channel is left that could reach him: his inbox alone waits for him to come by.
func (r Reached) Lost() bool {
	return r.State == Failed || r.State == Cancelled || r.State == Held && r.Channel == InboxChannel
}

// Counts sums up whom a round has reached.
type Counts struct {
	Asked, Waiting, Reached, Seen, Unreached int
}

// Reach tells, for each subject of dispatch in the order they were asked, the best
// state of the solicitations told to him. An inbox counts once it was looked at;
// until then it only waits.
func (s *Service) Reach(tx *db.Tx, dispatch string) ([]Reached, error) {
	all, err := db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery WHERE dispatch = $1 AND dispatch <> '' AND solicits = $2 ORDER BY id`, dispatch, true)
	if err != nil {
		return nil, err
	}
	return best(all), nil
}

// best keeps the best delivery of each subject.
func best(all []delivery) []Reached {
	var out []Reached
	at := map[Subject]int{}
	for _, d := range all {
		if d.channel == InboxChannel && d.state == Delivered {
			d.state = Held
		}
		i, ok := at[d.subject]
		if !ok {
			at[d.subject] = len(out)
			out = append(out, Reached{d.subject, d.state, d.channel, d.reason})
			continue
		}
		if d.state.rank() > out[i].State.rank() || d.state.rank() == out[i].State.rank() && out[i].Channel == InboxChannel {
			out[i] = Reached{d.subject, d.state, d.channel, d.reason}
		}
	}
	return out
}

// CountReach counts list for « qui a été sollicité ? ».
func CountReach(list []Reached) Counts {
	c := Counts{Asked: len(list)}
	for _, r := range list {
		switch r.State {
		case Seen:
			c.Seen++
			c.Reached++
		case Delivered, Sent:
			c.Reached++
		case Failed, Unknown, Cancelled:
			c.Unreached++
		default:
			c.Waiting++
		}
	}
	return c
}

// Line is one delivery, for supervisors and the timeline of a request.
type Line struct {
	ID      DeliveryID
	Subject Subject
	Channel string
	Topic   Topic
	State   State
	At      time.Time // written
	Leaves  time.Time // when it leaves, or left last
	Tries   int
	Reason  string
}

// Deliveries reads every delivery about request, oldest first. It never checks who asks.
func (s *Service) Deliveries(tx *db.Tx, request string) ([]Line, error) {
	all, err := db.All(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM delivery WHERE request = $1 AND request <> '' ORDER BY id`, request)
	out := make([]Line, len(all))
	for i, d := range all {
		out[i] = Line{d.id, d.subject, d.channel, d.topic, d.state, d.created, d.notBefore, d.attempts, d.reason}
	}
	return out, err
}

// arg writes the n-th argument of a text put together.
func arg(n int) string { return "$" + strconv.Itoa(n) }
