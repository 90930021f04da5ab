package supervise_test

import (
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/civil"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/request"
	"entractes/internal/care/supervise"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

func TestShiftAt(t *testing.T) {
	t.Parallel()
	paris := civil.Paris()
	at := func(text string) time.Time {
		t.Helper()
		v, err := time.ParseInLocation("2006-01-02 15:04", text, paris)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		hours        []int
		at, from, to string
	}{
		{[]int{7, 14, 21}, "2026-03-16 10:20", "2026-03-16 07:00", "2026-03-16 14:00"},
		{[]int{21, 7, 14}, "2026-03-16 06:59", "2026-03-15 21:00", "2026-03-16 07:00"},
		{[]int{7, 14, 21}, "2026-03-16 07:00", "2026-03-16 07:00", "2026-03-16 14:00"},
		{[]int{7, 14, 21}, "2026-03-16 23:30", "2026-03-16 21:00", "2026-03-17 07:00"},
		{[]int{8}, "2026-03-29 09:00", "2026-03-29 08:00", "2026-03-30 08:00"},         // the day that has 23 hours
		{[]int{7, 21}, "2026-10-25 02:30", "2026-10-24 21:00", "2026-10-25 07:00"},     // the night that has 11
		{nil, "2026-02-28 12:00", "2026-02-28 00:00", "2026-03-01 00:00"},              // no hour: midnight
		{[]int{7, 14, 21}, "2028-02-29 01:00", "2028-02-28 21:00", "2028-02-29 07:00"}, // leap day
		{[]int{0, 12}, "2026-12-31 18:00", "2026-12-31 12:00", "2027-01-01 00:00"},     // the year turns
		{[]int{7, 7, 14}, "2026-03-16 07:30", "2026-03-16 07:00", "2026-03-16 14:00"},  // said twice
	} {
		from, to := supervise.ShiftAt(c.hours, at(c.at), paris)
		if !from.Equal(at(c.from)) || !to.Equal(at(c.to)) {
			t.Errorf("%v at %s: %v to %v", c.hours, c.at, from.In(paris), to.In(paris))
		}
	}
}

func TestARowHasOneOwner(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		h := openHouse(t, d)
		h.accounts()
		h.add(sample{id: "row", service: "maternity"}, sample{id: "free", service: "clinic"}, sample{id: "draft", state: request.Draft})
		if o, err := h.console.Take(h.as(supervisor), "row"); err != nil || o.Account != supervisor.Account || o.Name != supervisor.Name {
			t.Fatalf("taken: %+v, %v", o, err)
		}
		_, err := h.console.Take(h.as(operator), "row")
		if fault.CodeOf(err) != "supervise.owned" || h.p.Fault(fault.Fields(err)[0]) == "" {
			t.Errorf("the slower of two got %v", err)
		}
		if _, err := h.console.Leave(h.as(operator), "row"); fault.CodeOf(err) != "supervise.owned" {
			t.Errorf("a colleague leaves it for him: %v", err)
		}
		// The ward has its own list of the same request.
		if o, err := h.console.Take(h.as(ward), "row"); err != nil || o.Account != ward.Account {
			t.Errorf("the ward: %+v, %v", o, err)
		}
		h.expect(supervisor, supervise.Query{Owner: supervise.Mine}, "row")
		h.expect(operator, supervise.Query{Owner: supervise.Mine})
		h.expect(operator, supervise.Query{Owner: supervise.NoOwner}, "free")
		h.expect(other, supervise.Query{Owner: supervise.NoOwner})
		page := h.show(operator, supervise.Query{})
		row := page.Rows[0]
		if row.ID != "row" {
			row = page.Rows[1]
		}
		if row.Owner.Name != supervisor.Name || row.Owner.Stale || page.Counts.Mine != 0 || h.show(supervisor, supervise.Query{}).Counts.Mine != 1 {
			t.Errorf("the row says %+v, counts %+v", row.Owner, page.Counts)
		}
		c.Advance(12 * time.Hour)
		if o := h.show(supervisor, supervise.Query{Owner: supervise.Mine}).Rows[0].Owner; !o.Stale {
			t.Error("after twelve hours it is not said to be stale")
		}
		if _, err := h.console.Give(h.as(operator), "row", operator.Account, row.Owner.Version-1); fault.CodeOf(err) != "supervise.owned" {
			t.Errorf("given as it no longer is: %v", err)
		}
		if _, err := h.console.Give(h.as(operator), "row", nurse.Account, row.Owner.Version); fault.CodeOf(err) != "supervise.colleague" {
			t.Errorf("given to a stranger: %v", err)
		}
		if o, err := h.console.Give(h.as(operator), "row", operator.Account, row.Owner.Version); err != nil || o.Name != operator.Name || o.Stale {
			t.Errorf("given: %+v, %v", o, err)
		}
		for range 2 { // done twice, it does nothing more
			if o, err := h.console.Leave(h.as(operator), "row"); err != nil || !o.Nobody() {
				t.Errorf("left: %+v, %v", o, err)
			}
		}
		story, err := h.console.OwnerChanges(h.as(supervisor), "row")
		if err != nil || len(story) != 3 || story[0].Account != "" || story[1].Account != operator.Account || story[2].By != supervisor.Name {
			t.Errorf("history %+v, %v", story, err)
		}
		for _, who := range []actor.Actor{nurse, elsewhere} {
			if _, err := h.console.Take(h.as(who), "row"); fault.KindOf(err) != fault.KindNotFound {
				t.Errorf("%s takes it: %v", who.Name, err)
			}
		}
		if _, err := h.console.Take(h.as(supervisor), "draft"); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a draft is taken: %v", err)
		}
	})
}

