package demo

import (
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
)

// detailed writes what the form of some fixtures said besides the care: the moments of the
// day, what ends it, the journey, what the acts ask.
var detailed = map[string]func(a *request.Ask){
	"F3": func(a *request.Ask) {
		a.Details.Transport = &request.Transport{To: "urgences de l’hôpital", Position: request.Lying, Voucher: true}
	},
	"F5": func(a *request.Ask) { a.Details.Answers = request.Answers{"IDE10": {"count": "12"}} },
	"F7": func(a *request.Ask) {
		a.Care.End, a.Care.Frequency.At = "delivery", nomenclature.Morning|nomenclature.Evening
		a.Details.Answers = request.Answers{"IDE20": {"threshold": "14/9"}}
	},
	"F11": func(a *request.Ask) {
		a.Details.Transport = &request.Transport{To: "hôpital", Ward: "médecine", Position: request.Lying, Floor: "2e sans ascenseur", Weight: 92, Oxygen: true, Voucher: true}
	},
	"F13": func(a *request.Ask) { a.Details.Maternity.Multiple = true },
	"F15": func(a *request.Ask) { a.Details.Answers = request.Answers{"MK05": {"age_months": "7"}} },
}

// completeForm completes the form of a fixture.
func completeForm(name string, a *request.Ask) {
	if f := detailed[name]; f != nil {
		f(a)
	}
}
