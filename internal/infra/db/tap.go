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

// Texts are the statements that a SQLite database has been asked since it was opened, as they were
// written, for tests that read how they are done.
func (d *DB) Texts() (all []string) {
	d.texts.Range(func(written, _ any) bool {
		all = append(all, written.(string))
		return true
	})
	return all
}
