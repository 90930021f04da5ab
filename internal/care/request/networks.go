package request

import (
	"unicode/utf8"

	"entractes/internal/base/fault"
)

// Limits of the networks a request may be limited to.
const (
	maxNetworks = 10
	maxNetwork  = 200
)

// checkNetworks refuses a list of networks that nobody could have chosen.
func checkNetworks(names []string) (l fault.List) {
	bad := len(names) > maxNetworks
	for _, n := range names {
		bad = bad || n == "" || utf8.RuneCountInString(n) > maxNetwork || !utf8.ValidString(n)
	}
	if bad {
		l.Add(fault.Invalid("request.networks", "networks", "n", maxNetworks))
	}
	return l
}
