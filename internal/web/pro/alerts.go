package pro

import (
	"context"

	"entractes/internal/base/i18n"
	"entractes/internal/care/request"
	"entractes/internal/web"
)

// alertsOf counts what rang today for the reader, or for the structure he answers for; nothing
// for whoever is never asked.
func (p *Pages) alertsOf(ctx context.Context) (request.Alerts, error) {
	of := self(web.Actor(ctx))
	if of.IsZero() {
		return request.Alerts{}, nil
	}
	return p.Requests.AlertsOf(ctx, of)
}

// alertWords says how often somebody was asked today, and how often he may be.
func alertWords(p *i18n.Printer, a request.Alerts) string {
	if a.Cap > 0 {
		return p.T("targeting.alerts.capped", "n", a.Today, "cap", a.Cap)
	}
	return p.T("targeting.alerts", "n", a.Today)
}
