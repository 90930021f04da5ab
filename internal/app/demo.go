package app

import (
	"entractes/internal/care/notify"
	"entractes/internal/channel/fakephone"
	"entractes/internal/demo"
	"entractes/internal/infra/db"
	"entractes/internal/web/dev"
)

// FakePhones are the ways out of a demonstration: nothing leaves the house.
func FakePhones() []func(h *House) notify.Channel {
	return []func(h *House) notify.Channel{
		func(h *House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.SMSChannel) },
		func(h *House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.MailChannel) },
		func(h *House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.SecureMailChannel) },
	}
}

// Demo returns what the demonstration acts upon in this house.
func (h *House) Demo() demo.House {
	return demo.House{DB: h.DB, Queue: h.Queue, Auth: h.Auth, Notify: h.Notify, Patients: h.Patients, Requests: h.Requests, Supervise: h.Supervise, Enrolment: h.Enrolment, Log: h.Log}
}

// devPages are the pages of a demonstration: the parts to play, the telephones.
func (h *House) devPages() *dev.Pages {
	return dev.New(dev.Deps{
		DB: h.DB, Auth: h.Auth,
		Personas: func(tx *db.Tx) ([]dev.Persona, error) {
			all, err := demo.Personas(tx)
			out := make([]dev.Persona, len(all))
			for i, p := range all {
				out[i] = dev.Persona(p)
			}
			return out, err
		},
		Owners: func(tx *db.Tx, targets []string) (map[string]dev.Owner, error) {
			all, err := demo.Owners(tx, targets)
			out := make(map[string]dev.Owner, len(all))
			for target, o := range all {
				out[target] = dev.Owner(o)
			}
			return out, err
		},
		Figures: func(tx *db.Tx) (dev.Figures, error) {
			f, err := demo.Count(tx)
			return dev.Figures(f), err
		},
	})
}
