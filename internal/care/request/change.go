package request

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db"
)

// Change is the need as it is to be from now on: all that an amendment may touch. The
// patient, his commune, the profession and the duty line stay; another need is another request.
type Change struct {
	Acts    []nomenclature.ActCode
	Mode    nomenclature.Mode
	Urgency nomenclature.Urgency
	// Start is when care is wanted; zero keeps what was wanted.
	Start     time.Time
	Frequency nomenclature.Frequency
	Days      int
	End       string // what ends the care besides, as in Care
	Motive    string
	// Prescription is where the prescription is; empty keeps what was said.
	Prescription Prescription
	// Blocks is what is written besides the motive; nil keeps it, save the answers about
	// acts that are no longer asked.
	Blocks *Blocks
	// Access is how one gets in at the patient's; nil leaves it as it is.
	Access *Access
}

// Blocks is what a form asks besides the motive: about a birth, a journey, the acts.
type Blocks struct {
	Maternity *Maternity
	Transport *Transport
	Answers   Answers
}

// Access is how one gets in at a patient's.
type Access struct{ Building, Floor, Door, Code, NameOnDoor string }

// AccessOf is the access that an identity holds.
func AccessOf(i patient.Identity) Access {
	return Access{Building: i.Building, Floor: i.Floor, Door: i.Door, Code: i.Code, NameOnDoor: i.NameOnDoor}
}

// changedDetail is where an act keeps which parts of the need it changed, never their values.
const changedDetail = "changed"

// The parts of a need, as the act of an amendment names them.
const (
	partActs      = "acts"
	partMode      = "mode"
	partUrgency   = "urgency"
	partStart     = "start"
	partFrequency = "frequency"
	partDays      = "days"
	partMotive    = "motive"
	partBlocks    = "blocks"
	partAccess    = "access"
)

// Changed names the parts of the need that the act changed: words for a page, no values.
func (a Done) Changed() []string {
	if a.Detail[changedDetail] == "" {
		return nil
	}
	return strings.Split(a.Detail[changedDetail], ",")
}

// amended is r as c wants it, with its details. Every fault comes back at once, each with its field.
func (st *step) amended(c Change, was Details) (Request, Details, error) {
	now, r := st.tx.Now(), st.r
	if c.Start.Equal(r.StartAt.Truncate(time.Minute)) {
		c.Start = time.Time{} // a form says minutes
	}
	if sameActs(c.Acts, r.Acts) {
		c.Acts = r.Acts // a form has an order of its own
	}
	details, care := was, r.Care
	details.Motive, details.Answers = c.Motive, was.Answers.About(c.Acts)
	if c.Blocks != nil {
		details.Maternity, details.Transport, details.Answers = c.Blocks.Maternity.Seen(now), c.Blocks.Transport, c.Blocks.Answers.About(c.Acts)
	}
	care.Frequency, care.Days, care.End = c.Frequency, c.Days, c.End
	care.Prescription = cmp.Or(c.Prescription, care.Prescription)
	a := Ask{Profession: r.Profession, Acts: c.Acts, Mode: c.Mode, Details: details, Care: care}
	faults := a.checkCare()
	if c.Blocks != nil {
		faults = append(faults, a.checkBlocks(now)...)
	}
	faults = append(faults, fault.Fields(checkStart(c.Start, now))...)
	there, err := st.prescriptionAttached()
	if err != nil {
		return r, details, err
	}
	said, unsaid := a.checkPrescription(there, st.settings)
	faults = append(faults, fault.Fields(unsaid)...)
	care.Prescription = said
	switch {
	case !urgent(c.Urgency):
		faults.Add(fault.Invalid("request.urgency", "urgency"))
	case c.Urgency == nomenclature.Planned && r.Urgency != nomenclature.Planned && c.Start.IsZero() && r.StartAt.Before(now):
		faults.Add(fault.Invalid("request.start_needed", "start"))
	}
	if err := faults.Err(); err != nil {
		return r, details, err
	}
	if !c.Start.IsZero() || c.Urgency != r.Urgency {
		start := c.Start
		if start.IsZero() {
			start = r.StartAt
		}
		t := DefaultTimes(c.Urgency, st.settings, start, now, st.zone)
		if c.Urgency == r.Urgency && c.Urgency != nomenclature.Planned && r.RespondWithin > 0 {
			t.RespondWithin = r.RespondWithin
		}
		r.StartAt, r.StartBy, r.RespondWithin = t.StartAt, t.StartBy, t.RespondWithin
	}
	r.Acts, r.Mode, r.Urgency, r.Care = c.Acts, c.Mode, c.Urgency, care
	return r, details, nil
}

