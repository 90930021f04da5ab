package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/web"
)

// The client is whom our own proxies saw; what he wrote himself is not believed.
func TestTheClientIsWhomOurProxiesSaw(t *testing.T) {
	t.Parallel()
	proxies, err := web.ParseProxies("127.0.0.0/8, ::1, 10.0.0.7")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		peer string
		said []string
		want string
	}{
		{"203.0.113.9:5000", []string{"192.0.2.1"}, "203.0.113.9"},                  // not a proxy of ours: his word is nothing
		{"127.0.0.1:5000", nil, "127.0.0.1"},                                        // no proxy in front
		{"127.0.0.1:5000", []string{"203.0.113.9"}, "203.0.113.9"},                  //
		{"127.0.0.1:5000", []string{"192.0.2.1, 203.0.113.9"}, "203.0.113.9"},       // the first was forged
		{"127.0.0.1:5000", []string{"192.0.2.1", "203.0.113.9"}, "203.0.113.9"},     // in a header of its own
		{"127.0.0.1:5000", []string{"203.0.113.9, 10.0.0.7"}, "203.0.113.9"},        // two proxies of ours
		{"127.0.0.1:5000", []string{"203.0.113.9, <script>, 10.0.0.7"}, "10.0.0.7"}, // rubbish ends what is believed
		{"[::1]:5000", []string{"2001:db8::1"}, "2001:db8::1"},
		{"127.0.0.1:5000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		for _, s := range c.said {
			r.Header.Add("X-Forwarded-For", s)
		}
		got := ""
		proxies.Behind(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = web.ClientAddress(r) })).ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s says %q: %s, want %s", c.peer, strings.Join(c.said, " | "), got, c.want)
		}
	}
	for _, bad := range []string{"everybody", "10.0.0.0/40", "10.0.0.1, x"} {
		if _, err := web.ParseProxies(bad); fault.CodeOf(err) != "config.proxies" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
