package psc

import (
	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
)

// claims are what the provider says of somebody. National identifiers are prefixed by their
// kind: 8 and the 11 digits of an RPPS number, 0 and those of ADELI.
type claims struct {
	Subject       string `json:"-"`
	SubjectNameID string `json:"SubjectNameID"`
	Preferred     string `json:"preferred_username"`
	RefPro        struct {
		Practices []practice `json:"exercices"`
	} `json:"SubjectRefPro"`
}

// practice is one profession of somebody, with where he works.
type practice struct {
	Profession string     `json:"codeProfession"`
	Category   string     `json:"codeCategorieProfessionnelle"` // C: a registered professional; E: a student
	Activities []activity `json:"activities"`
}

type activity struct {
	Role   string `json:"codeRole"`
	Finess string `json:"numeroFinessSite"`
	Name   string `json:"raisonSocialeSite"`
}

// registered is the category of those who practise: students have another.
const registered = "C"

// most bounds the activities that one may choose among.
const most = 50

// identity is who the claims speak of. Whoever has practices and none as a registered professional is
// refused with the code "auth.psc_role".
func (c claims) identity(issuer string) (auth.Identity, error) {
	var situations []auth.Situation
	practises := len(c.RefPro.Practices) == 0
	for _, p := range c.RefPro.Practices {
		if p.Category != registered {
			continue
		}
		practises = true
		for _, a := range p.Activities {
			if len(situations) < most {
				situations = append(situations, auth.Situation{Role: p.Profession, Place: a.Name, Finess: a.Finess})
			}
		}
	}
	if !practises {
		return auth.Identity{}, fault.Unauthenticated("auth.psc_role")
	}
	name := c.SubjectNameID
	if name == "" {
		name = c.Preferred
	}
	return auth.ByPSC(issuer, c.Subject, auth.RPPS(name), situations), nil
}
