package request_test

import (
	"testing"

	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
)

func TestWhyUnfilled(t *testing.T) {
	offers := func(states ...request.OfferState) (out []request.Offer) {
		for _, s := range states {
			out = append(out, request.Offer{State: s})
		}
		return out
	}
	const pending, declined, proposed = request.OfferPending, request.OfferDeclined, request.OfferProposed
	for _, tt := range []struct {
		name     string
		offers   []request.Offer
		verdicts []string
		want     nomenclature.ReasonCode
	}{
		{"nobody is known", nil, nil, nomenclature.NobodyMatches},
		{"somebody is known and nobody asked", nil, []string{"absent"}, nomenclature.NobodyAvailable},
		{"silence", offers(pending, pending), nil, nomenclature.NoAnswer},
		{"all said no", offers(declined, declined), nil, nomenclature.AllDeclined},
		{"some said no", offers(declined, pending), nil, nomenclature.NobodyAvailable},
		{"a proposal is an answer", offers(pending, proposed), nil, nomenclature.NobodyAvailable},
		{"a proposal is no refusal", offers(declined, proposed), nil, nomenclature.NobodyAvailable},
	} {
		if got := request.WhyUnfilled(tt.offers, tt.verdicts); got != string(tt.want) {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