func TestArchiveAndErrorsAreApart(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		h.add(
			sample{id: "open", service: "clinic", created: 2 * time.Minute},
			sample{id: "old", state: request.Completed, service: "clinic", provider: "nadia", created: 3 * time.Minute, archived: true},
			sample{id: "rests", state: request.Unfilled, service: "clinic", created: 90 * 24 * time.Hour, closed: 31 * 24 * time.Hour},
			sample{id: "fresh", state: request.Unfilled, service: "clinic", created: 90 * 24 * time.Hour, closed: 29 * 24 * time.Hour},
			sample{id: "error", state: request.EnteredInError, service: "clinic", created: time.Minute},
			sample{id: "olderror", state: request.EnteredInError, service: "clinic", created: 4 * time.Minute, archived: true},
		)
		p := h.expect(supervisor, supervise.Query{}, "open", "rests", "fresh")
		if p.Counts.All != 3 || p.Counts.Archived != 1 || p.Counts.Errors != 2 || p.Counts.AtRisk != 1 || p.Counts.Unfilled != 2 {
			t.Errorf("counts %+v", p.Counts)
		}
		if !p.Rows[1].ReadOnly || p.Rows[2].ReadOnly || len(p.Rows[1].Can) >= len(p.Rows[2].Can) {
			t.Errorf("read only: %v %v, acts %v and %v", p.Rows[1].ReadOnly, p.Rows[2].ReadOnly, p.Rows[1].Can, p.Rows[2].Can)
		}
		h.expect(supervisor, supervise.Query{Archived: true}, "old")
		h.expect(supervisor, supervise.Query{Archived: true, Profession: "MK"})
		h.expect(supervisor, supervise.Query{Text: "clinique"}, "open", "old", "rests", "fresh")
		h.expect(supervisor, supervise.Query{Text: "Vabre"}, "old")
		h.expect(supervisor, supervise.Query{Text: "Vabre", Archived: true}, "old")
		h.expect(supervisor, supervise.Query{AtRisk: true}, "fresh")
		errors := []request.State{request.EnteredInError}
		h.expect(supervisor, supervise.Query{States: errors}, "error", "olderror")
		h.expect(operator, supervise.Query{States: errors})
		h.expect(operator, supervise.Query{States: []request.State{request.Draft}})
		if h.show(operator, supervise.Query{}).Counts.Errors != 0 {
			t.Error("an operator counts the errors")
		}
	})
}

