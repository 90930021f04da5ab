package supervise

import (
	"encoding/json"
	"strconv"
	"time"

	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// row is a Row before it is opened.
type row struct {
	Row
	sealed []byte
}

func scanRow(r db.Row) (v row, err error) {
	var startAt, startBy, within, created, triggered, accepted, started, ended, next, reconfirm, opened, reply, closed, reported int64
	var care string
	q := &v.Request
	err = r.Scan(&q.ID, &q.Territory, &q.Patient, &q.State, &q.CameFrom, &q.Profession, &q.Mode, &q.Urgency, &q.Commune, &startAt, &startBy, &within, &care, &v.sealed,
		&q.From.Service, &q.From.Person, &q.From.Account, &q.From.Name, &q.From.Role, &q.From.Phone, &q.Dispatch, &q.Provider.Kind, &q.Provider.ID, &q.Provider.Name,
		&q.Version, &created, &triggered, &accepted, &started, &ended, &next, &reconfirm, &q.Reason,
		&v.Round.Number, &v.Round.State, &v.Round.Wave, &v.Round.Waves, &opened, &reply, &closed, &reported)
	if err != nil {
		return v, err
	}
	q.StartAt, q.StartBy, q.RespondWithin = db.At(startAt), db.At(startBy), time.Duration(within)*time.Millisecond
	q.Created, q.Triggered, q.AcceptedAt, q.StartedAt, q.Ended, q.NextVisit = db.At(created), db.At(triggered), db.At(accepted), db.At(started), db.At(ended), db.At(next)
	q.ToReconfirm = db.At(reconfirm)
	v.Round.Opened, v.Round.ReplyBy, v.Round.Closed, v.Reported = db.At(opened), db.At(reply), db.At(closed), db.At(reported)
	q.ReplyBy = v.Round.ReplyBy
	return v, json.Unmarshal([]byte(care), &q.Care)
}

// readRows reads requests by their ids, newest first, with everything that is not sealed
// of the six columns. The number of queries does not depend on the ids.
func (s *Service) readRows(tx *db.Tx, within scope, ids []request.ID) ([]row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := db.All(tx, scanRow, `SELECT r.id, r.territory, r.patient, r.state, r.came_from, r.profession, r.mode, r.urgency, r.commune, r.start_at, r.start_by,
		r.respond_within, r.need, r.details, r.service, r.requester, r.account, r.requester_name, r.requester_role, r.requester_phone, r.dispatch,
		r.provider_kind, r.provider, r.provider_name, r.version, r.created, r.triggered, r.accepted, r.started, r.ended, r.next_visit, r.to_reconfirm, r.reason,
		COALESCE(d.number, 0), COALESCE(d.state, ''), COALESCE(d.wave, 0), COALESCE(d.waves, 0), COALESCE(d.opened, 0), COALESCE(d.reply_by, 0), COALESCE(d.closed, 0),
		(SELECT COALESCE(max(p.created), 0) FROM report p WHERE p.request = r.id)
		FROM request r LEFT JOIN dispatch d ON d.id = r.dispatch WHERE r.id IN `+db.In(1, len(ids))+` ORDER BY r.created DESC, r.id DESC`, db.Args(ids)...)
	if err != nil {
		return nil, err
	}
	if err := readActs(tx, rows, ids); err != nil {
		return nil, err
	}
	if err := countOffers(tx, rows); err != nil {
		return nil, err
	}
	if err := countReached(tx, rows); err != nil {
		return nil, err
	}
	if err := readCards(tx, rows); err != nil {
		return nil, err
	}
	if err := readLines(tx, rows); err != nil {
		return nil, err
	}
	if err := judge(tx, within, rows, ids); err != nil {
		return nil, err
	}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = string(r.Request.Patient)
	}
	return rows, s.vault.Prefetch(tx, keys)
}

// judge tells what is wrong with rows by the rules of their territory, who looks after them and what was left about them.
func judge(tx *db.Tx, within scope, rows []row, ids []request.ID) error {
	notes, err := countNotes(tx, within, ids)
	if err != nil {
		return err
	}
	rules := map[string]territory.Settings{}
	for i, r := range rows {
		settings, known := rules[r.Territory]
		if !known {
			if settings, err = territory.SettingsOf(tx, r.Territory); err != nil {
				return err
			}
			rules[r.Territory] = settings
		}
		rows[i].Risk = RiskOf(r.Request, r.Round, tx.Now(), settings.ReadOnly)
		rows[i].ReadOnly = request.ReadOnly(r.State, restingSince(r.Request, r.Round), tx.Now(), settings.ReadOnly)
		rows[i].Notes = notes[r.ID]
	}
	had, err := owners(tx, within, ids, 0)
	for i, r := range rows {
		rows[i].Owner = had[r.ID]
		rows[i].Owner.Stale = !rows[i].Owner.Nobody() && !tx.Now().Before(rows[i].Owner.Since.Add(rules[r.Territory].OwnerStale))
	}
	return err
}

