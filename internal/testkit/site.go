package testkit

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"

	"entractes/internal/base/actor"
	"entractes/internal/security/auth"
	"entractes/internal/web"
)

// Site serves the house on this machine until the test ends. « /entrer/{account} » signs
// in as that account and goes to ?suite=; cookies belong to a host, so that people who
// come by names of their own (somebody.localhost) are signed in side by side.
func (h *House) Site() *Site {
	h.T.Helper()
	stopping := make(chan struct{})
	doors := http.NewServeMux()
	doors.Handle("/", h.Handler(stopping))
	doors.HandleFunc("GET /entrer/{account}", func(w http.ResponseWriter, r *http.Request) {
		token, err := h.Auth.OpenSession(actor.With(r.Context(), actor.System("testkit")), auth.AccountID(r.PathValue("account")), auth.Visitor{Agent: "test"})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		web.SetSession(w, r, token)
		http.Redirect(w, r, r.URL.Query().Get("suite"), http.StatusSeeOther)
	})
	server := httptest.NewServer(doors)
	h.T.Cleanup(server.Close)
	h.T.Cleanup(func() { close(stopping) })
	return &Site{URL: server.URL, h: h}
}

// Site is a house being served.
type Site struct {
	URL string
	h   *House
}

// As is the address at which a person is signed in and reads path, on a host of his own.
func (s *Site) As(p *Person, path string) string {
	host := strings.Replace(s.URL, "127.0.0.1", string(p.Account)[20:]+".localhost", 1)
	return host + "/entrer/" + string(p.Account) + "?suite=" + url.QueryEscape(path)
}

// SignedIn is a browser without pages in which a person is signed in, with connections of
// its own, which follows no redirection.
func (s *Site) SignedIn(p *Person) *http.Client {
	s.h.T.Helper()
	jar, err := cookiejar.New(nil)
	s.h.Must(err)
	ways := &http.Transport{}
	s.h.T.Cleanup(ways.CloseIdleConnections)
	c := &http.Client{Jar: jar, Transport: ways, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.Get(s.URL + "/entrer/" + string(p.Account) + "?suite=/")
	s.h.Must(err)
	s.h.Must(answer.Body.Close())
	return c
}
