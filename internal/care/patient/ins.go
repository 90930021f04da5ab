package patient

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/fold"
)

// INSStatus tells how far an identity was verified. The four statuses of the national
// rules exclude each other.
type INSStatus string

// The statuses of an identity: provisional, fetched from the national service, proved by
// a document, both.
const (
	INSProvisional INSStatus = "PROV"
	INSFetched     INSStatus = "RECUP"
	INSValidated   INSStatus = "VALI"
	INSQualified   INSStatus = "QUAL"
)

// insMoves is every status that may follow another. A verification is added or taken back
// one at a time; a hospital that has done both may say so at once; everything may fall
// back to provisional.
var insMoves = map[INSStatus][]INSStatus{
	INSProvisional: {INSFetched, INSValidated, INSQualified},
	INSFetched:     {INSQualified, INSProvisional},
	INSValidated:   {INSQualified, INSProvisional},
	INSQualified:   {INSFetched, INSValidated, INSProvisional},
}

// INSStatuses are the statuses, the least verified first.
func INSStatuses() []INSStatus {
	return []INSStatus{INSProvisional, INSFetched, INSValidated, INSQualified}
}

// MayBecome tells whether an identity of this status may have the other next.
func (s INSStatus) MayBecome(next INSStatus) bool {
	return s == next && s.known() || slices.Contains(insMoves[s], next)
}

func (s INSStatus) known() bool { return slices.Contains(INSStatuses(), s) }

// Fetched tells whether the national service answered for this identity: it then holds a matricule.
func (s INSStatus) Fetched() bool { return s == INSFetched || s == INSQualified }

// Proved tells whether a document of high trust was seen.
func (s INSStatus) Proved() bool { return s == INSValidated || s == INSQualified }

// OID says what a matricule is: the number at the civil register, the one in waiting, or
// one of those made for tests and demonstrations.
type OID string

// The identifiers of the matricules.
const (
	OIDNIR  OID = "1.2.250.1.213.1.4.8"
	OIDNIA  OID = "1.2.250.1.213.1.4.9"
	OIDTest OID = "1.2.250.1.213.1.4.10"
	OIDDemo OID = "1.2.250.1.213.1.4.11"
)

// OIDs are those a matricule may have.
func OIDs() []OID { return []OID{OIDNIR, OIDNIA, OIDTest, OIDDemo} }

// INS is a matricule of the national health identity: thirteen characters, then its key.
type INS struct {
	Matricule string `json:"matricule,omitempty"`
	OID       OID    `json:"oid,omitempty"`
}

// IsZero tells whether there is none.
func (n INS) IsZero() bool { return n == INS{} }

// String is « 2 62 08 75 032 039 77 », as people read it to each other.
func (n INS) String() string {
	m := n.Matricule
	if len(m) != 15 {
		return m
	}
	return strings.Join([]string{m[:1], m[1:3], m[3:5], m[5:7], m[7:10], m[10:13], m[13:]}, " ")
}

// matriculeForm is sex, year, month (also those of births whose month is not known), department and
// commune, order, key.
var matriculeForm = regexp.MustCompile(`^[1-478]\d{4}(\d{2}|2[AB])\d{8}$`)

// Normalize leaves of a matricule its characters.
func (n INS) Normalize() INS {
	n.Matricule = strings.ToUpper(strings.NewReplacer(" ", "", ".", "", "-", "", "\u00a0", "", "\u202f", "").Replace(n.Matricule))
	return n
}

// Check wants fifteen characters whose key is right, and what kind of number it is.
func (n INS) Check() *fault.Error {
	switch {
	case !matriculeForm.MatchString(n.Matricule):
		return fault.Invalid("patient.ins_matricule", "ins")
	case Key(n.Matricule[:13]) != n.Matricule[13:]:
		return fault.Invalid("patient.ins_key", "ins")
	case !slices.Contains(OIDs(), n.OID):
		return fault.Invalid("patient.ins_oid", "ins_oid")
	}
	return nil
}

// Key is the two digits that end a matricule of thirteen characters: 97 less the rest of
// its division by 97, Corsica counting as department 19 or 18. It is empty for anything else.
func Key(matricule string) string {
	if len(matricule) != 13 {
		return ""
	}
	switch matricule[5:7] {
	case "2A":
		matricule = matricule[:5] + "19" + matricule[7:]
	case "2B":
		matricule = matricule[:5] + "18" + matricule[7:]
	}
	n, err := strconv.ParseUint(matricule, 10, 64)
	if err != nil {
		return ""
	}
	key := strconv.FormatUint(97-n%97, 10)
	return strings.Repeat("0", 2-len(key)) + key
}

