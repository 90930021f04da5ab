package testkit_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

// page tells how long a page of a house takes for who holds a session; "" is nobody.
func page(b *testing.B, handler http.Handler, path, session string) time.Duration {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if session != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: session})
	}
	w := httptest.NewRecorder()
	begun := clock.Real().Now()
	handler.ServeHTTP(w, r)
	took := clock.Real().Now().Sub(begun)
	if w.Code != http.StatusOK {
		b.Fatalf("%s answers %d", path, w.Code)
	}
	return took
}

// enter opens the session of a person.
func enter(b *testing.B, h *testkit.House, p *testkit.Person) string {
	b.Helper()
	token, err := h.Auth.OpenSession(h.As(actor.System("bench")), p.Account, auth.Visitor{})
	h.Must(err)
	return token
}

// BenchmarkSession reads one page as somebody who is in, beside the same as nobody: what is more is the price of knowing
// who is there. Target: 1 ms more at p99.
func BenchmarkSession(b *testing.B) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		h := testkit.Start(b, engine)
		handler, session := h.Handler(nil), enter(b, h, h.Nurse("Un"))
		var in, out []time.Duration
		for range 50 {
			page(b, handler, "/tutoriel", session)
		}
		for b.Loop() {
			in, out = append(in, page(b, handler, "/tutoriel", session)), append(out, page(b, handler, "/tutoriel", ""))
		}
		report(b, "", in)
		report(b, "floor-", out)
		b.ReportMetric(ms(quantile(in, 0.5))/ms(quantile(out, 0.5)), "ratio")
		b.ReportMetric(0, "ns/op")
	})
}

// BenchmarkPatientFile opens the file of a patient about whom two hundred acts were done, beside that of five. Target: p99 ≤ 30 ms.
func BenchmarkPatientFile(b *testing.B) {
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		small := time.Duration(0)
		for _, acts := range []int{5, 200} {
			h := testkit.Start(b, engine)
			ward, nurse := h.Ward("Maternité A"), h.Nurse("Un")
			first := ward.Asks()
			id := ward.Sees(first).Patient.ID
			for done, r := 5, first; ; done += 5 {
				nurse.Accepts(r)
				nurse.Starts(r)
				nurse.Reports(r, "rien à signaler")
				nurse.Completes(r)
				if done >= acts {
					break
				}
				r = ward.Asks(testkit.For(id), func(a *request.Ask) { a.NewPatient.FamilyName = "" })
			}
			name := "5"
			if acts > 5 {
				name = "200"
			}
			b.Run(name, func(b *testing.B) {
				handler, session := h.Handler(nil), enter(b, h, ward)
				var took []time.Duration
				for range 20 {
					page(b, handler, "/patients/"+string(id), session)
				}
				for b.Loop() {
					took = append(took, page(b, handler, "/patients/"+string(id), session))
				}
				report(b, "", took)
				b.ReportMetric(0, "ns/op")
				if small == 0 {
					small = quantile(took, 0.5)
				}
				b.ReportMetric(float64(quantile(took, 0.5))/float64(small), "x-of-small")
			})
		}
	})
}
