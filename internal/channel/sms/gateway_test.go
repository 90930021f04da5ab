package sms_test

import (
	"crypto/sha1" // a provider's signature
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entractes/internal/base/clock"
	"entractes/internal/care/notify"
	"entractes/internal/channel/sms"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 3, 16, 9, 20, 0, 0, time.UTC)

var message = notify.Message{ID: "01hq", Target: "+33639980001", Text: "Coordination\u00a0: une demande (infirmière, Corbeil-Essonnes, <\u00a04\u00a0h) vous attend.", Urgent: true}

// gateway serves answer and returns the Gateway that c describes, its URL put before c.URL.
func gateway(t *testing.T, c sms.Config, answer http.HandlerFunc) *sms.Gateway {
	t.Helper()
	server := httptest.NewServer(answer)
	c.URL, c.Private = server.URL+c.URL, true
	g, err := sms.New(c, clock.NewManual(start))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close(); server.CloseClientConnections(); server.Close() })
	return g
}

// signed is the shape of a provider that wants JSON, signed by SHA-1 over the method,
// the address, the body and the time.
var signed = sms.Config{
	URL: "/1.0/sms/{{.Vars.account}}/jobs", ID: `"ids":\s*\[(\d+)`, Refused: `"invalidReceivers":\s*\[\s*"`,
	Body: `{"receivers":[{{json .To}}],"message":{{json .Text}},"priority":{{if .Urgent}}"high"{{else}}"medium"{{end}},"tag":{{json .ID}}}`,
	Headers: map[string]string{
		"Content-Type": "application/json",
		"X-Timestamp":  `{{.Unix}}`,
		"X-Signature":  `$1${{sha1 .Vars.secret .Vars.consumer .Method .URL .Body .Unix}}`,
	},
	Vars: map[string]string{"account": "sms-1", "secret": "s", "consumer": "c"},
}

func TestAProviderOfSignedJSON(t *testing.T) {
	g := gateway(t, signed, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		stamp := strconv.FormatInt(start.Unix(), 10)
		sum := sha1.Sum([]byte(strings.Join([]string{"s", "c", "POST", "http://" + r.Host + r.URL.Path, string(body), stamp}, "+")))
		if r.Header.Get("X-Signature") != "$1$"+hex.EncodeToString(sum[:]) || r.Header.Get("X-Timestamp") != stamp {
			t.Errorf("signature %q", r.Header.Get("X-Signature"))
		}
		var got struct {
			Receivers              []string
			Message, Priority, Tag string
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
		if got.Message != "Coordination : une demande (infirmière, Corbeil-Essonnes, < 4 h) vous attend." && got.Message != notify.GSM(message.Text) ||
			got.Receivers[0] != message.Target || got.Priority != "high" || got.Tag != "01hq" || r.URL.Path != "/1.0/sms/sms-1/jobs" {
			t.Errorf("%+v", got)
		}
		_, _ = io.WriteString(w, `{"ids": [4807],"invalidReceivers":[]}`)
	})
	receipt, err := g.Send(t.Context(), message)
	if err != nil || receipt != (notify.Receipt{ProviderID: "4807"}) {
		t.Error(receipt, err)
	}
}

