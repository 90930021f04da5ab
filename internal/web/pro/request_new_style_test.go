package pro_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"entractes/internal/care/nomenclature"
	"entractes/internal/web"
)

// TestTheStyleKnowsEveryProfession compares the style, which shows what concerns the
// profession chosen, with the nomenclature: a profession it forgets would show its acts always.
func TestTheStyleKnowsEveryProfession(t *testing.T) {
	w := httptest.NewRecorder()
	web.Assets().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, web.Asset("app.css"), nil))
	known := map[string]bool{}
	for _, m := range regexp.MustCompile(`\[data-of="(\w+)"\]`).FindAllStringSubmatch(w.Body.String(), -1) {
		known[m[1]] = true
	}
	for _, p := range nomenclature.Dispatchable() {
		if !known[string(p.Code)] {
			t.Errorf("the style does not know %s", p.Code)
		}
		delete(known, string(p.Code))
	}
	for code := range known {
		t.Errorf("the style knows %s, which the nomenclature does not", code)
	}
}

// TestTheFormIsLight: the first page of a day is read on a poor network.
func TestTheFormIsLight(t *testing.T) {
	c := someCountry(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/demandes/nouvelle", nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: string(c.ward.Account)})
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	c.door.ServeHTTP(w, r)
	const most = 15 << 10
	if n := w.Body.Len(); w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Encoding"), "gzip") || n > most {
		t.Errorf("status %d, %d bytes compressed, %d at most", w.Code, n, most)
	}
}
