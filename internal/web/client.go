package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"entractes/internal/base/fault"
)

// Proxies are the networks of the reverse proxies in front of the house: what they say of
// who connects is believed, and nobody else's word.
type Proxies []netip.Prefix

// ParseProxies reads networks separated by commas: « 127.0.0.0/8, ::1 ».
func ParseProxies(text string) (out Proxies, err error) {
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			a, notAddress := netip.ParseAddr(part)
			if notAddress != nil {
				return nil, fault.Invalid("config.proxies", "trusted-proxies", "text", part).Because(err)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Behind gives each request the address of the client in RemoteAddr. A proxy appends to
// X-Forwarded-For whom it saw: the last address that no proxy of ours wrote of itself is the
// client. What stands before it was written by anybody, and is not read.
func (p Proxies) Behind(next http.Handler) http.Handler {
	if len(p) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if client, ok := p.client(r); ok {
			known := *r
			known.RemoteAddr = net.JoinHostPort(client.String(), "0")
			r = &known
		}
		next.ServeHTTP(w, r)
	})
}

func (p Proxies) client(r *http.Request) (client netip.Addr, ok bool) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !p.holds(peer.Addr()) {
		return client, false
	}
	said := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(said) - 1; i >= 0; i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(said[i]))
		if err != nil {
			break // a proxy of ours writes addresses: the rest is not its word
		}
		client, ok = a.Unmap(), true
		if !p.holds(client) {
			break
		}
	}
	return client, ok
}

func (p Proxies) holds(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// ClientAddress is the network address of who sends r, without its port.
func ClientAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
