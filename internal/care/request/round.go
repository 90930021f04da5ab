package request

import (
	"strconv"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/ident"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// waveArgs is what the promise of a wave carries.
type waveArgs struct {
	Wave int `json:"wave"`
}

// openRound starts a search: it plans, asks the first wave, and promises the next ones
// and the deadline. When nobody matches the request is unfilled at once, with its
// reason. leftOut are the people asked last of all.
func (st *step) openRound(leftOut map[directory.Subject]bool) error {
	tx, now := st.tx, st.tx.Now()
	all, err := st.candidates(leftOut, "")
	if err != nil {
		return err
	}
	number, err := nextRound(tx, st.r.ID)
	if err != nil {
		return err
	}
	if err := markAgain(tx, st.r.ID, number, all); err != nil {
		return err
	}
	plan := MakePlan(st.r.need(st.zone), all, st.settings, now, now)
	d := Round{
		ID: ident.New[DispatchID](now), Territory: st.r.Territory, Request: st.r.ID, Number: number, State: RoundOpen,
		Opened: now, ReplyBy: plan.ReplyBy, Wave: 1, Waves: len(plan.Waves), ShortNotice: plan.ShortNotice, Version: 1,
		Planned: Planned{UsualAlone: plan.UsualAlone, Counts: map[Verdict]int{}},
	}
	for _, w := range plan.Waves {
		d.Planned.At = append(d.Planned.At, db.Ms(w.At))
	}
	elsewhere, err := st.countElsewhere(all)
	if err != nil {
		return err
	}
	if elsewhere > 0 {
		d.Planned.Counts[VerdictSector] = elsewhere
	}
	if err := insertRound(tx, d); err != nil {
		return err
	}
	if err := insertReasons(tx, d.ID, plan.Judged); err != nil {
		return err
	}
	if err := st.showBorder(plan.Judged); err != nil {
		return err
	}
	st.r.Dispatch, st.r.ReplyBy, st.r.Reason, st.done.Dispatch = d.ID, d.ReplyBy, "", d.ID
	st.r.Provider, st.r.AcceptedAt, st.r.StartedAt, st.r.Ended, st.r.NextVisit = Who{}, time.Time{}, time.Time{}, time.Time{}, time.Time{}
	st.r.CameFrom = ""
	if len(plan.Waves) == 0 {
		st.done.Detail = map[string]string{"asked": "0"}
		return nil // exhaustAtOnce follows, once the act itself is written
	}
	st.done.Detail = map[string]string{"asked": strconv.Itoa(len(plan.Waves[0].Who)), "all": strconv.Itoa(plan.Asked()), "waves": strconv.Itoa(len(plan.Waves))}
	if err := st.ask(d, plan.Waves[0].Who, 1); err != nil {
		return err
	}
	if err := st.promiseWave(d, 2); err != nil {
		return err
	}
	if err := st.watchDuty(d); err != nil {
		return err
	}
	if err := st.s.queue.Promise(tx, jobDeadline, string(d.ID), d.ReplyBy, nil); err != nil {
		return err
	}
	if d.ShortNotice || st.unheard(plan) {
		return st.tellDesk(notify.RequestShort)
	}
	return nil
}

// countElsewhere counts the people of the profession whose coverage does not reach the commune.
func (st *step) countElsewhere(known []Candidate) (int, error) {
	if st.r.Care.Line != "" {
		return 0, nil
	}
	n, err := directory.CountByProfession(st.tx, st.r.Territory, st.r.Profession)
	return max(0, n-len(known)), err
}

// ask makes the offers of a wave and tells the people, all before any is sent.
func (st *step) ask(d Round, who []Judged, wave int) error {
	offers := make([]Offer, len(who))
	for i, j := range who {
		offers[i] = Offer{
			ID: ident.New[OfferID](st.tx.Now()), Dispatch: d.ID, Request: st.r.ID, To: Who{Subject: j.Subject, Name: j.Name}, Line: j.Line,
			Wave: wave, Rank: i + 1, Usual: j.Usual, Replaces: j.Replaces, Km: j.Km, State: OfferPending, Asked: st.tx.Now(), Why: j.reasons(st.r),
		}
	}
	if err := insertOffers(st.tx, st.r.Territory, offers...); err != nil {
		return err
	}
	return st.tellOffers(d, offers)
}

// reasons lists, by code, why somebody is asked: what « pourquoi moi ? » shows.
func (j Judged) reasons(r Request) []string {
	var why []string
	if j.Again {
		why = append(why, "changed")
	}
	switch {
	case j.Line != "":
		why = append(why, "on_duty")
	case j.First:
		why = append(why, "renewal")
	case j.Replaces != "":
		why = append(why, "replaces")
	case j.Usual:
		why = append(why, "usual_team")
	case j.Covers:
		why = append(why, "covers_commune")
	default:
		why = append(why, "within_radius")
	}
	if len(r.Care.Networks) > 0 && directory.InNetworks(j.Networks, r.Care.Networks) {
		why = append(why, "network")
	}
	if j.Neighbour && !j.Usual {
		why = append(why, "neighbour")
	}
	why = append(why, "profession", "mode")
	if len(r.Acts) > 0 {
		why = append(why, "acts")
	}
	if j.Line == "" {
		why = append(why, "available")
	}
	return why
}

// promiseWave promises wave n of a round, when its plan has one.
func (st *step) promiseWave(d Round, n int) error {
	if n > len(d.Planned.At) {
		return nil
	}
	return st.s.queue.Promise(st.tx, jobWave, string(d.ID), db.At(d.Planned.At[n-1]), waveArgs{Wave: n})
}

// candidates reads everyone who might be asked in a round of the request, under way or about to open.
func (st *step) candidates(leftOut map[directory.Subject]bool, round DispatchID) ([]Candidate, error) {
	return st.s.candidates(st.tx, st.r, st.settings, leftOut, round)
}

// candidates reads everyone who might be asked: the members on duty of the line asked
// for, or the usual team and the people whose coverage reaches the commune.
// Those whom the patient opposes are among them, marked so. round is the one under way, or empty.
func (s *Service) candidates(tx *db.Tx, r Request, settings territory.Settings, leftOut map[directory.Subject]bool, round DispatchID) ([]Candidate, error) {
	all, err := s.reachable(tx, r, settings, leftOut, round)
	if err != nil || r.Patient == "" {
		return all, err
	}
	held, err := patient.OppositionsOf(tx, r.Patient)
	for i := range all {
		all[i].Opposed = held.All() || held.Against(all[i].Subject, all[i].Profession)
	}
	return all, err
}

func (s *Service) reachable(tx *db.Tx, r Request, settings territory.Settings, leftOut map[directory.Subject]bool, round DispatchID) ([]Candidate, error) {
	if r.Care.Line != "" {
		return lineCandidates(tx, r, leftOut)
	}
	query := directory.Query{Territory: r.Territory, Profession: r.Profession, Commune: r.Commune, Point: r.Point}
	usual, err := usualCandidates(tx, r, query)
	if err != nil {
		return nil, err
	}
	found, err := directory.Candidates(tx, query)
	if err != nil {
		return nil, err
	}
	all := usual
	onDuty, err := onDutyNow(tx, r)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		all = append(all, Candidate{Candidate: c})
	}
	if all, err = withFirst(tx, r, query, all); err != nil {
		return nil, err
	}
	for i := range all {
		all[i].LeftOut, all[i].OnDuty = leftOut[all[i].Subject], onDuty[all[i].Subject]
	}
	if err := shareBorder(tx, r, settings, all); err != nil {
		return nil, err
	}
	return all, s.countAlerts(tx, r, settings, all, round)
}

func usualCandidates(tx *db.Tx, r Request, q directory.Query) ([]Candidate, error) {
	if r.Patient == "" {
		return nil, nil // a preview for somebody who is not known yet
	}
	team, err := patient.TeamOf(tx, r.Patient)
	if err != nil {
		return nil, err
	}
	var subjects []directory.Subject
	for _, m := range team {
		if m.Current(tx.Now()) && m.Profession == r.Profession && m.Subject.ID != "" {
			subjects = append(subjects, m.Subject)
		}
	}
	found, err := directory.CandidatesOf(tx, q, subjects)
	if err != nil {
		return nil, err
	}
	var out []Candidate
	for _, c := range found {
		out = append(out, Candidate{Candidate: c, Usual: true})
	}
	return withReplacements(tx, r, q, out)
}

// system is the product acting by itself on a request.
var system = actor.System("dispatch")
