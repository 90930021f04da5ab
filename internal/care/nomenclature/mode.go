package nomenclature

import "slices"

// Mode is a care mode: how and where care is given.
type Mode string

// The care modes.
const (
	HomeVisit       Mode = "VISITE"
	Consultation    Mode = "CONSULTATION"
	PracticeCare    Mode = "SOINS_CABINET"
	Advice          Mode = "TELECONSEIL"
	TeleConsult     Mode = "TELECONSULTATION"
	ExpertOpinion   Mode = "TELEEXPERTISE"
	Transport       Mode = "TRANSPORT"
	Examination     Mode = "EXAMEN"
	Delivery        Mode = "LIVRAISON"
	DirectAdmission Mode = "HOSPITALISATION_DIRECTE"
	SocialInterview Mode = "ENTRETIEN_SOCIAL"
)

// ModeTerm describes a mode.
type ModeTerm struct {
	Code Mode `json:"code"`
	Words
	// AtHome tells that somebody goes to the patient: coverage and distance then count from his home.
	AtHome bool `json:"at_home"`
	// Remote tells that nobody moves: distance does not count.
	Remote bool `json:"remote"`
}

// Modes lists the care modes.
func Modes() []ModeTerm { return slices.Clone(data().terms.Modes) }

// ModeOf returns the description of a mode; false when there is none of this code.
func ModeOf(m Mode) (ModeTerm, bool) {
	return find(data().terms.Modes, func(t ModeTerm) bool { return t.Code == m })
}

// Label returns the words of the mode; the code itself when it is not known.
func (m Mode) Label(lang string) string {
	if t, ok := ModeOf(m); ok {
		return t.Label(lang)
	}
	return string(m)
}

// AtHome tells whether somebody goes to the patient.
func (m Mode) AtHome() bool {
	t, _ := ModeOf(m)
	return t.AtHome
}

// Remote tells whether nobody moves.
func (m Mode) Remote() bool {
	t, _ := ModeOf(m)
	return t.Remote
}

func find[T any](list []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i], true
	}
	var none T
	return none, false
}
