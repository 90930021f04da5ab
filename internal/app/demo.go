package app

import (
	"entractes/internal/care/notify"
	"entractes/internal/channel/fakephone"
	"entractes/internal/demo"
)

// FakePhones are the ways out of a demonstration: nothing leaves the house.
func FakePhones() []func(h *House) notify.Channel {
	return []func(h *House) notify.Channel{
		func(h *House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.SMSChannel) },
		func(h *House) notify.Channel { return fakephone.New(h.DB, h.Hub, notify.MailChannel) },
	}
}

// Demo returns what the demonstration acts upon in this house.
func (h *House) Demo() demo.House {
	return demo.House{DB: h.DB, Queue: h.Queue, Auth: h.Auth, Notify: h.Notify, Patients: h.Patients, Requests: h.Requests, Log: h.Log}
}
