package request

import (
	"entractes/internal/base/actor"
)

// Who may see what of a request is this table and nothing else (interop §8 of the product): what somebody is to
// the request, and which fields that opens, when. Pages show what SightOf says; docs/access.md is written from it.

// Field is something of a request that may be seen; several are added.
type Field uint16

// The fields.
const (
	FieldNeed      Field = 1 << iota // commune, acts, mode, frequency, duration, start, delays, requester's service
	FieldName                        // first and last name of the patient
	FieldIdentity                    // birth, phone, address, access to his home
	FieldMotive                      // motive, clinical blocks, notes of visits
	FieldReports                     // care reports
	FieldDocuments                   // what was attached
	FieldMessages                    // what the two sides wrote to each other
	FieldTimeline                    // every act; otherwise one's own and the state
	FieldAnswers                     // who answered what; otherwise counts
)

const (
	fieldsOfFile = FieldNeed | FieldName | FieldIdentity | FieldTimeline
	fieldsOfCare = FieldMotive | FieldReports | FieldDocuments
)

// Quality is what somebody is to one request; several are added. A person may hold several, and what they open is added.
type Quality uint32

// The qualities.
const (
	QualityRequester Quality = 1 << iota
	QualityProvider
	QualityStands     // performs the acts of an outsider who carries it
	QualityGP         // the registered GP of the patient
	QualityUsual      // of the usual team of the patient
	QualityReplaces   // asked in the place of one of them
	QualityRecipient  // asked, and has not answered
	QualityAsked      // asked once, whatever he answered
	QualityColleague  // named to take over
	QualitySupervisor // supervises the territory
	QualityClinical   // supervises this profession there
	QualityGlass      // opened the file for an emergency
	QualityOperator   // operates the call desk of the territory
	QualityNeighbour  // supervises or operates a territory at its border
	QualitySystem
)

// opening is one row of the table: what a quality opens always, or only then.
type opening struct {
	Quality Quality // all of them are held

	Always    Field
	Open      Field // until the request is closed
	Searching Field // while somebody is searched
	Carried   Field // once somebody carries it, and when it was completed
	Named     Field // when the territory lets the usual team read the name (usual.sees_name)
}

// openings is the table.
var openings = []opening{
	{Quality: QualityRequester, Always: fieldsOfFile | fieldsOfCare | FieldMessages},
	{Quality: QualityProvider, Always: fieldsOfFile | fieldsOfCare | FieldMessages},
	{Quality: QualityStands, Always: FieldMessages},
	{Quality: QualityGP, Always: fieldsOfFile | FieldMotive | FieldReports},
	{Quality: QualityUsual, Always: FieldNeed | FieldTimeline, Carried: fieldsOfFile | fieldsOfCare},
	{Quality: QualityUsual | QualityAsked, Named: FieldName},
	{Quality: QualityReplaces, Always: FieldTimeline, Named: FieldName},
	{Quality: QualityRecipient, Always: FieldNeed},
	{Quality: QualityAsked, Searching: FieldNeed},
	{Quality: QualityColleague, Always: FieldNeed},
	{Quality: QualitySupervisor, Always: fieldsOfFile | FieldAnswers},
	{Quality: QualityClinical, Always: fieldsOfCare},
	{Quality: QualityGlass, Always: fieldsOfCare | FieldMessages},
	{Quality: QualityOperator, Always: fieldsOfFile, Open: fieldsOfCare | FieldMessages},
	{Quality: QualityNeighbour, Always: FieldNeed | FieldTimeline},
	{Quality: QualitySystem, Always: fieldsOfFile | fieldsOfCare | FieldMessages | FieldAnswers},
}

// What each role of the vocabulary (§15) may be to a request. Roles that are not here, and those that hold nothing, are
// nothing to any request: whoever administers, audits or manages users never reads one, whatever else he is.
const (
	asking     = QualityRequester | QualityProvider | QualityGP | QualityUsual | QualityReplaces | QualityRecipient | QualityAsked | QualityColleague
	overseeing = QualityRequester | QualityStands | QualitySupervisor | QualityClinical | QualityGlass | QualityNeighbour
)

