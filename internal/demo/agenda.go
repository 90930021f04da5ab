package demo

import (
	"container/heap"
	"context"
	"time"
)

// act is something that somebody will do.
type act struct {
	at   time.Time
	rank int
	do   func(ctx context.Context) error
}

// agenda holds what is to be done, the soonest first; what is due at one instant is
// done in the order it was written.
type agenda struct {
	acts  acts
	count int
}

// add writes an act. The clock of the house counts whole milliseconds, and so does the agenda.
func (a *agenda) add(at time.Time, do func(ctx context.Context) error) {
	a.count++
	heap.Push(&a.acts, act{at.Truncate(time.Millisecond), a.count, do})
}

// next is when the soonest act is due; false when there is none.
func (a *agenda) next() (time.Time, bool) {
	if len(a.acts) == 0 {
		return time.Time{}, false
	}
	return a.acts[0].at, true
}

// take removes the soonest act when it is due at now.
func (a *agenda) take(now time.Time) (act, bool) {
	if len(a.acts) == 0 || a.acts[0].at.After(now) {
		return act{}, false
	}
	first, _ := heap.Pop(&a.acts).(act)
	return first, true
}

// acts is a heap.
type acts []act

func (a acts) Len() int { return len(a) }
func (a acts) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].rank < a[j].rank
}
func (a acts) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push and Pop are those of heap.Interface.
func (a *acts) Push(x any) { *a = append(*a, x.(act)) }

// Pop removes the last.
func (a *acts) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}
