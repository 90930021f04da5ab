package request

import "entractes/internal/care/nomenclature"

// reasonLists tells in which list the reason of an act is found.
var reasonLists = map[Act]nomenclature.ReasonList{
	ActDecline: nomenclature.DeclineReasons, ActExhaust: nomenclature.UnfilledReasons, ActTimeOut: nomenclature.UnfilledReasons,
	ActHandBack: nomenclature.UnfilledReasons, ActRelease: nomenclature.ReleaseReasons, ActRefuseChange: nomenclature.ReleaseReasons, ActSuspend: nomenclature.SuspendReasons, ActCancel: nomenclature.CancelReasons,
	ActComplete: nomenclature.CloseReasons, ActVisit: nomenclature.VisitNotDoneReasons,
}

// ReasonWords is the reason of an act in words; empty without one.
func (a Done) ReasonWords(lang string) string {
	if list, ok := reasonLists[a.Act]; ok && a.Reason != "" {
		return list.Label(nomenclature.ReasonCode(a.Reason), lang)
	}
	return ""
}
