package testkit_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"entractes/internal/infra/db"
	"entractes/internal/testkit"
)

// Whoever operates the house reads what it does and what is late, and nothing of anybody.
func TestMetricsTellWhatTheHouseDoes(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
		r := ward.Asks()
		nurse.Accepts(ward.Asks())
		h.Clock.Advance(6 * time.Hour) // and nobody keeps the promises meanwhile
		site := h.Site()
		for _, path := range []string{"/healthz", "/connexion", "/demandes/" + string(r.ID)} {
			answer, err := http.Get(site.URL + path)
			h.Must(err)
			h.Must(answer.Body.Close())
		}
		w := httptest.NewRecorder()
		h.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		body, err := io.ReadAll(w.Result().Body)
		h.Must(err)
		for _, want := range []string{
			`entractes_database_up 1`, `entractes_requests{state="searching",territory="essonne"} 1`, `entractes_requests{state="accepted",territory="essonne"} 1`,
			`entractes_jobs{kind="request.deadline",state="waiting"} 1`, `entractes_job_late_seconds{kind="request.deadline"} `,
			`entractes_http_seconds_count{pattern="GET /connexion",status="2xx"} 1`, `entractes_backup_age_seconds `, `go_goroutines `,
		} {
			if !strings.Contains(string(body), want) {
				t.Errorf("the metrics do not tell %s", want)
			}
		}
		for _, secret := range []string{"Léonore", "Maternité", "Exemple", string(r.ID), nurse.Phone} {
			if strings.Contains(string(body), secret) {
				t.Errorf("the metrics tell %q", secret)
			}
		}
		if late := `entractes_job_late_seconds{kind="request.deadline"} 0`; strings.Contains(string(body), late+"\n") {
			t.Error("a promise hours late is told as on time")
		}
	})
}

// An alert or a dashboard that names a metric nobody tells would never ring.
func TestAlertsNameMetricsThatExist(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	h.Ward("Maternité A").Asks()
	answer, err := http.Get(h.Site().URL + "/connexion")
	h.Must(err)
	h.Must(answer.Body.Close())
	w := httptest.NewRecorder()
	h.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	told := w.Body.String()
	for _, file := range []string{"../../deploy/prometheus/alerts.yml", "../../deploy/grafana/entractes.json"} {
		text, err := os.ReadFile(file)
		h.Must(err)
		names := regexp.MustCompile(`\bentractes_[a-z_]+`).FindAllString(string(text), -1)
		if len(names) < 5 {
			t.Errorf("%s names only %d metrics: the test proves nothing", file, len(names))
		}
		for _, name := range names {
			// A kind without a handler is told only where there is one.
			if name != "entractes_jobs_without_handler" && !strings.Contains(told, "\n"+name) {
				t.Errorf("%s names %s, which nobody tells", file, name)
			}
		}
	}
}
