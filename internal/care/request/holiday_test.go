package request_test

import (
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
)

// A public holiday is one where the care is wanted: two more in Alsace and Moselle, one of
// its own overseas. Who works on weekdays and not on holidays is not asked for that day,
// and who works on holidays only is.
func TestPublicHolidaysAreThoseOfThePlace(t *testing.T) {
	works := func(c *request.Candidate) {
		c.Windows = []civil.Window{{Days: civil.EveryDay | civil.NoHolidays, From: 8 * 60, To: 18 * 60}}
	}
	stands := func(c *request.Candidate) {
		c.Windows = []civil.Window{{Days: civil.Holidays, From: 8 * 60, To: 18 * 60}}
	}
	for _, tt := range []struct {
		place, day string
		holiday    bool
	}{
		{"67482", "2026-04-03", true}, {"91174", "2026-04-03", false}, // Good Friday
		{"57463", "2026-12-26", true}, {"75056", "2026-12-26", false},
		{"97411", "2026-12-20", true}, {"97209", "2026-12-20", false}, // abolition of slavery
		{"97209", "2026-05-22", true}, {"97411", "2026-05-22", false},
		{"91174", "2026-07-14", true}, {"97411", "2026-07-14", true},
		{"91174", "2028-02-29", false},
	} {
		zone := civil.ZoneOf(tt.place)
		day, err := civil.ParseDay(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		now := civil.First(day.Add(-2), 9*60, zone.Loc)
		n := request.Need{
			Profession: nomenclature.Nurse, Mode: nomenclature.HomeVisit, Urgency: nomenclature.U4, Zone: zone,
			StartAt: civil.First(day, 9*60, zone.Loc), StartBy: civil.First(day, 17*60, zone.Loc), RespondWithin: 12 * time.Hour,
		}
		asked := map[bool]request.Verdict{true: request.VerdictAsked, false: request.Verdict(directory.AvailableOutsideHours)}
		if got := request.Judge(n, nurse(1, works), territory.Defaults(), now); got != asked[!tt.holiday] {
			t.Errorf("%s on %s: who does not work on holidays is %s", tt.place, tt.day, got)
		}
		if got := request.Judge(n, nurse(1, stands), territory.Defaults(), now); got != asked[tt.holiday] {
			t.Errorf("%s on %s: who works on holidays is %s", tt.place, tt.day, got)
		}
	}
}
