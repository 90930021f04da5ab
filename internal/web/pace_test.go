package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/web"
)

// Whoever goes too fast waits, and he alone; an account is counted wherever it comes from,
// and a stream that stays open is not.
func TestWhoeverGoesTooFastWaits(t *testing.T) {
	t.Parallel()
	c := clock.NewManual(time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC))
	served := 0
	pages := web.Pace{Account: 2, Address: 1}.Around(c, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { served++ }))
	ask := func(account, address, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, path, nil)
		r.RemoteAddr = address + ":1234"
		if account != "" {
			r = r.WithContext(actor.With(r.Context(), actor.Actor{Account: account}))
		}
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		return w
	}
	for i := range 20 {
		if w := ask("acc-1", fmt.Sprintf("192.0.2.%d", i), "/demandes/nouvelle"); w.Code != http.StatusOK {
			t.Fatalf("page %d: %d", i, w.Code)
		}
	}
	w := ask("acc-1", "192.0.2.99", "/demandes/nouvelle")
	if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "10" || served != 20 {
		t.Errorf("too fast: %d, %v, %d pages were served", w.Code, w.Header(), served)
	}
	for who, code := range map[string]int{"acc-2": http.StatusOK, "": http.StatusOK} {
		if w := ask(who, "192.0.2.99", "/"); w.Code != code {
			t.Errorf("%q waits for another: %d", who, w.Code)
		}
	}
	if w := ask("acc-1", "192.0.2.1", web.LivePath); w.Code != http.StatusOK {
		t.Errorf("the stream waits: %d", w.Code)
	}
	c.Advance(time.Second)
	for i, want := range []int{http.StatusOK, http.StatusOK, http.StatusTooManyRequests} {
		if w := ask("acc-1", "192.0.2.1", "/"); w.Code != want {
			t.Errorf("a second later, page %d: %d", i, w.Code)
		}
	}
}