func TestAProviderOfForms(t *testing.T) {
	c := sms.Config{
		URL: "/Accounts/{{.Vars.user}}/Messages.json", ID: `"sid":\s*"([^"]+)"`, Refuse: []int{400},
		Body:    `To={{query .To}}&From={{query .Vars.from}}&Body={{query .Text}}`,
		Headers: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Authorization": `{{basic .Vars.user .Vars.token}}`},
		Vars:    map[string]string{"user": "AC1", "token": "secret", "from": "ENTRACTES"},
	}
	g := gateway(t, c, func(w http.ResponseWriter, r *http.Request) {
		if user, token, ok := r.BasicAuth(); !ok || user != "AC1" || token != "secret" {
			t.Errorf("%s %s", user, token)
		}
		if r.FormValue("To") == "+33100000000" {
			http.Error(w, `{"code":21211,"message":"The 'To' number +33100000000 is not valid"}`, http.StatusBadRequest)
			return
		}
		if r.FormValue("To") != message.Target || r.FormValue("From") != "ENTRACTES" || !strings.HasPrefix(r.FormValue("Body"), "Coordination : ") {
			t.Errorf("%v", r.Form)
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"sid": "SM0a", "status": "queued"}`)
	})
	receipt, err := g.Send(t.Context(), message)
	if err != nil || receipt.ProviderID != "SM0a" {
		t.Error(receipt, err)
	}
	_, err = g.Send(t.Context(), notify.Message{ID: "x", Target: "+33100000000"})
	if err == nil || !strings.HasPrefix(err.Error(), "refused") || strings.Contains(err.Error(), "3310") {
		t.Error(err)
	}
}

func TestAnswersBecomeOutcomes(t *testing.T) {
	const plain = ""
	cases := map[string]struct {
		answer  http.HandlerFunc
		refused bool
		unknown bool
		words   string
		ok      bool
	}{
		"500":                {answer: status(500, plain), words: "500"},
		"502 may have sent":  {answer: status(502, plain), unknown: true},
		"404":                {answer: status(404, plain), refused: true},
		"429":                {answer: status(429, "90"), words: "1m30s"},
		"429, a date":        {answer: status(429, start.Add(2*time.Minute).Format(http.TimeFormat)), words: "2m0s"},
		"429, nonsense":      {answer: status(429, "soon"), words: "30s"},
		"503 with a rest":    {answer: status(503, "86400"), words: "15m0s"},
		"refused in a 200":   {answer: body(200, `{"ids":[],"invalidReceivers":["+33…"]}`), refused: true},
		"taken without name": {answer: body(200, `{}`), ok: true},
		"1 MB and more":      {answer: body(200, strings.Repeat("x", 3<<20)+`"ids":[7]`), ok: true},
		"redirected":         {answer: redirect, words: "redirects elsewhere"},
		"broken off":         {answer: brokenOff, unknown: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			receipt, err := gateway(t, signed, c.answer).Send(t.Context(), message)
			if c.ok {
				if err != nil || receipt.ProviderID != "" {
					t.Error(receipt, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Fatal(err)
			}
			if got := strings.HasPrefix(err.Error(), "refused"); got != c.refused {
				t.Errorf("refused %v: %v", got, err)
			}
			if got := errors.Is(err, notify.ErrUnknown); got != c.unknown {
				t.Errorf("unknown %v: %v", got, err)
			}
			if strings.Contains(err.Error(), "+33") {
				t.Errorf("the error holds a number: %v", err)
			}
		})
	}
}

func status(code int, retryAfter string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if retryAfter != "" {
			w.Header().Set("Retry-After", retryAfter)
		}
		w.WriteHeader(code)
	}
}

func body(code int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		_, _ = io.WriteString(w, text)
	}
}

func redirect(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "http://127.0.0.2/latest/meta-data", http.StatusTemporaryRedirect)
}

func brokenOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"ids":`)
}

func TestASlowGatewayIsLeft(t *testing.T) {
	var calls atomic.Int32
	c := signed
	c.Timeout = 100 * time.Millisecond
	g := gateway(t, c, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // the end of the client is noticed only once its body was read
		for r.Context().Err() == nil {
			// One byte at a time, never the end.
			if _, err := io.WriteString(w, " "); err != nil {
				return
			}
			w.(http.Flusher).Flush()
			select {
			case <-r.Context().Done():
			case <-clock.Real().NewTimer(10 * time.Millisecond).C():
			}
		}
	})
	if _, err := g.Send(t.Context(), message); !errors.Is(err, notify.ErrUnknown) || calls.Load() != 1 {
		t.Errorf("%d calls: %v", calls.Load(), err)
	}
}

