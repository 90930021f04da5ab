// Package app builds everything, runs everything and stops everything: what this
// binary contains is read here, in order.
package app

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/notify"
	"entractes/internal/care/patient"
	"entractes/internal/care/reconcile"
	"entractes/internal/care/request"
	"entractes/internal/care/retention"
	"entractes/internal/care/rota"
	"entractes/internal/care/supervise"
	"entractes/internal/care/territory"
	"entractes/internal/channel/mail"
	"entractes/internal/channel/sms"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/live"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
	"entractes/internal/security/auth"
	"entractes/internal/security/crypt"
	"entractes/internal/security/psc"
	"entractes/internal/web"
)

// House is the whole product on one database. Its services may be used concurrently.
type House struct {
	Config      config.Config
	Clock       clock.Clock
	Log         *slog.Logger
	DB          *db.DB
	Queue       *queue.Queue
	Hub         *live.Hub
	Vault       *crypt.Vault
	Audit       *audit.Audit
	Auth        *auth.Service
	PSC         *psc.Provider // nil where nobody signs in by it
	Territories *territory.Service
	Directory   *directory.Service
	Rota        *rota.Service
	Patients    *patient.Register
	Notify      *notify.Service
	Enrolment   *enrolment.Service
	Requests    *request.Service
	Supervise   *supervise.Service
	Retention   *retention.Service
	Promises    *reconcile.Service

	reports sms.Reports
	gaps    gaps
	leaving atomic.Bool // asked to stop: pages are still served
	meter   *meter
	proxies web.Proxies
	demo    bool
}

// Options are what tests and the demonstration choose beside the configuration.
type Options struct {
	Clock    clock.Clock
	Log      *slog.Logger
	Channels []func(h *House) notify.Channel // instead of the configured ones, when there are any
	Auth     auth.Options
	Queue    queue.Options
	// Demo opens the pages that play every part, and says everywhere that all is fictional.
	Demo bool
}

// Build opens the database, brings its schema up to date and wires the services. The
// caller closes the house.
func Build(ctx context.Context, c config.Config, o Options) (_ *House, err error) {
	defer fault.Wrap(&err, "build the house")
	if err := c.Prepare(); err != nil {
		return nil, err
	}
	key, err := c.Key(crypt.NewMasterKey)
	if err != nil {
		return nil, err
	}
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	h := &House{Config: c, Clock: o.Clock, Log: o.Log, demo: o.Demo}
	if h.proxies, err = web.ParseProxies(c.TrustedProxies); err != nil {
		return nil, err
	}
	if h.Vault, err = crypt.Open(key); err != nil {
		return nil, err
	}
	h.Vault.Follow(c.ReadKey)
	if h.DB, err = db.Open(ctx, c.Database, h.Clock); err != nil {
		return nil, err
	}
	if _, err := h.DB.Migrate(ctx); err != nil {
		return nil, err
	}
	if err := h.DB.View(ctx, h.Vault.Check); err != nil {
		return nil, err
	}
	return h, h.wire(o)
}

func (h *House) wire(o Options) error {
	o.Queue.Log = h.Log
	h.Queue = queue.New(h.DB, o.Queue)
	h.Hub = live.New(h.DB)
	h.Audit = audit.New(h.DB)
	h.Territories = territory.NewService(h.DB)
	h.Directory = directory.NewService(h.DB)
	h.Rota = rota.NewService(h.DB)
	h.Patients = patient.New(h.DB, h.Vault, h.Audit)
	channels, err := h.channels(o)
	if err != nil {
		return err
	}
	h.Notify = notify.New(h.DB, h.Queue, h.Hub, notify.Options{Channels: channels, Settings: waits, Budget: textBudget, Letters: h.letter, BaseURL: h.baseURL()})
	if h.Auth, err = auth.New(h.DB, h.Vault, h.Audit, h.authOptions(o.Auth)); err != nil {
		return err
	}
	h.Enrolment = enrolment.New(h.DB, h.Queue, h.Vault, h.Audit, h.Auth, h.Notify)
	if h.PSC, err = h.proSanteConnect(); err != nil {
		return err
	}
	h.Requests = request.New(h.DB, h.Queue, h.Hub, h.Vault, h.Audit, h.Notify, h.Patients)
	h.Supervise = supervise.New(h.DB, h.Queue, h.Hub, h.Vault, h.Audit, h.Notify, h.Patients)
	h.Retention = retention.New(h.DB, h.Queue, h.Audit, h.Patients, h.Requests)
	h.Promises = reconcile.New(h.DB, h.Requests)
	h.Audit.Register(h.Queue)
	h.Audit.RegisterAnchor(h.Queue, h.Vault.Signer(auditPurpose))
	h.keepBackups()
	h.meter = newMeter(h)
	return nil
}

