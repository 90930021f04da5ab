package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/infra/trace"
)

// part is a long-lived piece of the house. It returns when ctx ends, or with an error
// that stops the house.
type part struct {
	name string
	run  func(ctx context.Context) error
}

// Run serves pages on l, keeps promises and exchanges hints until ctx ends, then serves pages
// while it drains and lets what is under way finish. ready is called once, when everything answers. more are
// parts that live beside: the simulator of the demonstration.
func (h *House) Run(ctx context.Context, l net.Listener, ready func(), more ...func(ctx context.Context) error) (err error) {
	defer fault.Wrap(&err, "run the house")
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	stopping := make(chan struct{})
	server := &http.Server{
		Handler: h.Handler(stopping), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, BaseContext: func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	server.RegisterOnShutdown(sync.OnceFunc(func() { close(stopping) }))
	stopTrace, err := trace.Open(ctx, h.Config.TraceCollector)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopTrace(context.WithoutCancel(ctx))) }()
	if err := h.promiseUpkeep(ctx); err != nil {
		return err
	}
	parts := []part{{"queue", h.Queue.Run}, {"live", h.Hub.Run}, {"clock", h.watchClock}, {"reconcile", h.reconcile}, {"pages", func(context.Context) error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}}}
	if h.Config.MetricsListen != "" {
		parts = append(parts, part{"metrics", h.serveMetrics})
	}
	if h.Config.CardListen != "" {
		parts = append(parts, part{"cards", h.readCards})
	}
	for _, run := range more {
		parts = append(parts, part{"demo", run})
	}
	var wg sync.WaitGroup
	for _, p := range parts {
		wg.Go(func() {
			if err := p.run(ctx); err != nil && ctx.Err() == nil {
				fault.Wrap(&err, "%s", p.name)
				stop(err)
			}
		})
	}
	ready()
	<-ctx.Done()
	h.drain()
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err = server.Shutdown(limit)
	wg.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(err, cause)
	}
	return err
}

// drain serves pages a little longer, while /readyz says that nobody should be sent here any more.
func (h *House) drain() {
	h.leaving.Store(true)
	if h.Config.Drain <= 0 {
		return
	}
	<-h.Clock.NewTimer(h.Config.Drain).C()
}

// startAgain is how long a house that starts waits for a database that went away.
const startAgain = time.Second

// promiseUpkeep promises what the house does for itself, which then goes on by itself. A database that
// goes away meanwhile is waited for, as it is once the house runs.
func (h *House) promiseUpkeep(ctx context.Context) error {
	for {
		err := h.promiseOnce(ctx)
		if fault.KindOf(err) != fault.KindUnavailable || ctx.Err() != nil {
			return err
		}
		h.Log.WarnContext(ctx, "the house waits for its database", "err", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-h.Clock.NewTimer(startAgain).C():
		}
	}
}

func (h *House) promiseOnce(ctx context.Context) error {
	if err := h.Audit.Start(ctx, h.Queue); err != nil {
		return err
	}
	if err := h.Audit.StartAnchor(ctx, h.Queue); err != nil {
		return err
	}
	if err := h.Requests.StartArchive(ctx); err != nil {
		return err
	}
	if err := h.Notify.StartPurge(ctx); err != nil {
		return err
	}
	if err := h.Enrolment.Start(ctx); err != nil {
		return err
	}
	if err := h.Retention.Start(ctx); err != nil {
		return err
	}
	return h.EnsureBackups(ctx)
}
