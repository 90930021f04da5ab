package app

import (
	"context"
	"os"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/notify"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/security/auth"
	"entractes/internal/security/psc"
)

// authOptions are what the configuration says of sessions, with what other features know of
// people. In a demonstration nobody proves anything, and nothing locks.
func (h *House) authOptions(o auth.Options) auth.Options {
	if h.demo {
		o.Idle, o.IdleDesk = 0, 0
	} else if o.Idle == 0 {
		o.Idle, o.IdleDesk = h.Config.SessionIdle, h.Config.SessionIdleDesk
	}
	if o.Session == 0 {
		o.Session = h.Config.SessionLast
	}
	if o.Phone == 0 {
		o.Phone = h.Config.SessionPhone
	}
	if o.Site == "" {
		o.Site = h.baseURL()
	}
	o.Around = auth.Around{Person: directory.PersonOfRPPS, Workplace: directory.Workplace, Tell: h.tellOwner}
	return o
}

// tellOwner tells the owner of an account what concerns it.
func (h *House) tellOwner(tx *db.Tx, to auth.Account, n auth.News) error {
	subject, err := h.Notify.OwnerOf(tx, to)
	if err != nil {
		return err
	}
	notice := notify.Notice{Territory: to.Territory, Subject: subject, Topic: notify.AccountChanged, Lang: to.Lang}
	if n.Topic == auth.TopicCode {
		notice.Topic, notice.Params, notice.Urgent = notify.AccountCode, map[string]string{notify.ParamCode: n.Code}, true
		notice.Deadline = tx.Now().Add(codeLast)
	}
	return h.Notify.Tell(tx, notice)
}

// codeLast is how long a code that was sent is worth sending.
const codeLast = 10 * time.Minute

// pscReturn is where Pro Santé Connect sends people back.
const pscReturn = "/connexion/psc/retour"

// proSanteConnect is the provider of the configuration, or nil.
func (h *House) proSanteConnect() (_ *psc.Provider, err error) {
	discovery := h.Config.PSCDiscovery
	switch discovery {
	case "":
		return nil, nil //nolint:nilnil // a house without it is one as any other
	case "production":
		discovery = psc.Production
	case "sandbox":
		discovery = psc.Sandbox
	}
	c := psc.Config{Discovery: discovery, ClientID: h.Config.PSCClient, Secret: h.Config.PSCSecret, Return: h.baseURL() + pscReturn}
	if h.Config.PSCKey != "" {
		text, err := os.ReadFile(h.Config.PSCKey)
		if err != nil {
			return nil, fault.Internal(err)
		}
		if c.Key, err = psc.ParseKey(text); err != nil {
			return nil, err
		}
	}
	return psc.New(c, h.Clock), nil
}

// zoneOf is where somebody lives. It is only for the words of a page: whoever has no territory reads Paris.
func (h *House) zoneOf(ctx context.Context, a actor.Actor) *time.Location {
	t := territory.Territory{}
	err := h.DB.View(ctx, func(tx *db.Tx) (err error) {
		t, err = territory.Of(tx, a.Territory)
		return err
	})
	if err != nil {
		h.Log.DebugContext(ctx, "no territory to tell hours by", "err", err)
	}
	return t.Location()
}
