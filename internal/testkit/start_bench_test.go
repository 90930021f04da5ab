package testkit_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/clock"
	"entractes/internal/demo"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
)

// starts is how many times the program is started; the median counts.
const starts = 7

// BenchmarkSecondStart measures the program itself on the database of a demonstration:
// from its start to a ready answer once the database has been opened before, and its
// resident memory after a minute without a visitor. Targets: 500 ms, 120 MB.
func BenchmarkSecondStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "entractes")
	build := exec.CommandContext(b.Context(), "go", "build", "-buildvcs=false", "-o", program, "entractes/cmd/entractes")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("build: %v: %s", err, out)
	}
	eachEngine(b, func(b *testing.B, engine db.Engine) {
		address, key := dbtest.Address(b, engine), filepath.Join(b.TempDir(), "master.key")
		livePast(b, address, key)
		serve := func() *process {
			return begin(b, program, "serve", "--listen=127.0.0.1:0", "--log-level=error", "--database="+address, "--master-key="+key)
		}
		serve().end(b)
		var took []time.Duration
		var memory float64
		for b.Loop() {
			for range starts - 1 {
				p := serve()
				took = append(took, p.ready)
				p.end(b)
			}
			p := serve()
			took = append(took, p.ready)
			<-clock.Real().NewTimer(time.Minute).C()
			memory = p.resident(b)
			p.end(b)
		}
		b.ReportMetric(ms(quantile(took, 0.5)), "ready-ms")
		b.ReportMetric(memory, "rss-MB")
		b.ReportMetric(0, "ns/op")
	})
}

// livePast fills a database as `entractes demo` does.
func livePast(b *testing.B, address, key string) {
	b.Helper()
	now := clock.Real().Now()
	c := clock.NewManual(now.Add(-demo.History))
	h, err := app.Build(b.Context(), config.Config{Listen: "127.0.0.1:0", Database: address, MasterKey: key}, app.Options{
		Clock: c, Demo: true, Channels: app.FakePhones(), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	err = errors.Join(
		demo.Furnish(b.Context(), h.Demo(), 91, demo.Size{}),
		demo.Live(b.Context(), h.Demo(), c, now, demo.Past{Seed: 91, Fixtures: true}),
		h.Close(),
	)
	if err != nil {
		b.Fatal(err)
	}
}

// process is the program, answering.
type process struct {
	cmd   *exec.Cmd
	ready time.Duration
}

// begin starts the program and waits until it says that it is ready.
func begin(b *testing.B, program string, args ...string) *process {
	b.Helper()
	begun := clock.Real().Now()
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, host, ok := strings.Cut(strings.TrimSpace(line), "http://")
	if err != nil || !ok {
		b.Fatalf("the program said %q: %v", line, err)
	}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+host+"/readyz", nil)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		b.Fatalf("not ready: %s", answer.Status)
	}
	return &process{cmd, clock.Real().Now().Sub(begun)}
}

// end asks the program to stop and waits for it.
func (p *process) end(b *testing.B) {
	b.Helper()
	if err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait()); err != nil {
		b.Errorf("stop: %v", err)
	}
}

// resident reads the memory of the program, in megabytes.
func (p *process) resident(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	var kib float64
	if _, err := fmt.Sscan(rest, &kib); err != nil {
		b.Fatal(err)
	}
	return kib / 1024
}
