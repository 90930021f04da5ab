package db

// Written is a statement that wrote.
type Written struct {
	Text string
	Args []any
}

// Tap calls fn with the writings of each transaction once it is on disk, in their order, for
// measures that compare an act with a bare loop that writes the same. It is set before the
// database is used; fn is called by many at once.
func (d *DB) Tap(fn func(all []Written)) { d.tap = fn }

func (t *Tx) tapped() {
	if t.db.tap != nil && len(t.written) > 0 {
		t.db.tap(t.written)
	}
}
