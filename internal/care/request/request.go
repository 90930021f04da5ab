package request

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/geo"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/care/rota"
	"entractes/internal/care/territory"
)

// The identifiers of this package. Nobody can guess one.
type (
	// ID is that of a request.
	ID string
	// OrderID is that of the requests made together.
	OrderID string
	// DispatchID is that of a round.
	DispatchID string
	// OfferID is that of one recipient asked in a round.
	OfferID string
	// ActID is that of one act of the timeline.
	ActID string
	// VisitID is that of a visit.
	VisitID string
	// ReportID is that of a care report.
	ReportID string
	// MessageID is that of a message of the thread.
	MessageID string
)

// Request is one care request as the database holds it. It carries nothing
// nominative: the patient is an id, and clinical texts stay sealed until Details opens them.
type Request struct {
	ID        ID
	Territory string
	Order     OrderID
	Patient   patient.ID
	State     State
	CameFrom  State

	Profession nomenclature.ProfessionCode
	Acts       []nomenclature.ActCode
	Mode       nomenclature.Mode
	Urgency    nomenclature.Urgency
	Commune    territory.CommuneCode
	Point      geo.Point
	StartAt    time.Time
	StartBy    time.Time
	// RespondWithin is the reply delay asked for.
	RespondWithin time.Duration
	Care          Care
	sealed        []byte

	From     From
	Dispatch DispatchID
	Provider Who

	Version    int64
	Created    time.Time
	Triggered  time.Time
	AcceptedAt time.Time
	StartedAt  time.Time
	Ended      time.Time
	ReplyBy    time.Time
	NextVisit  time.Time
	Reason     string
	// ToReconfirm is since when a change of the need waits for whoever carries the request; zero when none does.
	ToReconfirm time.Time
	once        string

	// Mandatory tells that the patient does not leave before somebody carries it.
	Mandatory bool
	// Follows is the request this one follows, and Kind how; empty for a first request.
	Follows ID
	Kind    Kind
	// EndsFollowed ends the series that a renewal follows, once the renewal is taken.
	EndsFollowed bool
}

// Care is how the care is to be given. Days 0 is a duration nobody knows yet (EA-057).
type Care struct {
	Frequency nomenclature.Frequency `json:"frequency"`
	Days      int                    `json:"days"`
	// End is the code of what ends the care besides a number of days, or empty.
	End string `json:"end,omitempty"`
	// Line, when set, asks a duty line and nobody else.
	Line rota.LineID `json:"line,omitempty"`
	// Prescription says where it is; acts that need one want it said.
	Prescription Prescription `json:"prescription,omitempty"`
	// Networks, when there are some, ask their members only, and the patient's usual team.
	Networks []string `json:"networks,omitempty"`
}

// From is who asked: a person, and the service or cabinet he asked for.
type From struct {
	Account string
	Person  string
	Service string
	Name    string
	// Role is what the people asked read: « Maternité A », « Médecin généraliste ».
	Role  string
	Phone string
}

// Who is a person or structure of the directory, with the name it had then.
type Who struct {
	directory.Subject
	Name string
}

// Details are the clinical texts of a request, sealed with the patient's key.
type Details struct {
	Motive    string     `json:"motive,omitempty"`
	Maternity *Maternity `json:"maternity,omitempty"`
	Transport *Transport `json:"transport,omitempty"`
	Answers   Answers    `json:"answers,omitempty"`
	// Form is what the form of a draft held, as it was typed; nothing of it is kept once the request is triggered.
	Form map[string][]string `json:"form,omitempty"`
}

// Maternity is the block shown when it is relevant. Date is the birth, past or expected.
type Maternity struct {
	Date          civil.Day `json:"date,omitzero"`
	MotherAndBaby bool      `json:"mother_and_baby"`
	PostPartum    bool      `json:"post_partum"`
	Expected      bool      `json:"expected,omitempty"` // Date was still to come when it was written
	Birth         Birth     `json:"birth,omitempty"`
	Parity        int       `json:"parity,omitempty"`
	Multiple      bool      `json:"multiple,omitempty"`
	BabyGrams     int       `json:"baby_grams,omitempty"`
}

// Round is one search with one possible winner.
type Round struct {
	ID          DispatchID
	Territory   string
	Request     ID
	Number      int
	State       RoundState
	Opened      time.Time
	ReplyBy     time.Time
	Wave        int
	Waves       int
	Planned     Planned
	ShortNotice bool
	Closed      time.Time
	Reason      string
	Version     int64
}

// Undone tells whether the round ended because its acceptance was taken back at once, which is no release.
func (d Round) Undone() bool { return d.State == RoundReleased && d.Reason == undone }

// Planned is what is kept of a round's plan beside the people: when each wave is due,
// and how many people were not asked, by reason.
type Planned struct {
	At         []int64         `json:"at"`
	Counts     map[Verdict]int `json:"counts,omitempty"`
	UsualAlone bool            `json:"usual_alone,omitempty"`
	// Unreached tells that the desk knows that nobody can be told.
	Unreached bool `json:"unreached,omitempty"`
}

// Offer is one recipient asked in a round and holds his decision only; whether he was
// reached is read from the deliveries about it.
type Offer struct {
	ID       OfferID
	Dispatch DispatchID
	Request  ID
	To       Who
	Line     rota.LineID
	Wave     int
	Rank     int
	Usual    bool
	// Replaces is the member of the usual team in whose place he is asked; empty for the others.
	Replaces string
	Km       float64
	State    OfferState
	Asked    time.Time
	Decided  time.Time
	Reason   string
	Why      []string
}

// Done is one act of the timeline.
type Done struct {
	ID       ActID
	Act      Act
	At       time.Time
	Account  string
	Person   string
	Name     string
	Role     string
	OnBehalf string
	From, To State
	Dispatch DispatchID
	Offer    OfferID
	Reason   string
	Detail   map[string]string
}

// need is what matching reads of r.
func (r Request) need(zone civil.Zone) Need {
	return Need{
		Profession: r.Profession, Acts: r.Acts, Mode: r.Mode, Urgency: r.Urgency, Commune: r.Commune, Point: r.Point,
		StartAt: r.StartAt, StartBy: r.StartBy, RespondWithin: r.RespondWithin, Line: r.Care.Line, Networks: r.Care.Networks, Zone: zone,
	}
}
