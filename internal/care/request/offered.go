package request

import (
	"slices"
	"time"

	"entractes/internal/care/directory"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
)

// offered lists what somebody may do now: what the table allows, save what would have
// nothing to act upon and what can only be read. until is when an acceptance may no longer be undone.
func offered(tx *db.Tx, r Request, s territory.Settings, rel Relation) (acts []Act, until time.Time, err error) {
	without := func(act Act) {
		acts = slices.DeleteFunc(acts, func(a Act) bool { return a == act })
	}
	over, err := readOnly(tx, r, s)
	if err != nil {
		return nil, until, err
	}
	acts = ActsLeft(ActsAllowed(r.State, rel.Parties()...), over)
	if slices.Contains(acts, ActUndo) {
		if until, err = undoUntil(tx, r, s); err != nil {
			return nil, until, err
		}
		if until.IsZero() {
			without(ActUndo)
		}
	}
	if r.State == Suspended && !rel.Carried {
		without(ActRelease)
	}
	if r.Provider.Kind != directory.KindStructure {
		without(ActNameComing) // a person comes himself
	}
	if !rel.Proposed {
		without(ActRetract)
	}
	if slices.Contains(acts, ActTakeProposal) {
		n, err := countOffers(tx, r.Dispatch, OfferProposed)
		if err != nil {
			return nil, until, err
		}
		if n == 0 {
			without(ActTakeProposal)
		}
	}
	if r.ToReconfirm.IsZero() {
		without(ActReconfirm)
		without(ActRefuseChange)
	}
	if slices.Contains(acts, ActOfferHandOver) {
		_, open, err := openHandOver(tx, r.ID)
		if err != nil {
			return nil, until, err
		}
		if open {
			without(ActOfferHandOver)
		} else {
			without(ActWithdrawHandOver)
		}
	}
	return acts, until, nil
}
