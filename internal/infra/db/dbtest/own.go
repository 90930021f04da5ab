package dbtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Own is a PostgreSQL of one test alone, which may stop it and start it again. It ends with the test.
type Own struct {
	t testing.TB
	s *server
}

// StartOwn starts it.
func StartOwn(t testing.TB) *Own {
	t.Helper()
	s, err := startServer()
	if err != nil {
		t.Fatalf("PostgreSQL of the test: %v", err)
	}
	o := &Own{t, s}
	t.Cleanup(func() {
		o.Stop(syscall.SIGQUIT)
		if err := os.RemoveAll(s.dir); err != nil {
			t.Errorf("remove the server: %v", err)
		}
	})
	return o
}

// Address makes a fresh migrated database and returns its address.
func (o *Own) Address() string {
	o.t.Helper()
	return o.s.fresh(o.t)
}

// Stop ends the server: SIGINT as an operator does, SIGQUIT as a crash. One that has ended stays so.
func (o *Own) Stop(how syscall.Signal) {
	o.t.Helper()
	if o.s.process == nil {
		return
	}
	if err := o.s.process.Process.Signal(how); err != nil {
		o.t.Errorf("stop PostgreSQL: %v", err)
	}
	var exit *exec.ExitError // a crash has a status
	if err := o.s.process.Wait(); err != nil && !errors.As(err, &exit) {
		o.t.Errorf("wait for PostgreSQL: %v", err)
	}
	o.s.process = nil
}

// Start runs the server again.
func (o *Own) Start() {
	o.t.Helper()
	if err := o.s.start(); err != nil {
		o.t.Fatalf("start PostgreSQL: %v", err)
	}
}

// ReadOnly makes the server refuse to write, or accept it again, as a disk that was set aside.
func (o *Own) ReadOnly(on bool) {
	o.t.Helper()
	for _, q := range []string{fmt.Sprintf("ALTER SYSTEM SET default_transaction_read_only = %t", on), "SELECT pg_reload_conf()"} {
		if err := o.s.exec(o.t.Context(), q); err != nil {
			o.t.Fatal(err)
		}
	}
	// Told to read its settings again, the server does it in its own time.
	probe := "CREATE TEMPORARY TABLE probe (x INT)"
	for {
		err := o.s.exec(o.t.Context(), probe)
		if (err != nil) == on {
			return
		}
		select {
		case <-o.t.Context().Done():
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}
