package queue

// Pause keeps this node from taking jobs, until Resume: what it does already goes on, and its
// leases are prolonged. A node that cannot trust its clock pauses; the others go on.
func (q *Queue) Pause() { q.paused.Store(true) }

// Resume lets this node take jobs again, at once.
func (q *Queue) Resume() {
	q.paused.Store(false)
	q.wakeDispatcher()
}

// Paused tells whether this node takes no job.
func (q *Queue) Paused() bool { return q.paused.Load() }

// claiming tells whether something new may begin.
func (d *dispatcher) claiming() bool { return !d.stopping() && !d.q.Paused() }