// auditPurpose names the key that signs the heads of the audit.
const auditPurpose = "audit"

// VerifyAudit reads the whole trail again, then compares it with its anchors and with those kept elsewhere; the
// first break of either is in the report.
func (h *House) VerifyAudit(ctx context.Context, kept ...audit.Anchor) (r audit.Report, anchors int, err error) {
	if r, err = h.Audit.Verify(ctx); err != nil || r.Broken != nil {
		return r, 0, err
	}
	public, ok := h.Vault.Signer(auditPurpose).Public().(ed25519.PublicKey)
	if !ok {
		return r, 0, fault.Internal(errors.New("the signer is of another kind"))
	}
	anchors, r.Broken, err = h.Audit.VerifyAnchors(ctx, public, kept...)
	return r, anchors, err
}

// waits are how long a message may stay unseen in a territory before the next channel.
func waits(tx *db.Tx, id string) (notify.Settings, error) {
	s, err := territory.SettingsOf(tx, id)
	return notify.Settings{UnseenUrgent: s.UnseenUrgent, Unseen: s.Unseen}, err
}

// textBudget is what the text messages of a territory may cost.
func textBudget(tx *db.Tx, id string) (notify.Budget, error) {
	s, err := territory.SettingsOf(tx, id)
	if err != nil {
		return notify.Budget{}, err
	}
	t, err := territory.Of(tx, id)
	return notify.Budget{PerRequest: s.TextsRequest, PerDay: s.TextsDay, Price: s.TextPrice, Zone: t.Location()}, err
}

// channels are the ways out of the house: those given, or those configured.
func (h *House) channels(o Options) (out []notify.Channel, err error) {
	if len(o.Channels) > 0 {
		for _, make := range o.Channels {
			out = append(out, make(h))
		}
		return out, nil
	}
	if h.Config.SMTPHost != "" {
		sender, err := mail.New(mail.Config{
			Host: h.Config.SMTPHost, Port: h.Config.SMTPPort, Security: mail.Security(h.Config.SMTPSecurity),
			Username: h.Config.SMTPUser, Password: h.Config.SMTPPassword, From: h.Config.MailFrom,
		})
		if err != nil {
			return nil, err
		}
		out = append(out, sender)
	}
	if h.Config.SecureMailHost != "" {
		sender, err := mail.New(mail.Config{
			Host: h.Config.SecureMailHost, Port: h.Config.SecureMailPort, Security: mail.Security(h.Config.SecureMailSecurity),
			Username: h.Config.SecureMailUser, Password: h.Config.SecureMailPassword, From: h.Config.SecureMailFrom,
			Secure: strings.Split(h.Config.SecureMailDomains, ","),
		})
		if err != nil {
			return nil, err
		}
		out = append(out, sender)
	}
	var gateway smsGateway
	if ok, err := h.Config.Gateway(&gateway); err != nil || !ok {
		return out, err
	}
	h.reports = gateway.Reports
	g, err := sms.New(gateway.Config, h.Clock)
	return append(out, g), err
}

// baseURL is where links in messages lead.
func (h *House) baseURL() string {
	if h.Config.PublicURL != "" {
		return strings.TrimSuffix(h.Config.PublicURL, "/")
	}
	return (&url.URL{Scheme: "http", Host: h.Config.Listen}).String()
}

// Close releases the database. Run must have returned.
func (h *House) Close() error { return h.DB.Close() }

// stopWithin is how long requests under way may take once the house is asked to stop.
const stopWithin = 10 * time.Second