func TestABadGatewayIsRefusedBeforeTheFirstMessage(t *testing.T) {
	for name, c := range map[string]sms.Config{
		"not encrypted":      {URL: "http://sms.example.org/"},
		"no scheme":          {URL: "sms.example.org"},
		"unknown word":       {URL: "https://sms.example.org/", Body: "{{.Patient}}"},
		"missing variable":   {URL: "https://sms.example.org/", Body: "{{.Vars.key}}"},
		"template":           {URL: "https://sms.example.org/{{"},
		"identifier":         {URL: "https://sms.example.org/", ID: `"id"`},
		"expression":         {URL: "https://sms.example.org/", Refused: `(`},
		"header":             {URL: "https://sms.example.org/", Headers: map[string]string{"X": "{{nothing}}"}},
		"method of a thief":  {URL: "https://sms.example.org/", Method: "GET /"},
		"unreadable address": {URL: "https://%zz/"},
	} {
		if _, err := sms.New(c, clock.NewManual(start)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestAPrivateNetworkIsNotKnockedAt(t *testing.T) {
	server := httptest.NewTLSServer(status(200, ""))
	defer server.Close()
	g, err := sms.New(sms.Config{URL: server.URL}, clock.NewManual(start))
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if _, err := g.Send(t.Context(), message); err == nil || !strings.Contains(err.Error(), "private network") {
		t.Error(err)
	}
	untrusted, err := sms.New(sms.Config{URL: server.URL, Private: true}, clock.NewManual(start))
	if err != nil {
		t.Fatal(err)
	}
	defer untrusted.Close()
	if _, err := untrusted.Send(t.Context(), message); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Error(err)
	}
}

func TestReportsAreRead(t *testing.T) {
	c := sms.Reports{
		Secret: "0123456789abcdef", ID: "MessageSid", Status: "MessageStatus",
		Delivered: []string{"delivered"}, Failed: []string{"undelivered", "failed"}, Sent: []string{"sent"},
	}
	post := func(kind, text string) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/sms/x", strings.NewReader(text))
		r.Header.Set("Content-Type", kind)
		return r
	}
	const form, object = "application/x-www-form-urlencoded", "application/json"
	good := map[string]*http.Request{
		"form":  post(form, "MessageSid=SM1&MessageStatus=Delivered&To=%2B33639980001"),
		"JSON":  post(object, `{"MessageSid":"SM1","MessageStatus":"delivered","nested":{"a":1}}`),
		"query": httptest.NewRequest(http.MethodGet, "/sms/x?MessageSid=SM1&MessageStatus=delivered", nil),
	}
	for name, r := range good {
		if got, err := c.Read(r); err != nil || got != (sms.Report{ProviderID: "SM1", State: notify.Delivered}) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if got, err := c.Read(post(object, `{"MessageSid":4807,"MessageStatus":"weird"}`)); err != nil || got != (sms.Report{ProviderID: "4807"}) {
		t.Errorf("%+v %v", got, err)
	}
	for name, r := range map[string]*http.Request{
		"no name": post(form, "MessageStatus=failed"), "broken": post(object, "{"), "long": post(form, strings.Repeat("a", 1<<20)),
	} {
		if _, err := c.Read(r); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if !c.Trusts(c.Secret) || c.Trusts("other") || (sms.Reports{}).Trusts("") {
		t.Error("trust")
	}
}

func FuzzReports(f *testing.F) {
	f.Add("application/json", `{"id":"a","status":"b"}`)
	f.Add("application/x-www-form-urlencoded", "id=a&status=%zz")
	c := sms.Reports{ID: "id", Status: "status"}
	f.Fuzz(func(t *testing.T, kind, text string) {
		r := httptest.NewRequest(http.MethodPost, "/sms/x", strings.NewReader(text))
		r.Header.Set("Content-Type", kind)
		if got, err := c.Read(r); err == nil && (got.ProviderID == "" || strings.Contains(got.ProviderID, "\x00")) {
			t.Errorf("%q", got.ProviderID)
		}
	})
}
