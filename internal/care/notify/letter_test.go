package notify_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
)

// vaultWire is a channel that says which mailboxes are secure.
type vaultWire struct{ *wire }

func (v vaultWire) Secure(target string) bool {
	return notify.SecureMailbox(target, notify.SecureDomains...)
}

var gp = notify.Subject{Kind: "outsider", ID: "gp-1"}

// withLetters gives the house a secure channel and somebody who keeps letters.
func withLetters(h *house, target string, keep func(ctx context.Context, channel string) error) *wire {
	secure := &wire{name: notify.SecureMailChannel, repeats: true}
	h.queue = queue.New(h.d, queue.Options{})
	h.Service = notify.New(h.d, h.queue, h.hub, notify.Options{
		Channels: []notify.Channel{h.sms, h.mail, vaultWire{secure}}, BaseURL: "https://entractes.example.org", Timeout: time.Minute,
		Letters: func(ctx context.Context, id notify.LetterID, channel string) (notify.Letter, error) {
			if id != "letter-1" {
				return notify.Letter{}, fault.NotFound("request.report_not_found")
			}
			if err := keep(ctx, channel); err != nil {
				return notify.Letter{}, err
			}
			if channel == notify.SecureMailChannel {
				return notify.Letter{Target: target, File: &notify.File{Name: "compte-rendu.pdf", Type: "application/pdf", Data: []byte("secret")}}, nil
			}
			return notify.Letter{Target: "gp@example.org"}, nil
		},
	})
	return secure
}

func kept(context.Context, string) error { return nil }

func (h *house) post(p notify.Posting) {
	h.t.Helper()
	p.Territory, p.Subject, p.Request = "t1", gp, "r1"
	h.update(func(tx *db.Tx) error { return h.Post(tx, p) })
}

func (h *house) states1(channel string) notify.State { return h.states(gp)[channel] }

func TestALetterGoesToASecureMailbox(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		secure := withLetters(h, "dr@ville.mssante.fr", kept)
		h.post(notify.Posting{Letter: "letter-1", Secure: true, Mail: true})
		h.forward(time.Hour)
		got := secure.got()
		if len(got) != 1 || got[0].Target != "dr@ville.mssante.fr" || got[0].File == nil || string(got[0].File.Data) != "secret" || len(h.mail.got()) != 0 {
			t.Fatalf("secure %v, ordinary %v", got, h.mail.got())
		}
		if h.states1(notify.SecureMailChannel) != notify.Sent || h.states1(notify.MailChannel) != notify.Held {
			t.Error(h.states(gp))
		}
		h.seenBy(gp)
		if h.states1(notify.SecureMailChannel) != notify.Sent {
			t.Error("opening the request says that a letter was seen")
		}
	})
}

func (h *house) seenBy(s notify.Subject) {
	h.t.Helper()
	h.update(func(tx *db.Tx) error { return h.Seen(tx, s, "r1") })
}

// What the secure mailbox refuses becomes a notice by ordinary mail, without content.
func TestARefusedLetterBecomesANotice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		secure := withLetters(h, "dr@ville.mssante.fr", kept)
		secure.answer = always(notify.Receipt{}, notify.Refused("550 5.1.1"))
		h.post(notify.Posting{Letter: "letter-1", Secure: true, Mail: true})
		h.forward(time.Minute)
		got := h.mail.got()
		if len(got) != 1 || got[0].Target != "gp@example.org" || got[0].File != nil || !strings.Contains(got[0].Text, "Un compte rendu de soins vous attend") || got[0].Link != "" {
			t.Fatalf("%+v", got)
		}
		if h.states1(notify.SecureMailChannel) != notify.Failed || h.states1(notify.MailChannel) != notify.Sent {
			t.Error(h.states(gp))
		}
	})
}

// A target that the channel does not say to be secure is given nothing, whoever asked.
func TestNoFileLeavesForAnOrdinaryMailbox(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		secure := withLetters(h, "dr@example.org", kept)
		h.post(notify.Posting{Letter: "letter-1", Secure: true})
		h.forward(time.Hour)
		if len(secure.got()) != 0 || h.states1(notify.SecureMailChannel) != notify.Failed {
			t.Errorf("%v: %v", h.states(gp), secure.got())
		}
	})
}

// A letter that cannot be made yet is tried again; one that is gone is not.
func TestALetterIsMadeAtEachAttempt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		down := true
		secure := withLetters(h, "dr@ville.mssante.fr", func(context.Context, string) error {
			if down {
				return errors.New("the patient is Alix Exemple")
			}
			return nil
		})
		h.post(notify.Posting{Letter: "letter-1", Secure: true})
		h.forward(time.Minute)
		h.view(func(tx *db.Tx) error {
			traces, err := h.Traces(tx, "r1")
			if len(traces) != 1 || traces[0].State != notify.Queued || strings.Contains(traces[0].Reason, "Alix") || traces[0].Letter != "letter-1" || !traces[0].Sent.IsZero() {
				t.Errorf("%+v", traces)
			}
			return err
		})
		down = false
		h.forward(10 * time.Minute)
		if len(secure.got()) != 1 || h.states1(notify.SecureMailChannel) != notify.Sent {
			t.Errorf("%v: %v", h.states(gp), secure.got())
		}
		h.post(notify.Posting{Letter: "letter-gone", Secure: true})
		h.forward(time.Minute)
		if len(secure.got()) != 1 || h.states1(notify.SecureMailChannel) != notify.Failed {
			t.Errorf("%v: %v", h.states(gp), secure.got())
		}
	})
}

func TestSecureMailboxes(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"dr.spec@medecin.mssante.fr": true, "x@mssante.fr": true, "dr@medical.apicrypt.org": true, "DR@Medecin.MSSante.FR ": true,
		"x@mssante.fr.example.org": false, "x@notmssante.fr": false, "x@example.org": false, "mssante.fr": false, "@mssante.fr": false, "": false,
		"x@example.org, y@medecin.mssante.fr": false, "x@a@mssante.fr": false, "x@mssante.fr\nBcc: y@example.org": false,
	} {
		if got := notify.SecureMailbox(address, notify.SecureDomains...); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
	if notify.SecureMailbox("x@example.org", "", " ") {
		t.Error("an empty domain holds every mailbox")
	}
}