// prescriptionAttached tells whether a prescription goes with the request already.
func (st *step) prescriptionAttached() (bool, error) {
	had, err := documentsOf(st.tx, st.r.ID)
	return slices.ContainsFunc(had, func(d Document) bool { return d.Kind == DocPrescription }), err
}

func sameActs(a, b []nomenclature.ActCode) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(code nomenclature.ActCode) bool { return !slices.Contains(b, code) })
}

// changedParts names what differs between two needs and their texts.
func changedParts(was, is Request, before, after Details) []string {
	var parts []string
	for _, p := range []struct {
		name    string
		differs bool
	}{
		{partActs, !slices.Equal(was.Acts, is.Acts)}, {partMode, was.Mode != is.Mode}, {partUrgency, was.Urgency != is.Urgency}, {partStart, !was.StartAt.Equal(is.StartAt)},
		{partFrequency, was.Care.Frequency != is.Care.Frequency}, {partDays, was.Care.Days != is.Care.Days || was.Care.End != is.Care.End}, {partMotive, before.Motive != after.Motive},
		{partBlocks, !before.sameBlocks(after)},
	} {
		if p.differs {
			parts = append(parts, p.name)
		}
	}
	return parts
}

// setAccess writes how one gets in at the patient's; it tells whether anything changed.
func (st *step) setAccess(a *Access) (bool, error) {
	if a == nil {
		return false, nil
	}
	p, err := st.s.patients.Open(st.tx, patient.Access{Action: "request.amend", Request: string(st.r.ID)}, st.r.Patient)
	if err != nil || AccessOf(p.Identity) == *a {
		return false, err
	}
	i := p.Identity
	i.Building, i.Floor, i.Door, i.Code, i.NameOnDoor = a.Building, a.Floor, a.Door, a.Code, a.NameOnDoor
	return true, st.s.patients.Change(st.tx, patient.Access{Request: string(st.r.ID)}, st.r.Patient, p.Version, i)
}

// openDetails opens the clinical texts of the request.
func (st *step) openDetails() (d Details, err error) {
	return d, st.s.vault.OpenJSON(st.tx, string(st.r.Patient), detailsPlace(st.r.ID), st.r.sealed, &d)
}

// change writes the need c wants, keeping what was asked before, and returns the parts
// that changed. A change of nothing is refused.
func (st *step) change(c Change) ([]string, error) {
	was, err := st.openDetails()
	if err != nil {
		return nil, err
	}
	next, details, err := st.amended(c, was)
	if err != nil {
		return nil, err
	}
	parts := changedParts(st.r, next, was, details)
	opened, err := st.setAccess(c.Access)
	if err != nil {
		return nil, err
	}
	if len(parts) > 0 {
		if err := st.keepVersion(); err != nil {
			return nil, err
		}
		if next.sealed, err = st.s.vault.SealJSON(st.tx, string(next.Patient), detailsPlace(next.ID), details); err != nil {
			return nil, err
		}
		st.r = next
		if err := writeNeed(st.tx, st.r); err != nil {
			return nil, err
		}
	}
	if opened {
		parts = append(parts, partAccess)
	}
	if len(parts) == 0 {
		return nil, fault.Invalid("request.amend_nothing", "")
	}
	return parts, nil
}

// reconfirmArgs is what the promise of a reconfirmation carries: the change that waits, in milliseconds.
type reconfirmArgs struct {
	Since int64 `json:"since"`
}

func sinceArgs(t time.Time) reconfirmArgs { return reconfirmArgs{Since: db.Ms(t)} }
