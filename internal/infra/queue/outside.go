package queue

import (
	"context"
	"errors"

	"entractes/internal/base/actor"
	"entractes/internal/infra/trace"
)

// errStopping is the cause given to the contexts of attempts that outlive a stop.
var errStopping = errors.New("the queue is stopping")

// grasp puts claimed jobs in the hands of this node. q.mu is held.
func (q *Queue) grasp(w *work, owner string, jobs []Job) []*hand {
	hands := make([]*hand, len(jobs))
	for i, j := range jobs {
		until := j.Due.Add(j.Late + w.policy.Lease)
		hands[i] = &hand{job: j, work: w, owner: owner, until: until, cancel: func() {}}
		// An attempt of the same job whose lease was lost may still be here; it is fenced off.
		q.hands[j.ID] = hands[i]
		w.busy++
	}
	return hands
}

// attempt runs the handler of h. Its end waits in q.ended until a transaction takes it.
func (q *Queue) attempt(ctx context.Context, h *hand) {
	ctx, cancel := context.WithTimeout(actor.With(ctx, actor.System("queue")), h.work.policy.Timeout)
	defer cancel()
	q.mu.Lock()
	h.cancel = cancel
	// A process that was frozen between its claim and here may have lost the job.
	late := h.lost || !q.db.Now().Before(h.until)
	q.mu.Unlock()
	err := Snooze(0)
	if !late {
		step, end := trace.Start(ctx, "job "+h.job.Kind)
		err = protect(func() error { return h.work.outside(step, h.job) })
		end(err)
	}
	if err != nil && errors.Is(context.Cause(ctx), errStopping) {
		err = Snooze(0) // another node takes it at once
	}
	q.report(ctx, h.job, err)
	q.mu.Lock()
	defer q.mu.Unlock()
	h.err = err
	q.ended = append(q.ended, h)
	h.work.busy--
	q.wakeDispatcher()
}

// report tells the log of a failure; an intention is none.
func (q *Queue) report(ctx context.Context, j Job, err error) {
	if _, intended := errors.AsType[*outcome](err); err != nil && !intended {
		q.log.WarnContext(ctx, "a job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempt, "err", err)
	}
}

// drop takes settled hands out. q.mu is held.
func (q *Queue) drop(hands []*hand) {
	for _, h := range hands {
		if q.hands[h.job.ID] == h {
			delete(q.hands, h.job.ID)
		}
	}
	if len(hands) > 0 {
		q.leave()
	}
}
