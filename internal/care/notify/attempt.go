package notify

import (
	"context"
	"errors"
	"time"
)

// Settings are a territory's waits.
type Settings struct {
	UnseenUrgent time.Duration // before the next channel of what is urgent; 60 s by default
	Unseen       time.Duration // before the next channel of anything else; 10 min by default
}

// DefaultSettings holds until a territory says otherwise.
func DefaultSettings() Settings {
	return Settings{UnseenUrgent: time.Minute, Unseen: 10 * time.Minute}
}

// wait is how long a channel is given to be seen before the next one.
func (s Settings) wait(urgent bool) time.Duration {
	chosen, fallback := s.Unseen, DefaultSettings().Unseen
	if urgent {
		chosen, fallback = s.UnseenUrgent, DefaultSettings().UnseenUrgent
	}
	if chosen <= 0 {
		return fallback
	}
	return chosen
}

// What is tried of one delivery ends with its deadline. These bound the attempts of
// one without a deadline, at most half an hour when it is not urgent, and of any other for safety.
const (
	attemptsWithoutDeadline = 12
	attemptsAtMost          = 100
)

// attempt is what is known of a delivery when its channel has answered.
type attempt struct {
	number   int  // of this attempt, from 1
	unknowns int  // attempts before this one whose outcome is unknown
	repeats  bool // the channel may be given the same message twice
	urgent   bool
	deadline time.Time // zero for none
}

// verdict is what becomes of a delivery after an attempt.
type verdict struct {
	state     State         // Sent, Delivered, Queued (again after wait), Failed or Unknown
	wait      time.Duration // when Queued
	temporary bool          // the channel is in trouble, not the message
	unknown   bool          // the outcome of this attempt is unknown
	rest      time.Duration // the whole channel asks for this rest
	reason    string        // for supervisors; never holds a target
}

// judge decides what becomes of a delivery. luck, in [0,1), spreads the retries of
// messages that failed together.
func judge(a attempt, r Receipt, err error, now time.Time, luck float64) verdict {
	if err == nil {
		if r.Delivered {
			return verdict{state: Delivered}
		}
		return verdict{state: Sent}
	}
	v := verdict{reason: reasonOf(err), temporary: true}
	if _, ok := errors.AsType[*refused](err); ok {
		v.state, v.temporary = Failed, false
		return v
	}
	final := Failed
	if v.unknown = isUnknown(err); v.unknown {
		final = Unknown
		if !a.repeats && (!a.urgent || a.unknowns > 0) {
			v.state = final
			return v
		}
	}
	if a.unknowns > 0 {
		final = Unknown
	}
	v.wait = backoff(a.number, a.urgent, luck)
	if l, ok := errors.AsType[*later](err); ok {
		v.rest = l.wait
		v.wait = max(v.wait, l.wait)
	}
	if v.state = Queued; a.last(now.Add(v.wait)) {
		v.state = final
	}
	return v
}

// last tells whether another attempt at next would be noise.
func (a attempt) last(next time.Time) bool {
	if a.deadline.IsZero() {
		return a.number >= attemptsWithoutDeadline
	}
	return a.number >= attemptsAtMost || next.After(a.deadline)
}

// isUnknown tells an attempt that may have been sent: a channel that ran out of time
// cannot know either.
func isUnknown(err error) bool {
	return errors.Is(err, ErrUnknown) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// backoff doubles from 1 s to 30 s (urgent) or from 15 s to 5 min, and takes between
// half and the whole of it.
func backoff(number int, urgent bool, luck float64) time.Duration {
	least, most := 15*time.Second, 5*time.Minute
	if urgent {
		least, most = time.Second, 30*time.Second
	}
	full := min(least<<min(max(number-1, 0), 10), most)
	return full/2 + time.Duration(luck*float64(full/2))
}

// reasonOf keeps what may be shown and stored: channels promise that their errors
// hold no target, and long ones are cut.
func reasonOf(err error) string {
	const most = 200
	text := []rune(err.Error())
	if len(text) > most {
		text = append(text[:most-1], '…')
	}
	return string(text)
}
