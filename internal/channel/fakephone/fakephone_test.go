package fakephone_test

import (
	"fmt"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/care/notify"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/infra/live"
)

const phone = "+33639980001"

func TestAPhoneKeepsWhatItReceivedOnceAndTells(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		hub := live.New(d)
		listener := hub.Subscribe(fakephone.Hint)
		defer listener.Close()
		sms, mail := fakephone.New(d, hub, notify.SMSChannel), fakephone.New(d, hub, notify.MailChannel)
		m := notify.Message{ID: "one", Target: phone, Subject: "Titre", Text: "Une demande vous attend.", Urgent: true}
		for range 2 {
			receipt, err := sms.Send(t.Context(), m)
			if err != nil || !receipt.Delivered {
				t.Fatal(receipt, err)
			}
		}
		if got := <-listener.C; got != fakephone.Hint {
			t.Errorf("hint %q", got)
		}
		c.Advance(time.Minute)
		if _, err := mail.Send(t.Context(), notify.Message{ID: "two", Target: "nurse@example.org", Text: "Bonjour"}); err != nil {
			t.Fatal(err)
		}
		view(t, d, func(tx *db.Tx) error {
			targets, err := fakephone.Targets(tx)
			if len(targets) != 2 || targets[0].Target != "nurse@example.org" || targets[1].Count != 1 || !targets[1].Last.Equal(dbtest.Start) {
				t.Errorf("targets %+v", targets)
			}
			got, err2 := fakephone.Messages(tx, phone, 10)
			if len(got) != 1 || got[0].Text != m.Text || got[0].Channel != notify.SMSChannel || !got[0].Urgent {
				t.Errorf("messages %+v", got)
			}
			if err == nil {
				err = err2
			}
			return err
		})
	})
}

func TestForgetKeepsTheLatest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, c *clock.Manual) {
		sms := fakephone.New(d, live.New(d), notify.SMSChannel)
		for i := range fakephone.Kept + 5 {
			c.Advance(time.Second)
			m := notify.Message{ID: notify.DeliveryID(fmt.Sprint("m", i)), Target: phone, Text: fmt.Sprint(i)}
			if _, err := sms.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Update(t.Context(), func(tx *db.Tx) error { return fakephone.Forget(tx, phone) }); err != nil {
			t.Fatal(err)
		}
		view(t, d, func(tx *db.Tx) error {
			left, err := fakephone.Latest(tx, 100)
			if len(left) != fakephone.Kept || left[0].Text != "54" || left[len(left)-1].Text != "5" {
				t.Errorf("%d messages left", len(left))
			}
			return err
		})
	})
}

func view(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}