func TestNotesOfAShift(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		h := openHouse(t, d)
		h.accounts()
		h.add(sample{id: "nurse", service: "maternity", replyBy: 6 * time.Hour}, sample{id: "midwife", profession: "SF", created: 2 * time.Minute, replyBy: 6 * time.Hour})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // the same form sent twice
			must(h.console.NoteOn(h.as(operator), "midwife", "Rappeler après 14 h, la mère dort.", "key"))
		}
		c.Advance(time.Minute)
		must(h.console.NoteOn(h.as(supervisor), "nurse", "Le fils a la clé.", ""))
		must(h.console.NoteShift(h.as(supervisor), "Deux ambulances en panne.", 0))
		must(h.console.NoteShift(h.as(supervisor), "Deux ambulances en panne.", 0)) // sent again
		if err := h.console.NoteShift(h.as(operator), "Autre chose.", 0); fault.CodeOf(err) != "supervise.note_changed" {
			t.Errorf("written over without having been read: %v", err)
		}
		must(h.console.NoteShift(h.as(operator), "Une ambulance en panne.", 1))
		for text, code := range map[string]string{"  ": "supervise.note_empty", "a\x00b": "form.invalid_text"} {
			if err := h.console.NoteShift(h.as(operator), text, 2); fault.CodeOf(err) != code {
				t.Errorf("%q: %v", text, err)
			}
		}
		c.Advance(5 * time.Hour) // the next shift
		r, err := h.console.ReadRelief(h.as(supervisor))
		must(err)
		if len(r.General) != 1 || r.General[0].Text != "Une ambulance en panne." || r.General[0].Name != operator.Name || !r.General[0].Shift.Equal(r.Before) {
			t.Errorf("general %+v, the shift before began at %v", r.General, r.Before)
		}
		if len(r.Notes) != 2 || r.Notes[0].Text != "Le fils a la clé." || !r.Notes[1].Closed || r.Notes[1].Text != "" {
			t.Errorf("a nurse’s supervisor reads %+v", r.Notes)
		}
		if r.About["nurse"].Patient == nil || r.Notes[0].SeenBy(operator.Account) {
			t.Errorf("about %+v", r.About)
		}
		must(h.console.SawNote(h.as(operator), r.Notes[0].ID))
		must(h.console.SawNote(h.as(operator), r.Notes[0].ID))
		if r, err = h.console.ReadRelief(h.as(operator)); err != nil || len(r.Notes) != 2 || r.Notes[1].Closed || len(r.Notes[0].Seen) != 1 || !r.Notes[0].SeenBy(operator.Account) {
			t.Errorf("the operator reads %+v, %v", r.Notes, err)
		}
		if err := h.console.SawNote(h.as(ward), r.Notes[0].ID); fault.KindOf(err) != fault.KindNotFound {
			t.Errorf("a ward sees a note of the desk: %v", err)
		}
		if r, err := h.console.ReadRelief(h.as(ward)); err != nil || len(r.Notes)+len(r.General) != 0 {
			t.Errorf("the ward reads %+v, %v", r.Notes, err)
		}
		c.Advance(2 * 24 * time.Hour)
		// What one has read is over; what one has not is still there.
		if r, err = h.console.ReadRelief(h.as(operator)); err != nil || len(r.Notes) != 0 || len(r.General) != 0 {
			t.Errorf("two days later the operator reads %+v, %v", r.Notes, err)
		}
		if r, err = h.console.ReadRelief(h.as(supervisor)); err != nil || len(r.Notes) != 1 {
			t.Errorf("two days later the supervisor reads %+v, %v", r.Notes, err)
		}
		h.update(func(tx *db.Tx) error {
			bodies, err := db.All(tx, db.Value[[]byte], `SELECT body FROM handover`)
			for _, b := range bodies {
				if len(b) == 0 || string(b) == "Le fils a la clé." {
					t.Errorf("a note is not sealed: %q", b)
				}
			}
			return err
		})
	})
}

func TestSavedViews(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB, _ *clock.Manual) {
		h := openHouse(t, d)
		id, err := h.console.KeepView(h.as(supervisor), supervise.View{Name: " Nuit  et urgences", Place: "etat=a-risque", Shared: true, First: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.console.KeepView(h.as(supervisor), supervise.View{Name: "À moi", Place: "qui=miennes"}); err != nil {
			t.Fatal(err)
		}
		views := func(who actor.Actor) []supervise.View {
			t.Helper()
			list, err := h.console.Views(h.as(who))
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if list := views(supervisor); len(list) != 2 || list[0].Name != "Nuit et urgences" || !list[0].First || !list[0].Own {
			t.Errorf("his own: %+v", list)
		}
		if list := views(operator); len(list) != 1 || list[0].First || list[0].Own || list[0].Author != supervisor.Name {
			t.Errorf("shared with the desk: %+v", list)
		}
		if len(views(ward)) != 0 {
			t.Error("a ward reads the views of the desk")
		}
		again, err := h.console.KeepView(h.as(supervisor), supervise.View{Name: "Nuit et urgences", Place: "etat=recherche", Shared: true})
		if err != nil || again != id || views(operator)[0].Place != "etat=recherche" {
			t.Errorf("kept again: %v %v, %v", id, again, err)
		}
		if err := h.console.FirstView(h.as(operator), id); err != nil || !views(operator)[0].First {
			t.Errorf("a shared view opens first: %v", err)
		}
		for _, who := range []actor.Actor{operator, ward} {
			if err := h.console.DropView(h.as(who), id); fault.CodeOf(err) != "supervise.view" {
				t.Errorf("%s drops it: %v", who.Name, err)
			}
		}
		if err := h.console.FirstView(h.as(ward), id); fault.CodeOf(err) != "supervise.view" {
			t.Errorf("a ward opens it first: %v", err)
		}
		if err := h.console.DropView(h.as(supervisor), id); err != nil || len(views(operator)) != 0 {
			t.Errorf("dropped: %v", err)
		}
		if _, err := h.console.KeepView(h.as(operator), supervise.View{Name: " "}); fault.CodeOf(err) != "supervise.view_name" {
			t.Errorf("without a name: %v", err)
		}
		for i := range 31 {
			if _, err = h.console.KeepView(h.as(operator), supervise.View{Name: "v" + h.p.Number(i)}); err != nil {
				break
			}
		}
		if fault.CodeOf(err) != "supervise.view_many" {
			t.Errorf("more than one may keep: %v", err)
		}
	})
}