var roleQualities = map[actor.Role]Quality{
	actor.RoleProfessional:         asking,
	actor.RoleSecretary:            asking, // of the professional acted for
	actor.RoleService:              asking,
	actor.RoleDischargeCoordinator: asking,
	actor.RoleOperator:             QualityRequester | QualityStands | QualityOperator | QualityGlass | QualityNeighbour,
	actor.RoleSupervisorDoctor:     overseeing,
	actor.RoleSupervisorNurse:      overseeing,
	actor.RoleSupervisorMidwife:    overseeing,
	actor.RoleSystem:               QualitySystem,
	actor.RoleStructureManager:     0,
	actor.RoleTerritoryAdmin:       0,
	actor.RolePlatformAdmin:        0,
	actor.RoleAuditor:              0,

	// Not there yet: nothing is open to them.
	"ASSISTANT": 0, "REGULATEUR": 0, "OSNP_ARM": 0, "EXPERT": 0, "TELESURVEILLANT": 0, "MEDECIN_TELESURVEILLANCE": 0,
	"ECOUTANT_SPS": 0, "STATISTICIEN": 0, "API_CLIENT": 0, "PATIENT_LIEN": 0, "INVITE": 0,
}

// holds are the qualities of a relation.
func (rel *Relation) holds() []held {
	return []held{
		{QualityRequester, &rel.Requester}, {QualityProvider, &rel.Provider}, {QualityStands, &rel.Stands}, {QualityGP, &rel.GP}, {QualityUsual, &rel.Usual}, {QualityReplaces, &rel.Replaces},
		{QualityRecipient, &rel.Recipient}, {QualityAsked, &rel.Asked}, {QualityColleague, &rel.Colleague}, {QualitySupervisor, &rel.Supervisor}, {QualityClinical, &rel.Clinical},
		{QualityGlass, &rel.Glass}, {QualityOperator, &rel.Operator}, {QualityNeighbour, &rel.Neighbour}, {QualitySystem, &rel.System},
	}
}

type held struct {
	quality Quality
	is      *bool
}

// Qualities are all those of a relation.
func (rel Relation) Qualities() (q Quality) {
	for _, h := range rel.holds() {
		if *h.is {
			q |= h.quality
		}
	}
	return q
}

// within leaves of a relation what the roles of somebody may be.
func (rel Relation) within(roles []actor.Role) Relation {
	var may Quality
	for _, r := range roles {
		may |= roleQualities[r]
	}
	for _, h := range rel.holds() {
		*h.is = *h.is && may&h.quality != 0
	}
	rel.Proposed = rel.Proposed && rel.Asked
	return rel
}

// Sight is which fields of a request somebody may read.
type Sight struct {
	Need, Name, Identity, Motive, Reports, Documents, Messages, Timeline, Answers bool
}

// SightOf derives what a relation may read of a request in a state. nameToUsual is the
// territory's setting: a member of the usual team reads first and last name when asked.
func SightOf(rel Relation, state State, nameToUsual bool) Sight {
	var seen Field
	is := rel.Qualities()
	for _, o := range openings {
		if is&o.Quality != o.Quality {
			continue
		}
		seen |= o.Always
		if !state.Terminal() {
			seen |= o.Open
		}
		if state == Searching {
			seen |= o.Searching
		}
		if rel.Carried && state.InCharge() || state == Completed {
			seen |= o.Carried
		}
		if nameToUsual {
			seen |= o.Named
		}
	}
	has := func(f Field) bool { return seen&f != 0 }
	return Sight{
		Need: has(FieldNeed), Name: has(FieldName), Identity: has(FieldIdentity), Motive: has(FieldMotive), Reports: has(FieldReports), Documents: has(FieldDocuments),
		Messages: has(FieldMessages), Timeline: has(FieldTimeline), Answers: has(FieldAnswers),
	}
}
