package directory

import (
	"slices"

	"entractes/internal/base/actor"
	"entractes/internal/care/nomenclature"
)

// supervised lists the professions of each clinical supervisor; the doctor has those of nobody else.
var supervised = map[actor.Role][]nomenclature.ProfessionCode{
	actor.RoleSupervisorNurse:   {"IDE", "IPA", "PUER", "IDE_PSY", "SSIAD"},
	actor.RoleSupervisorMidwife: {"SF"},
}

// Supervises tells whether somebody is the clinical supervisor of a profession; of which territory, the caller says.
func Supervises(who actor.Actor, p nomenclature.ProfessionCode) bool {
	elsewhere := false
	for role, codes := range supervised {
		if slices.Contains(codes, p) {
			if who.Has(role) {
				return true
			}
			elsewhere = true
		}
	}
	return !elsewhere && who.Has(actor.RoleSupervisorDoctor)
}
