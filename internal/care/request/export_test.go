package request

import (
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/territory"
)

// CheckNeed returns the faults of the need of a, asked at now.
func CheckNeed(a Ask, s territory.Settings, now time.Time) error {
	return a.fill(&Request{}, s, civil.ZoneIn(civil.Paris()), now)
}