// Document is what proves an identity: those the national rules trust.
type Document string

// The documents. A birth record is for a child, with a document of one of his parents.
const (
	DocumentIDCard      Document = "id_card"
	DocumentPassport    Document = "passport"
	DocumentPermit      Document = "residence_permit"
	DocumentBirthRecord Document = "birth_record"
	DocumentDigital     Document = "digital"
)

// Documents lists them.
func Documents() []Document {
	return []Document{DocumentIDCard, DocumentPassport, DocumentPermit, DocumentBirthRecord, DocumentDigital}
}

// Proof is how an identity was verified. What its status does not need is left out.
type Proof struct {
	Document  Document  `json:"document,omitempty"`
	SeenOn    civil.Day `json:"seen_on,omitzero"`
	FetchedOn civil.Day `json:"fetched_on,omitzero"`
	// FetchedBy is who asked the national service: the establishment or the software it comes from.
	FetchedBy string `json:"fetched_by,omitempty"`
}

func (p Proof) of(s INSStatus) Proof {
	if !s.Proved() {
		p.Document, p.SeenOn = "", civil.Day{}
	}
	if !s.Fetched() {
		p.FetchedOn, p.FetchedBy = civil.Day{}, ""
	}
	p.FetchedBy = strings.Join(strings.Fields(p.FetchedBy), " ")
	return p
}

// checkINS applies the rules of the status, of its attributes, and of what it needs.
func (i Identity) checkINS(today civil.Day) (l fault.List) {
	if !i.INSStatus.known() {
		l.Add(fault.Invalid("patient.ins_status", "ins_status"))
		return l
	}
	if i.Fictitious && i.Doubtful || (i.Fictitious || i.Doubtful) && i.INSStatus != INSProvisional {
		l.Add(fault.Invalid("patient.ins_attribute", "ins_status"))
		return l
	}
	if !i.INSStatus.Fetched() {
		if !i.INS.IsZero() {
			l.Add(fault.Invalid("patient.ins_forbidden", "ins"))
		}
	} else {
		l.Add(i.INS.Check())
		if i.GivenNames == "" {
			l.Add(fault.Invalid("patient.ins_given_names", "given_names"))
		}
		if i.Proof.FetchedOn.IsZero() || today.Before(i.Proof.FetchedOn) {
			l.Add(fault.Invalid("patient.ins_fetched_on", "fetched_on"))
		}
		if f := checkText("fetched_by", i.Proof.FetchedBy, nameMax); f != nil {
			l.Add(f)
		} else if i.Proof.FetchedBy == "" {
			l.Add(fault.Invalid("patient.ins_fetched_by", "fetched_by"))
		}
	}
	if i.INSStatus.Proved() {
		if !slices.Contains(Documents(), i.Proof.Document) {
			l.Add(fault.Invalid("patient.ins_document", "document"))
		}
		if i.Proof.SeenOn.IsZero() || today.Before(i.Proof.SeenOn) {
			l.Add(fault.Invalid("patient.ins_seen_on", "seen_on"))
		}
	}
	if i.INSStatus != INSProvisional {
		l = append(l, i.missingTraits()...)
	}
	return l
}

// missingTraits are the strict traits that a verified identity cannot do without.
func (i Identity) missingTraits() (l fault.List) {
	for _, t := range []struct{ field, text string }{{"birth_name", i.BirthName}, {"first_name", i.FirstName}, {"birth_place_code", i.BirthPlaceCode}} {
		if t.text == "" {
			l.Add(fault.Invalid("patient.ins_trait_missing", t.field))
		}
	}
	return l
}

// strict are the traits by which the national rules know somebody, folded.
func (i Identity) strict() [6]string {
	return [6]string{fold.Key(i.BirthName), fold.Key(i.FirstName), fold.Key(i.GivenNames), i.BirthDate.String(), string(i.Sex), i.BirthPlaceCode}
}

