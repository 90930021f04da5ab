package dbtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"entractes/internal/base/clock"
	"entractes/internal/infra/db"
)

// server is a private PostgreSQL.
type server struct {
	dir, bin string
	cred     *syscall.Credential
	process  *exec.Cmd
	next     atomic.Int64
}

const template = "template_house"

// private starts the server of this test binary once. It is killed with the process, and
// its folder is in the temporary directory of the machine.
var private = sync.OnceValues(startServer)

// startServer runs a server that has its template.
func startServer() (*server, error) {
	s, err := newServer()
	if err != nil {
		return nil, err
	}
	if err := s.start(); err != nil {
		return nil, err
	}
	return s, s.makeTemplate()
}

// newServer makes the folder of a server that is not started.
func newServer() (*server, error) {
	bin, err := findBinaries()
	if err != nil {
		return nil, err
	}
	cred, err := serverUser()
	if err != nil {
		return nil, err
	}
	// Short, because a socket path holds 107 bytes at most.
	dir, err := os.MkdirTemp("", "pg")
	if err != nil {
		return nil, err
	}
	if cred != nil {
		if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(dir, "d")
	initdb := command(cred, filepath.Join(bin, "initdb"), "-D", data, "-U", "house", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	return &server{dir: dir, bin: bin, cred: cred}, nil
}

// start runs the server and waits until it answers.
func (s *server) start() error {
	postgres := command(s.cred, filepath.Join(s.bin, "postgres"), "-D", filepath.Join(s.dir, "d"), "-k", s.dir,
		"-c", "listen_addresses=", "-c", "max_connections=300", "-c", "shared_buffers=64MB",
		"-c", "fsync="+fsync(), "-c", "full_page_writes=off", "-c", "log_min_messages=fatal")
	var log bytes.Buffer
	postgres.Stderr = &log
	if err := postgres.Start(); err != nil {
		return err
	}
	s.process = postgres
	if err := s.waitReady(); err != nil {
		return fmt.Errorf("%w: %s", err, log.String())
	}
	return nil
}

// fsync is off for speed, unless a benchmark that counts the disk asks for it.
func fsync() string {
	if os.Getenv("DBTEST_FSYNC") != "" {
		return "on"
	}
	return "off"
}

// findBinaries returns the folder of initdb and postgres, the newest version installed.
func findBinaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("initdb is not installed; make test installs the package postgresql")
	}
	return filepath.Dir(path), nil
}

// serverUser is who runs the server: PostgreSQL refuses root, so the user postgres does then.
func serverUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil //nolint:nilnil // no credential means: as the caller
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

func command(cred *syscall.Credential, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...) // fixed programs; Pdeathsig ends them with the test binary
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: cred, Pdeathsig: syscall.SIGQUIT}
	return c
}

func (s *server) address(name string) string {
	u := url.URL{Scheme: "postgres", User: url.User("house"), Path: "/" + name, RawQuery: url.Values{"host": {s.dir}}.Encode()}
	return u.String()
}

func (s *server) waitReady() error {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	for {
		conn, err := pgx.Connect(ctx, s.address("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server did not start: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// makeTemplate migrates one database that the others are copied from.
func (s *server) makeTemplate() error {
	ctx := context.Background()
	if err := s.exec(ctx, "CREATE DATABASE "+template); err != nil {
		return err
	}
	d, err := db.Open(ctx, s.address(template), clock.Real())
	if err != nil {
		return err
	}
	_, err = d.Migrate(ctx)
	return errors.Join(err, d.Close())
}

// creating makes databases one at a time: the template may not be read by two at once.
var creating sync.Mutex

func (s *server) create(ctx context.Context, name string) error {
	creating.Lock()
	defer creating.Unlock()
	return s.exec(ctx, "CREATE DATABASE "+name+" TEMPLATE "+template)
}

func (s *server) exec(ctx context.Context, q string) error {
	conn, err := pgx.Connect(ctx, s.address("postgres"))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, q)
	return errors.Join(err, conn.Close(ctx))
}
