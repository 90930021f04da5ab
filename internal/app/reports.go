package app

import (
	"net/http"

	"entractes/internal/base/actor"
	"entractes/internal/care/notify"
	"entractes/internal/channel/sms"
	"entractes/internal/infra/db"
)

// smsGateway is the file that describes a gateway: how to send, and how it calls back.
type smsGateway struct {
	sms.Config
	Reports sms.Reports
}

// smsReports answers the gateway that tells what became of a text message. A caller who
// does not know the secret of the path reaches nothing; a message we do not know yet is
// kept, because a report may come before our own record.
func (h *House) smsReports(reports sms.Reports) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !reports.Trusts(r.PathValue("secret")) {
			http.NotFound(w, r)
			return
		}
		report, err := reports.Read(r)
		if err != nil {
			http.Error(w, "unreadable report", http.StatusBadRequest)
			return
		}
		if report.State == "" {
			return // a fate nobody described changes nothing
		}
		err = h.DB.Update(actor.With(r.Context(), actor.System("sms")), func(tx *db.Tx) error {
			return h.Notify.Report(tx, notify.SMSChannel, report.ProviderID, report.State)
		})
		if err != nil {
			h.Log.ErrorContext(r.Context(), "a report of the SMS gateway is not kept", "err", err)
			http.Error(w, "try again", http.StatusServiceUnavailable)
		}
	})
}
