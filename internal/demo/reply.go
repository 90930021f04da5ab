package demo

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/nomenclature"
)

// habit is how the people of a profession answer: the chance that somebody takes a
// request, and the delay before which half of the taken ones are.
type habit struct {
	takes  float64
	median time.Duration
}

// habits come from what was measured on the console of the real territory: nurses
// within two minutes, ambulances five, midwives thirty-one; the others are our guess.
var habits = map[nomenclature.ProfessionCode]habit{
	nomenclature.Nurse:            {0.94, 2 * time.Minute},
	nomenclature.AmbulanceCompany: {0.97, 5 * time.Minute},
	nomenclature.Midwife:          {0.88, 31 * time.Minute},
	nomenclature.Physio:           {0.78, 25 * time.Minute},
	nomenclature.GP:               {0.66, 35 * time.Minute},
	nomenclature.Specialist:       {0.62, 80 * time.Minute},
	nomenclature.Pharmacy:         {0.95, 8 * time.Minute},
	nomenclature.Laboratory:       {0.92, 15 * time.Minute},
	nomenclature.Imaging:          {0.85, 25 * time.Minute},
	nomenclature.SSIAD:            {0.6, 90 * time.Minute},
	nomenclature.HAD:              {0.85, 45 * time.Minute},
}

func habitOf(p nomenclature.ProfessionCode) habit {
	if h, ok := habits[p]; ok {
		return h
	}
	return habit{0.8, 40 * time.Minute}
}

// night is when people of the demonstration sleep.
var night = civil.Night{From: 21 * 60, To: 7 * 60}

// awake is the first instant from t on at which somebody reads what can wait.
func awake(t time.Time, u nomenclature.Urgency) time.Time {
	if term, ok := nomenclature.UrgencyOf(u); ok && term.DayAndNight {
		return t
	}
	if end, ok := civil.NightEnd(t, night, zone()); ok {
		return end
	}
	return t
}

// byDay moves t to the next morning when it falls at night, for care that can wait.
func (d dice) byDay(t time.Time, u nomenclature.Urgency) time.Time {
	if at := awake(t, u); at.After(t) {
		return at.Add(time.Duration(d.between(20, 150)) * time.Minute)
	}
	return t
}
