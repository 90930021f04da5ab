package request

import (
	"slices"

	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/patient"
	"entractes/internal/security/audit"
)

// registeredGP is how to write to the registered GP of a patient. It is sealed wherever it is kept.
type registeredGP struct {
	// Subject is his card in the directory, or his membership of the usual team when the
	// directory does not know him.
	Subject    directory.Subject `json:"-"`
	Name       string            `json:"name"`
	Mail       string            `json:"mail,omitempty"`
	SecureMail string            `json:"secure_mail,omitempty"`
}

// registeredGP finds the registered GP: the one of the directory, else the first doctor of
// the usual team whom the directory does not know. It leaves an audit line of action.
func (st *step) registeredGP(action audit.Action) (gp registeredGP, ok bool, err error) {
	team, err := st.s.patients.OpenTeam(st.tx, patient.Access{Action: action, Request: string(st.r.ID)}, st.r.Patient)
	if err != nil {
		return gp, false, err
	}
	i := slices.IndexFunc(team, func(m patient.Member) bool { return m.RegisteredGP })
	if i < 0 {
		i = slices.IndexFunc(team, func(m patient.Member) bool {
			return m.Outsider != nil && m.Profession == nomenclature.GP && m.Current(st.tx.Now())
		})
	}
	if i < 0 {
		return gp, false, nil
	}
	if o := team[i].Outsider; o != nil {
		return registeredGP{Subject: directory.Subject{Kind: KindOutsider, ID: string(team[i].ID)}, Name: o.Name, Mail: o.Mail, SecureMail: o.SecureMail}, true, nil
	}
	cards, err := directory.ByIDs(st.tx, []directory.Subject{team[i].Subject})
	if err != nil {
		return gp, false, err
	}
	secure, err := directory.SecureMailOf(st.tx, team[i].Subject.ID)
	card := cards[team[i].Subject]
	return registeredGP{Subject: team[i].Subject, Name: card.Name, Mail: card.Email, SecureMail: secure}, true, err
}