// CheckAfter returns why i may not follow was: a status out of order, or a strict trait
// changed under a verification that was made of the former one. Both identities are normalized.
func (i Identity) CheckAfter(was Identity) error {
	var l fault.List
	if !was.INSStatus.MayBecome(i.INSStatus) {
		l.Add(fault.Invalid("patient.ins_move", "ins_status"))
	}
	kept := i.INSStatus.Proved() && was.INSStatus.Proved() && i.Proof.Document == was.Proof.Document && i.Proof.SeenOn == was.Proof.SeenOn ||
		i.INSStatus.Fetched() && was.INSStatus.Fetched() && i.INS == was.INS && i.Proof.FetchedOn == was.Proof.FetchedOn
	if kept && i.strict() != was.strict() {
		l.Add(fault.Invalid("patient.ins_trait", "ins_status"))
	}
	return l.Err()
}

// INSDoubts names the traits that the matricule seems to contradict: "sex", "birth_date".
// They are for somebody to look at: a matricule is given at birth, and what it says may have changed since.
func (i Identity) INSDoubts() (traits []string) {
	if i.INS.Check() != nil {
		return nil
	}
	m := i.INS.Matricule
	male := strings.ContainsRune("137", rune(m[0]))
	if i.Sex == Female && male || i.Sex == Male && !male {
		traits = append(traits, "sex")
	}
	month, _ := strconv.Atoi(m[3:5])
	year := fmt.Sprintf("%02d", i.BirthDate.Year%100)
	known := i.BirthKnown == "" || i.BirthKnown == BirthNoDay
	if i.BirthKnown != BirthEstimated && m[1:3] != year || known && month <= 12 && month != int(i.BirthDate.Month) {
		traits = append(traits, "birth_date")
	}
	return traits
}

// OutgoingINS is the matricule that may leave the house, in a document, a message or an
// answer to another system: that of a qualified identity, and no other.
func (i Identity) OutgoingINS() (INS, bool) {
	if i.INSStatus != INSQualified || i.Fictitious || i.Doubtful || i.INS.Check() != nil {
		return INS{}, false
	}
	return i.INS, true
}

// BirthKnown tells which parts of a birth date are a convention rather than known.
type BirthKnown string

// What may be missing of a birth date. The empty value is a date known whole.
const (
	BirthNoDay     BirthKnown = "no_day"
	BirthNoMonth   BirthKnown = "no_month"
	BirthYearOnly  BirthKnown = "year_only"
	BirthEstimated BirthKnown = "estimated"
)

func (k BirthKnown) known() bool {
	return slices.Contains([]BirthKnown{"", BirthNoDay, BirthNoMonth, BirthYearOnly, BirthEstimated}, k)
}

// KnownBirth is what somebody can say of a birth; a part that is zero is not known.
// Estimated says that the year itself is deduced from an age.
type KnownBirth struct {
	Year, Month, Day int
	Estimated        bool
}

// Conventional is the date the national rules write for it: the first of the month when
// the day alone is unknown, January when the month alone is, and 31 December when
// both are or when the year is estimated.
func (k KnownBirth) Conventional() (civil.Day, BirthKnown) {
	day := civil.Day{Year: k.Year, Month: time.Month(k.Month), Day: k.Day}
	switch {
	case k.Year == 0:
		return civil.Day{}, ""
	case k.Estimated:
		day.Month, day.Day = 12, 31
		return day, BirthEstimated
	case k.Month == 0 && k.Day == 0:
		day.Month, day.Day = 12, 31
		return day, BirthYearOnly
	case k.Month == 0:
		day.Month = 1
		return day, BirthNoMonth
	case k.Day == 0:
		day.Day = 1
		return day, BirthNoDay
	}
	return day, ""
}

// birthPlaceForm is the code of a commune or, from 99, of a country.
var birthPlaceForm = regexp.MustCompile(`^(\d{2}|2[AB])\d{3}$`)

// checkTraits applies the rules of the traits themselves.
func (i Identity) checkTraits() (l fault.List) {
	l.Add(checkName("first_name", i.FirstName, false))
	l.Add(checkName("given_names", i.GivenNames, false))
	if i.GivenNames != "" && i.FirstName != "" && !strings.HasPrefix(fold.Key(i.GivenNames)+" ", fold.Key(i.FirstName)+" ") {
		l.Add(fault.Invalid("patient.first_name", "given_names"))
	}
	if i.BirthPlaceCode != "" && !birthPlaceForm.MatchString(i.BirthPlaceCode) {
		l.Add(fault.Invalid("patient.birth_place_code", "birth_place_code"))
	}
	if !i.BirthKnown.known() {
		l.Add(fault.Invalid("patient.birth_known", "birth_date"))
	}
	return l
}
