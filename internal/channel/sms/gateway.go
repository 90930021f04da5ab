// Package sms hands text messages over to an HTTP gateway. A gateway is described by
// a configuration, not programmed: what is sent, how it is signed, where the
// identifier of the message stands in the answer. The same description says how its
// reports are read.
package sms

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
)

// Config describes a gateway. URL, Headers and Body are templates: see Values for
// what they may write and funcs for how.
type Config struct {
	Method  string // POST when empty
	URL     string
	Headers map[string]string
	Body    string
	Vars    map[string]string // account, secret, sender…: .Vars.sender

	ID      string        // regular expression whose first group is the message's identifier in the answer
	Success []int         // status codes of a message taken; 200, 201 and 202 when empty
	Refuse  []int         // status codes that a retry will not change; 400, 404 and 422 when empty
	Refused string        // regular expression: an answer that matches is a refusal, whatever its status
	Timeout time.Duration // of the whole exchange; 10 s when zero
	Private bool          // the gateway may stand on a private network
}

// Values are what the templates may write.
type Values struct {
	ID      string // idempotency key
	To      string // E.164, as stored
	Text    string // in the alphabet of text messages
	Urgent  bool
	Unix    int64 // now, in seconds
	Vars    map[string]string
	Method  string
	URL     string // in Headers and Body
	Body    string // in Headers
	Segment int    // segments billed
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 1 << 20

// Gateway is one gateway, ready. It may be used concurrently.
type Gateway struct {
	config  Config
	clock   clock.Clock
	client  *http.Client
	url     *template.Template
	body    *template.Template
	headers map[string]*template.Template
	id      *regexp.Regexp
	refused *regexp.Regexp
}

var _ notify.Channel = (*Gateway)(nil)

// New reads c and checks it by composing a message. It does not connect.
func New(c Config, now clock.Clock) (g *Gateway, err error) {
	defer fault.Wrap(&err, "configure the text message gateway")
	if c.Method == "" {
		c.Method = http.MethodPost
	}
	if len(c.Success) == 0 {
		c.Success = []int{http.StatusOK, http.StatusCreated, http.StatusAccepted}
	}
	if len(c.Refuse) == 0 {
		c.Refuse = []int{http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity}
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	g = &Gateway{config: c, clock: now, headers: map[string]*template.Template{}}
	if g.url, err = parse("url", c.URL); err != nil {
		return nil, err
	}
	if g.body, err = parse("body", c.Body); err != nil {
		return nil, err
	}
	for name, text := range c.Headers {
		if g.headers[name], err = parse(name, text); err != nil {
			return nil, err
		}
	}
	if g.id, err = regexp.Compile(c.ID); err != nil || c.ID != "" && g.id.NumSubexp() < 1 {
		return nil, errors.Join(err, errors.New("the expression of the identifier needs a group"))
	}
	if g.refused, err = regexp.Compile(c.Refused); err != nil {
		return nil, err
	}
	g.client = newClient(c)
	_, err = g.request(context.Background(), notify.Message{ID: "check", Target: "+33639980000", Text: "check"})
	return g, err
}

// newClient does not follow a redirection to another host or to one that is not
// encrypted any more, and keeps away from private networks unless told otherwise: the
// answer of a gateway must not make this house knock at its neighbours' doors.
func newClient(c Config) *http.Client {
	dialer := &net.Dialer{Timeout: min(c.Timeout, 5*time.Second)}
	if !c.Private {
		dialer.Control = publicOnly
	}
	return &http.Client{
		Timeout: c.Timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 5 * time.Second,
			ResponseHeaderTimeout: c.Timeout, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			first := via[0].URL
			if len(via) > 3 || r.URL.Hostname() != first.Hostname() || r.URL.Scheme != first.Scheme {
				return errRedirect
			}
			return nil
		},
	}
}

var (
	errRedirect = errors.New("the gateway redirects elsewhere")
	errPrivate  = errors.New("the gateway stands on a private network")
)

// Name is notify.SMSChannel.
func (g *Gateway) Name() string { return notify.SMSChannel }

// Close releases the idle connections.
func (g *Gateway) Close() { g.client.CloseIdleConnections() }

// Send hands one message over. Nothing in its errors holds the target or the text.
func (g *Gateway) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	r, err := g.request(ctx, m)
	if err != nil {
		return notify.Receipt{}, notify.Refused("the gateway's description cannot write this message")
	}
	answer, err := g.client.Do(r)
	if err != nil {
		return notify.Receipt{}, unanswered(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was read, or is not worth reading
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	taken := slices.Contains(g.config.Success, answer.StatusCode)
	if err != nil && taken {
		return notify.Receipt{}, notify.UnknownOutcome(errors.New("the gateway's answer broke off"))
	}
	return g.outcome(answer, text, taken)
}

func (g *Gateway) outcome(answer *http.Response, text []byte, taken bool) (notify.Receipt, error) {
	status := fmt.Sprintf("the gateway says %d", answer.StatusCode)
	switch {
	case g.config.Refused != "" && g.refused.Match(text):
		return notify.Receipt{}, notify.Refused(status + " and refuses the message")
	case taken:
		return g.receipt(text)
	case answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") != "":
		return notify.Receipt{}, notify.Later(retryAfter(answer.Header.Get("Retry-After"), g.clock.Now()), errors.New(status))
	case slices.Contains(g.config.Refuse, answer.StatusCode):
		return notify.Receipt{}, notify.Refused(status)
	case answer.StatusCode == http.StatusGatewayTimeout || answer.StatusCode == http.StatusBadGateway:
		return notify.Receipt{}, notify.UnknownOutcome(errors.New(status))
	}
	return notify.Receipt{}, errors.New(status)
}

// receipt finds the identifier of the message. A message taken without one is taken
// all the same: no report will find it.
func (g *Gateway) receipt(text []byte) (notify.Receipt, error) {
	if g.config.ID == "" {
		return notify.Receipt{}, nil
	}
	if found := g.id.FindSubmatch(text); found != nil {
		return notify.Receipt{ProviderID: strings.ToValidUTF8(string(found[1]), "")}, nil
	}
	return notify.Receipt{}, nil
}

// unanswered sorts the failures of an exchange: what surely was not sent may be tried again.
func unanswered(err error) error {
	for _, known := range []error{errRedirect, errPrivate} {
		if errors.Is(err, known) {
			return known
		}
	}
	if e, ok := errors.AsType[*net.OpError](err); ok && e.Op == "dial" {
		return errors.New("the gateway cannot be reached")
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errors.New("the gateway's name is not known")
	}
	if isTrust(err) {
		return errors.New("the gateway's certificate cannot be trusted")
	}
	return notify.UnknownOutcome(errors.New("the gateway did not answer"))
}

// request writes the exchange of m: URL, then body, then headers, so that a signature
// in a header can cover both.
func (g *Gateway) request(ctx context.Context, m notify.Message) (*http.Request, error) {
	text := notify.GSM(m.Text)
	v := Values{
		ID: string(m.ID), To: m.Target, Text: text, Urgent: m.Urgent, Unix: g.clock.Now().Unix(), Vars: g.config.Vars,
		Method: g.config.Method, Segment: notify.Segments(text),
	}
	var err error
	if v.URL, err = write(g.url, v); err != nil {
		return nil, err
	}
	if v.Body, err = write(g.body, v); err != nil {
		return nil, err
	}
	if err := g.allowed(v.URL); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, v.Method, v.URL, bytes.NewReader([]byte(v.Body)))
	if err != nil {
		return nil, err
	}
	for name, t := range g.headers {
		value, err := write(t, v)
		if err != nil {
			return nil, err
		}
		r.Header.Set(name, value)
	}
	return r, nil
}

// allowed wants encryption, save on a private network.
func (g *Gateway) allowed(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("the gateway's address cannot be read")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !g.config.Private) || u.Host == "" {
		return errors.New("the gateway's address must begin with https")
	}
	return nil
}

func isPrivate(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback()
}
