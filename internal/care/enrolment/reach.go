package enrolment

import (
	"context"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

const (
	reachKind   = "enrol.reach"
	reachEvery  = 24 * time.Hour
	reachAtOnce = 200
)

// A sign of somebody is a session of his that is used, or a message that a phone or a mailbox of his took.
const signSince = `(EXISTS (SELECT 1 FROM session s JOIN account a ON a.id = s.account WHERE a.person = p.id AND a.person <> '' AND s.seen > `

const signByMessage = `) OR EXISTS (SELECT 1 FROM delivery d WHERE d.subject = p.id AND d.channel IN ('push', 'sms', 'mail', 'voice') AND (d.delivered > `

// sign writes the condition that there was a sign of professional p since the moment written so.
func sign(since string) string {
	return signSince + since + signByMessage + since + ` OR d.seen > ` + since + `)))`
}

// askReach asks the professionals of whom there was no sign for the time that their territory chose whether they can
// still be reached, once in that time. Most are never asked: what they receive and do has already told.
func (s *Service) askReach(tx *db.Tx, _ queue.Job) error {
	all, err := territory.All(tx)
	if err != nil {
		return err
	}
	again := reachEvery
	for _, t := range all {
		settings, err := territory.SettingsOf(tx, t.ID)
		if err != nil {
			return err
		}
		silent, err := db.All(tx, db.Value[string], `SELECT p.id FROM professional p WHERE p.territory = $1 AND p.active = TRUE AND p.created < $2
			AND NOT EXISTS (SELECT 1 FROM reach_check c WHERE c.person = p.id AND c.asked > $2) AND NOT `+sign("$2")+` ORDER BY p.id LIMIT $3`,
			t.ID, db.Ms(tx.Now().Add(-settings.ReachEvery)), int64(reachAtOnce))
		if err != nil {
			return err
		}
		if err := s.askAll(tx, t.ID, silent); err != nil {
			return err
		}
		if len(silent) == reachAtOnce {
			again = time.Second
		}
	}
	return queue.Snooze(again)
}

func (s *Service) askAll(tx *db.Tx, of territory.ID, people []string) error {
	notices := make([]notify.Notice, len(people))
	for i, id := range people {
		notices[i] = notify.Notice{Territory: string(of), Subject: notify.Subject{Kind: notify.Professional, ID: id}, Topic: notify.EnrolReach}
		err := tx.Write(`INSERT INTO reach_check (person, asked) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET asked = excluded.asked`, id, db.Ms(tx.Now()))
		if err != nil {
			return err
		}
	}
	return s.notify.Tell(tx, notices...)
}

// Silent is a professional who was asked whether he can be reached, and gave no sign since.
type Silent struct {
	ID, Name string
	Asked    time.Time
}

// silentMost bounds the list of Unreachable.
const silentMost = 200

// Unreachable lists the professionals of a territory who were asked longer ago than it allows and gave no sign since, the
// longest first. Only who administers the territory reads it.
func (s *Service) Unreachable(ctx context.Context, of string) (list []Silent, err error) {
	defer fault.Wrap(&err, "list who cannot be reached")
	if _, err := administrator(ctx, of); err != nil {
		return nil, err
	}
	err = s.db.View(ctx, func(tx *db.Tx) error {
		settings, err := territory.SettingsOf(tx, of)
		if err != nil {
			return err
		}
		list, err = db.All(tx, func(r db.Row) (x Silent, err error) {
			var given, family string
			var asked int64
			err = r.Scan(&x.ID, &given, &family, &asked)
			x.Name, x.Asked = given+" "+family, db.At(asked)
			return x, err
		}, `SELECT p.id, p.given_name, p.family_name, c.asked FROM reach_check c JOIN professional p ON p.id = c.person
			WHERE p.territory = $1 AND p.active = TRUE AND c.asked < $2 AND NOT `+sign("c.asked")+` ORDER BY c.asked, p.id LIMIT $3`,
			of, db.Ms(tx.Now().Add(-settings.ReachWait)), int64(silentMost))
		return err
	})
	return list, err
}