func readActs(tx *db.Tx, rows []row, ids []request.ID) error {
	at := make(map[request.ID]int, len(rows))
	for i, r := range rows {
		at[r.ID] = i
	}
	type item struct {
		request request.ID
		act     nomenclature.ActCode
	}
	items, err := db.All(tx, func(r db.Row) (v item, err error) { return v, r.Scan(&v.request, &v.act) },
		`SELECT request, act FROM request_item WHERE request IN `+db.In(1, len(ids))+` ORDER BY request, rank`, db.Args(ids)...)
	for _, v := range items {
		if i, ok := at[v.request]; ok {
			rows[i].Acts = append(rows[i].Acts, v.act)
		}
	}
	return err
}

// byRound returns the places of rows by their current round.
func byRound(rows []row) (ids []any, at map[request.DispatchID]int) {
	at = make(map[request.DispatchID]int, len(rows))
	for i, r := range rows {
		if r.Dispatch != "" {
			ids, at[r.Dispatch] = append(ids, string(r.Dispatch)), i
		}
	}
	return ids, at
}

type roundCount struct {
	round  request.DispatchID
	first  int
	second int
}

func scanCount(r db.Row) (v roundCount, err error) { return v, r.Scan(&v.round, &v.first, &v.second) }

func countOffers(tx *db.Tx, rows []row) error {
	ids, at := byRound(rows)
	if len(ids) == 0 {
		return nil
	}
	counts, err := db.All(tx, scanCount, `SELECT dispatch, count(*), COALESCE(sum(CASE WHEN state = 'declined' THEN 1 ELSE 0 END), 0)
		FROM offer WHERE dispatch IN `+db.In(1, len(ids))+` GROUP BY dispatch`, ids...)
	for _, c := range counts {
		rows[at[c.round]].Counts.Asked, rows[at[c.round]].Counts.Declined = c.first, c.second
	}
	return err
}

// countReached counts as notify.CountReach does: each subject by his best channel, and
// an inbox only once it was looked at.
func countReached(tx *db.Tx, rows []row) error {
	ids, at := byRound(rows)
	if len(ids) == 0 {
		return nil
	}
	solicits := "$" + strconv.Itoa(len(ids)+1)
	counts, err := db.All(tx, scanCount, `SELECT dispatch, COALESCE(sum(CASE WHEN best > 0 THEN 1 ELSE 0 END), 0), COALESCE(sum(CASE WHEN best > 1 THEN 1 ELSE 0 END), 0)
		FROM (SELECT dispatch, subject_kind, subject,
			max(CASE WHEN state = 'seen' THEN 2 WHEN state = 'sent' OR state = 'delivered' AND channel <> 'inbox' THEN 1 ELSE 0 END) AS best
			FROM delivery WHERE dispatch IN `+db.In(1, len(ids))+` AND dispatch <> '' AND solicits = `+solicits+` GROUP BY dispatch, subject_kind, subject) s
		GROUP BY dispatch`, append(ids, true)...)
	for _, c := range counts {
		rows[at[c.round]].Counts.Reached, rows[at[c.round]].Counts.Seen = c.first, c.second
	}
	return err
}

// readCards reads who provides and which service asked, as the directory knows them today.
func readCards(tx *db.Tx, rows []row) error {
	var wanted []directory.Subject
	service := func(r row) directory.Subject {
		return directory.Subject{Kind: directory.KindStructure, ID: r.From.Service}
	}
	for _, r := range rows {
		for _, s := range []directory.Subject{r.Provider.Subject, service(r)} {
			if !s.IsZero() {
				wanted = append(wanted, s)
			}
		}
	}
	cards, err := directory.ByIDs(tx, wanted)
	for i, r := range rows {
		rows[i].Card, rows[i].Service = cards[r.Provider.Subject], cards[service(r)]
	}
	return err
}

func readLines(tx *db.Tx, rows []row) error {
	var ids []any
	for _, r := range rows {
		if r.Care.Line != "" {
			ids = append(ids, string(r.Care.Line))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	type line struct {
		id   rota.LineID
		name string
	}
	lines, err := db.All(tx, func(r db.Row) (v line, err error) { return v, r.Scan(&v.id, &v.name) },
		`SELECT id, name FROM duty_line WHERE id IN `+db.In(1, len(ids)), ids...)
	names := make(map[rota.LineID]string, len(lines))
	for _, l := range lines {
		names[l.id] = l.name
	}
	for i, r := range rows {
		rows[i].Line = names[r.Care.Line]
	}
	return err
}
