package mail_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	stdmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"

	"entractes/internal/care/notify"
	"entractes/internal/channel/mail"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post is a mail server that answers as it is told and keeps what it takes.
type post struct {
	mu      sync.Mutex
	letters []string
	to      []string
	rcpt    func(to string) error
	data    func(ctx context.Context) error
	ctx     context.Context //nolint:containedctx // ends the hanging answers with the test
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p}, nil }

type session struct{ *post }

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Reset()                               {}
func (s *session) Logout() error                        { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if s.rcpt != nil {
		if err := s.rcpt(to); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.data != nil {
		if err := s.data(s.ctx); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.letters = append(s.letters, string(text))
	return nil
}

// serve starts p and returns the configuration of a client that trusts it.
func serve(t *testing.T, p *post, security mail.Security) mail.Config {
	t.Helper()
	certificate := httptest.NewTLSServer(nil)
	defer certificate.Close()
	pool := x509.NewCertPool()
	pool.AddCert(certificate.Certificate())
	server := smtp.NewServer(p)
	server.Domain = "example.org"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	config := mail.Config{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: security,
		From: "Entr’Actes <coordination@example.org>", Timeout: 2 * time.Second,
		TLS: &tls.Config{RootCAs: pool, ServerName: "example.com", MinVersion: tls.VersionTLS12},
	}
	switch security {
	case mail.StartTLS:
		server.TLSConfig = &tls.Config{Certificates: certificate.TLS.Certificates, MinVersion: tls.VersionTLS12}
	case mail.TLS:
		l = tls.NewListener(l, &tls.Config{Certificates: certificate.TLS.Certificates, MinVersion: tls.VersionTLS12})
	}
	ctx, stop := context.WithCancel(context.Background())
	p.ctx = ctx
	var wg sync.WaitGroup
	wg.Go(func() { _ = server.Serve(l) })
	t.Cleanup(func() {
		stop()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
		wg.Wait()
	})
	return config
}

func sender(t *testing.T, c mail.Config) *mail.Sender {
	t.Helper()
	s, err := mail.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var letter = notify.Message{
	ID: "01hq", Target: "nurse@example.org", Subject: "Coordination\u00a0: une demande vous attend",
	Text: "Une demande (infirmière, Corbeil-Essonnes) vous attend.", Lang: "fr", Urgent: true,
}

func TestALetterGoesOutByEachProtection(t *testing.T) {
	for _, security := range []mail.Security{mail.StartTLS, mail.TLS, mail.Plain} {
		t.Run(string(security), func(t *testing.T) {
			p := &post{}
			receipt, err := sender(t, serve(t, p, security)).Send(t.Context(), letter)
			if err != nil || receipt.ProviderID != "<01hq@example.org>" || receipt.Delivered {
				t.Fatal(receipt, err)
			}
			if len(p.letters) != 1 || len(p.to) != 1 || p.to[0] != letter.Target {
				t.Fatalf("%d letters to %v", len(p.letters), p.to)
			}
			got, err := stdmail.ReadMessage(strings.NewReader(p.letters[0]))
			if err != nil {
				t.Fatal(err)
			}
			for name, want := range map[string]string{
				"Message-Id": "<01hq@example.org>", "Auto-Submitted": "auto-generated", "Content-Language": "fr",
			} {
				if got.Header.Get(name) != want {
					t.Errorf("%s: %q", name, got.Header.Get(name))
				}
			}
		})
	}
}

func TestAServerThatCannotBeTrustedGetsNothing(t *testing.T) {
	p := &post{}
	c := serve(t, p, mail.StartTLS)
	c.TLS = nil
	if _, err := sender(t, c).Send(t.Context(), letter); err == nil {
		t.Error("an unknown authority was trusted")
	}
	bare := serve(t, p, mail.Plain)
	bare.Security = mail.StartTLS
	if _, err := sender(t, bare).Send(t.Context(), letter); err == nil {
		t.Error("a server without STARTTLS was used")
	}
	if len(p.letters) != 0 {
		t.Error("a letter left")
	}
	if _, err := mail.New(mail.Config{Host: "mail.example.org", Security: mail.Plain, From: "a@example.org"}); err == nil {
		t.Error("plain is accepted for a distant server")
	}
	if _, err := mail.New(mail.Config{Host: "mail.example.org", From: "nobody"}); err == nil {
		t.Error("a sender without address is accepted")
	}
}

func TestAnswersBecomeOutcomes(t *testing.T) {
	answer := func(code int, enhanced smtp.EnhancedCode) func(string) error {
		return func(to string) error { return &smtp.SMTPError{Code: code, EnhancedCode: enhanced, Message: to + " no"} }
	}
	cases := map[string]struct {
		post    *post
		refused bool
		unknown bool
		words   string
	}{
		"no such mailbox": {post: &post{rcpt: answer(550, smtp.EnhancedCode{5, 1, 1})}, refused: true, words: "550 5.1.1"},
		"greylisted":      {post: &post{rcpt: answer(451, smtp.EnhancedCode{4, 7, 1})}, words: "451 4.7.1"},
		"full after data": {post: &post{data: func(context.Context) error {
			return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "full"}
		}}, refused: true, words: "552"},
		"never answers after data": {post: &post{data: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}, unknown: true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := sender(t, serve(t, c.post, mail.Plain)).Send(t.Context(), letter)
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Fatal(err)
			}
			if got := strings.HasPrefix(err.Error(), "refused"); got != c.refused {
				t.Errorf("refused %v: %v", got, err)
			}
			if got := errors.Is(err, notify.ErrUnknown); got != c.unknown {
				t.Errorf("unknown %v: %v", got, err)
			}
			if strings.Contains(err.Error(), letter.Target) {
				t.Errorf("the error holds the address: %v", err)
			}
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	s := sender(t, mail.Config{Host: "127.0.0.1", Port: port, Security: mail.Plain, From: "a@example.org"})
	_, err = s.Send(t.Context(), letter)
	if err == nil || errors.Is(err, notify.ErrUnknown) || strings.HasPrefix(err.Error(), "refused") {
		t.Errorf("a closed door is a temporary error, not %v", err)
	}
	if _, err := s.Send(t.Context(), notify.Message{ID: "x", Target: "not an address"}); err == nil || !strings.HasPrefix(err.Error(), "refused") {
		t.Errorf("a wrong address is refused, not %v", err)
	}
}

// A sender of secure mail encloses documents, and writes to nobody else; an ordinary one
// never carries a document.
func TestSecureMail(t *testing.T) {
	p := &post{}
	c := serve(t, p, mail.StartTLS)
	letter := notify.Message{ID: "d1", Target: "dr@ville.mssante.fr", Subject: "Compte rendu", Text: "Ci-joint.", File: &notify.File{Name: "compte-rendu.pdf", Type: "application/pdf", Data: []byte("%PDF-1.4 secret")}}
	ordinary := sender(t, c)
	if _, err := ordinary.Send(t.Context(), letter); err == nil || ordinary.Name() != notify.MailChannel || ordinary.Secure(letter.Target) {
		t.Errorf("an ordinary sender carries a document: %v", err)
	}
	c.Secure = []string{"mssante.fr"}
	secure := sender(t, c)
	elsewhere := letter
	elsewhere.Target = "dr@example.org"
	if _, err := secure.Send(t.Context(), elsewhere); err == nil || secure.Name() != notify.SecureMailChannel {
		t.Errorf("a document leaves for an ordinary mailbox: %v", err)
	}
	if _, err := secure.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	if len(p.letters) != 1 || p.to[0] != letter.Target {
		t.Fatalf("%d letters, to %v", len(p.letters), p.to)
	}
	for _, part := range []string{`filename="compte-rendu.pdf"`, "application/pdf", base64.StdEncoding.EncodeToString(letter.File.Data), "Ci-joint."} {
		if !strings.Contains(p.letters[0], part) {
			t.Errorf("%q is not in the letter:\n%s", part, p.letters[0])
		}
	}
}
