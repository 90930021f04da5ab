package psc

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/security/auth"
)

// level is the only one accepted: two factors, one of them issued by the ANS.
const level = "eidas1"

// Addresses of the discovery documents of Pro Santé Connect.
const (
	Sandbox    = "https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"
	Production = "https://auth.esw.esante.gouv.fr/auth/realms/esante-wallet/.well-known/wallet-openid-configuration"
)

// Config is how a house is known to the provider.
type Config struct {
	Discovery string // Sandbox, Production, or another provider of the same words
	ClientID  string
	Secret    string
	Return    string // address that the provider sends people back to, exactly as registered
	Key       any    // opens what the provider encrypts to the house; nil when it does not
}

// Provider asks one provider. It may be used concurrently.
type Provider struct {
	config Config
	clock  clock.Clock
	client *http.Client

	mu    sync.Mutex
	known *known // nil until the provider has answered once
}

// known is what the provider says of itself.
type known struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	end      string
}

// patience bounds one question to the provider, answers are read to answerMax bytes.
const (
	patience  = 10 * time.Second
	answerMax = 1 << 20
)

// New returns the client of a provider, which is not asked anything yet: it may be away when the
// house opens.
func New(c Config, clk clock.Clock) *Provider {
	return &Provider{config: c, clock: clk, client: &http.Client{Timeout: patience, Transport: unsealing{http.DefaultTransport, c.Key}}}
}

// Trip is what the return of somebody who left for the provider must find again.
type Trip struct {
	State    string         `json:"state"`
	Nonce    string         `json:"nonce"`
	Verifier string         `json:"verifier"`
	To       string         `json:"to"`                 // the page he wanted
	Identity *auth.Identity `json:"identity,omitempty"` // once proved, while he chooses his situation
}

// NewTrip returns a trip to come back from to a page of ours.
func NewTrip(to string) Trip {
	return Trip{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), To: to}
}

// Address is where the browser is sent. A provider that does not answer is refused with the
// code "auth.psc_away".
func (p *Provider) Address(ctx context.Context, t Trip) (string, error) {
	k, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return k.oauth.AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier), oauth2.SetAuthURLParam("acr_values", level)), nil
}

// Identify reads what the provider sent the browser back with. The refusals: "auth.psc_state" (another
// trip's answer), "auth.psc_refused" (the provider says no, or the person did), "auth.psc_token" (the proof does
// not hold: signature, audience, nonce, end), "auth.psc_level" (a level that is not eidas1), "auth.psc_role" (no
// registered professional) and "auth.psc_away".
func (p *Provider) Identify(ctx context.Context, t Trip, query url.Values) (i auth.Identity, err error) {
	if t.State == "" || subtle.ConstantTimeCompare([]byte(t.State), []byte(query.Get("state"))) != 1 {
		return i, fault.Unauthenticated("auth.psc_state")
	}
	if query.Get("error") != "" || query.Get("code") == "" {
		return i, fault.Unauthenticated("auth.psc_refused")
	}
	k, err := p.discover(ctx)
	if err != nil {
		return i, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := k.oauth.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return i, exchangeFailed(err)
	}
	raw, _ := token.Extra("id_token").(string)
	proof, err := k.provider.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.clock.Now}).Verify(ctx, raw)
	if err != nil {
		return i, fault.Unauthenticated("auth.psc_token").Because(err)
	}
	var said struct {
		ACR string `json:"acr"`
	}
	if err := proof.Claims(&said); err != nil || subtle.ConstantTimeCompare([]byte(proof.Nonce), []byte(t.Nonce)) != 1 {
		return i, fault.Unauthenticated("auth.psc_token").Because(err)
	}
	if said.ACR != level {
		return i, fault.Unauthenticated("auth.psc_level")
	}
	c, err := p.userinfo(ctx, k, token)
	if err != nil {
		return i, err
	}
	if c.Subject != proof.Subject {
		return i, fault.Unauthenticated("auth.psc_token")
	}
	i, err = c.identity(proof.Issuer)
	i.Hint = raw
	return i, err
}

// End is where a browser ends the session that Pro Santé Connect keeps of who came by it, before it comes back to back; ""
// when the provider has no such address. hint is the token that it gave for that session.
func (p *Provider) End(ctx context.Context, hint, back string) (string, error) {
	k, err := p.discover(ctx)
	if err != nil || k.end == "" {
		return "", err
	}
	address, err := url.Parse(k.end)
	if err != nil {
		return "", fault.Unavailable("auth.psc_away").Because(err)
	}
	q := address.Query()
	q.Set("id_token_hint", hint)
	q.Set("client_id", p.config.ClientID)
	q.Set("post_logout_redirect_uri", back)
	address.RawQuery = q.Encode()
	return address.String(), nil
}

// exchangeFailed keeps a provider that is away apart from one that refuses.
func exchangeFailed(err error) error {
	if refused, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
		return fault.Unauthenticated("auth.psc_refused").Because(err)
	}
	return fault.Unavailable("auth.psc_away").Because(err)
}

// userinfo asks for the claims: JSON, a signed token verified by the same keys as the proof, or
// such a token sealed to the house.
func (p *Provider) userinfo(ctx context.Context, k *known, token *oauth2.Token) (c claims, err error) {
	info, err := k.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return c, fault.Unavailable("auth.psc_away").Because(err)
	}
	if err := info.Claims(&c); err != nil {
		return c, fault.Unauthenticated("auth.psc_token").Because(err)
	}
	c.Subject = info.Subject
	return c, nil
}

// discovery is what is read of the document, whose address is not the usual one.
type discovery struct {
	Issuer     string   `json:"issuer"`
	Auth       string   `json:"authorization_endpoint"`
	Token      string   `json:"token_endpoint"`
	Userinfo   string   `json:"userinfo_endpoint"`
	Keys       string   `json:"jwks_uri"`
	End        string   `json:"end_session_endpoint"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
}

// discover reads the provider's document once it is needed, and again until it answers.
func (p *Provider) discover(ctx context.Context) (_ *known, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	var d discovery
	if err := p.get(ctx, p.config.Discovery, &d); err != nil {
		return nil, fault.Unavailable("auth.psc_away").Because(err)
	}
	// A proof signed by nothing, or by a secret that both know, is none.
	algorithms := slices.DeleteFunc(slices.Clone(d.Algorithms), func(a string) bool { return a == "none" || strings.HasPrefix(a, "HS") })
	provider := (&oidc.ProviderConfig{IssuerURL: d.Issuer, AuthURL: d.Auth, TokenURL: d.Token, UserInfoURL: d.Userinfo, JWKSURL: d.Keys, Algorithms: algorithms}).
		NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client))
	p.known = &known{provider: provider, end: d.End, oauth: oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.Secret, RedirectURL: p.config.Return,
		Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "scope_all"},
	}}
	return p.known, nil
}

func (p *Provider) get(ctx context.Context, address string, into any) (err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return json.NewDecoder(io.LimitReader(answer.Body, answerMax)).Decode(into)
}
