package pro

import (
	"context"
	"io"
	"slices"

	"entractes/internal/base/fold"
	"entractes/internal/care/directory"
	"entractes/internal/web"
)

// networkMax bounds the name of a network, in characters.
const networkMax = 200

// networkChoice lets whoever asks limit a request to one or several networks. It is there
// only in a territory that has some.
type networkChoice struct {
	// Name is that of the field.
	Name   string
	Known  []directory.Network
	Chosen []string
	Fault  string
}

// Render writes the component.
func (c networkChoice) Render(ctx context.Context, w io.Writer) error {
	return askNetworks(c).Render(ctx, w)
}

// networks is the choice of one need of a new request.
func (v needView) networks(ctx context.Context) networkChoice {
	name := v.name("networks")
	return networkChoice{Name: name, Known: v.Networks, Chosen: v.f.Values(name), Fault: v.f.Fault(ctx, name)}
}

// options are the networks of the territory and, with them, those chosen that it no longer has.
func (c networkChoice) options(ctx context.Context) []web.Option {
	var list []web.Option
	for _, n := range c.Known {
		list = append(list, web.Option{Value: n.Name, Label: web.P(ctx).T("targeting.network.people", "name", n.Name, "n", n.People)})
	}
	for _, name := range c.Chosen {
		if name != "" && !c.knows(name) {
			list = append(list, web.Option{Value: name, Label: name})
		}
	}
	return list
}

func (c networkChoice) knows(name string) bool {
	return slices.ContainsFunc(c.Known, func(n directory.Network) bool { return fold.Key(n.Name) == fold.Key(name) })
}

// readNetworks reads the networks somebody says he belongs to: those ticked, and one written.
// A form that does not hold the question leaves what is kept.
func readNetworks(f *web.Form, was []string) []string {
	if !f.Has("networks_asked") {
		return was
	}
	list := f.All("networks")
	if other := f.Text("network_other", networkMax); other != "" && !directory.InNetworks(list, []string{other}) {
		list = append(list, other)
	}
	return list
}

// myNetworks is the same choice on the page of one's own practice.
func (m meRead) myNetworks(ctx context.Context, f *web.Form, sent bool) networkChoice {
	c := networkChoice{Name: "networks", Known: m.networks, Chosen: m.practice.Networks, Fault: f.Fault(ctx, "networks")}
	if sent {
		c.Chosen = f.Values("networks")
	}
	return c
}
