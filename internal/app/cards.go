package app

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/security/card"
	"entractes/internal/web"
	"entractes/internal/web/account"
)

// rulesLast is how long the authorities and the revocation lists of cards are kept in memory.
const rulesLast = time.Hour

// cardRules are the rules of cards, read again when they are old.
type cardRules struct {
	mu    sync.Mutex
	rules *card.Rules
	read  time.Time
}

// current returns the rules. Lists that cannot be read again leave the rules as they were: the dates
// of the lists say how long they are worth something.
func (c *cardRules) current(h *House) (*card.Rules, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rules != nil && h.Clock.Now().Before(c.read.Add(rulesLast)) {
		return c.rules, nil
	}
	authorities, lists, err := h.Config.Cards()
	if err == nil {
		var fresh *card.Rules
		if fresh, err = card.NewRules(authorities, units(h.Config.CardUnits), lists...); err == nil {
			c.rules = fresh
		}
	}
	c.read = h.Clock.Now()
	if c.rules == nil {
		return nil, err
	}
	if err != nil {
		h.Log.Warn("the lists of cards could not be read again", "err", err)
	}
	return c.rules, nil
}

func units(text string) (out []string) {
	for u := range strings.SplitSeq(text, ";") {
		if u = strings.TrimSpace(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// readCards answers browsers that present a card, until ctx ends. It lives apart from the pages: a
// browser asks its owner for a card on the first connection to an address, whatever the page.
func (h *House) readCards(ctx context.Context) error {
	var rules cardRules
	if _, err := rules.current(h); err != nil {
		return err
	}
	certificate, err := tls.LoadX509KeyPair(h.Config.CardCert, h.Config.CardKey)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", h.Config.CardListen)
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: h.cardPages(&rules), ReadHeaderTimeout: readWithin, ReadTimeout: readWithin, WriteTimeout: 4 * readWithin, MaxHeaderBytes: 64 << 10,
		// Whoever presents nothing, or something else, is told so on a page: the handshake refuses nobody.
		TLSConfig: &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}, ClientAuth: tls.RequestClientCert, SessionTicketsDisabled: true},
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.ServeTLS(l, "", ""); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// cardPages is the one page of the reader: it looks at the card of the connection and sends the browser
// back with a ticket that only the browser that left can use.
func (h *House) cardPages(rules *cardRules) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		trip := account.CardTrip{State: r.URL.Query().Get("etat")}
		current, err := rules.current(h)
		if err == nil && r.TLS != nil {
			identity, refusal := current.Identify(r.TLS.PeerCertificates, h.Clock.Now())
			if refusal != nil {
				trip.Refusal = fault.CodeOf(refusal)
			} else {
				trip.Identity = &identity
			}
		}
		ticket := ""
		if err == nil {
			ticket, err = h.Auth.Leave(r.Context(), trip)
		}
		if err != nil {
			h.Log.ErrorContext(r.Context(), "a card could not be read", "err", err)
			http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		http.Redirect(w, r, h.baseURL()+"/connexion/carte/retour?"+url.Values{"billet": {ticket}}.Encode(), http.StatusSeeOther)
	})
	return web.Pace{Address: h.Config.RateAddress}.Around(h.Clock, mux)
}
