package testkit_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/security/auth"
	"entractes/internal/testkit"
)

const (
	crashKills    = 10
	crashRequests = 100
	crashWithin   = 3 * time.Second
)

// The process of the crash test runs in this binary, told by its environment.
func TestMain(m *testing.M) {
	if address := os.Getenv("CRASH_DATABASE"); address != "" {
		crashed(address, os.Getenv("CRASH_KEY"))
		return
	}
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if !chosen { // a history is a whole house at work: twenty of each engine at each run, more when asked
		if err := flag.Set("rapid.checks", "20"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	os.Exit(m.Run())
}

// SIGKILL at random instants while requests run: what was acknowledged is there,
// nothing is accepted twice, promises are kept soon after a restart, the chain holds.
func TestKilledAgainAndAgain(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			address, key := dbtest.Address(t, engine), filepath.Join(t.TempDir(), "master.key")
			x := &crash{address: address, key: key, acked: map[string]bool{}}
			x.prepare(t)
			for range crashKills {
				x.runAndKill(t)
			}
			x.finish(t)
			x.check(t)
		})
	}
}

// crash is what the parent knows: the acknowledgements its dead children wrote.
type crash struct {
	address, key string
	acked        map[string]bool // "trigger ID", "accept OFFER"
	kept         time.Duration
	kills        int
}

// prepare enrols the people of the crash and lets the house go.
func (x *crash) prepare(t *testing.T) {
	t.Helper()
	h := &testkit.House{T: t, Clock: clock.NewManual(clock.Real().Now()), House: testkit.Build(t, x.address, x.key, clock.Real())}
	h.Settlement()
	h.Ward("Maternité A")
	for i := range 6 {
		h.Nurse(fmt.Sprintf("Numéro %d", i))
	}
	if err := h.DB.Close(); err != nil {
		t.Fatal(err)
	}
}

func (x *crash) child(t *testing.T, mode string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0]) // ourselves
	cmd.Env = append(os.Environ(), "CRASH_DATABASE="+x.address, "CRASH_KEY="+x.key, "CRASH_MODE="+mode)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewScanner(out)
}

// runAndKill lets a child live for a random while after its first words and kills it.
func (x *crash) runAndKill(t *testing.T) {
	t.Helper()
	x.kills++
	cmd, lines := x.child(t, "work")
	var once sync.Once
	for lines.Scan() {
		once.Do(func() {
			life := time.Duration(40+rand.IntN(400)) * time.Millisecond
			time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
		})
		x.acked[lines.Text()] = true
	}
	_ = cmd.Wait()
}

// finish restarts once more and waits until every promise that was due is kept.
func (x *crash) finish(t *testing.T) {
	t.Helper()
	cmd, lines := x.child(t, "finish")
	for lines.Scan() {
		var ms int64
		if _, err := fmt.Sscanf(lines.Text(), "kept %d", &ms); err == nil {
			x.kept = time.Duration(ms) * time.Millisecond
		} else {
			x.acked[lines.Text()] = true
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the last child: %v", err)
	}
	if x.kept > crashWithin {
		t.Errorf("the promises due were kept %v after the restart, want at most %v", x.kept, crashWithin)
	}
}

func (x *crash) check(t *testing.T) {
	t.Helper()
	// A minute later every row is old enough to be sealed.
	h := testkit.Build(t, x.address, x.key, clock.NewManual(clock.Real().Now().Add(time.Minute)))
	var triggers, accepts int
	err := h.DB.View(t.Context(), func(tx *db.Tx) error {
		count := func(q string, args ...any) int64 {
			n, err := db.One(tx, "none", db.Value[int64], q, args...)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for line := range x.acked {
			what, id, _ := strings.Cut(line, " ")
			switch what {
			case "trigger":
				triggers++
				if count(`SELECT count(*) FROM request WHERE id = $1 AND state <> 'draft'`, id) != 1 {
					t.Errorf("request %s was acknowledged and is lost", id)
				}
			case "accept":
				accepts++
				if count(`SELECT count(*) FROM offer WHERE id = $1 AND state = 'accepted'`, id) != 1 {
					t.Errorf("acceptance %s was acknowledged and is lost", id)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	noneOf(t, h.DB, map[string]string{
		"rounds with two winners":                        twoWinners,
		"requests whose acts do not lead to their state": astray,
		"people asked and never told":                    neverTold,
		"taken requests without their round":             `SELECT count(*) FROM request r JOIN dispatch d ON d.id = r.dispatch WHERE r.state IN ('accepted', 'started') AND d.state <> 'taken'`,
		"solicitations out after their round closed":     `SELECT count(*) FROM fake_message f JOIN delivery v ON v.id = f.id JOIN dispatch d ON d.id = v.dispatch WHERE v.solicits = true AND d.closed > 0 AND f.at > d.closed`,
		"jobs that died":                                 `SELECT count(*) FROM job WHERE state = 'dead'`,
	})
	if triggers < crashRequests || accepts == 0 {
		t.Errorf("only %d requests and %d acceptances were acknowledged: the test proves little", triggers, accepts)
	}
	seal := func() (more bool) {
		if err := h.DB.Update(actor.With(t.Context(), actor.System("crash")), func(tx *db.Tx) (err error) {
			more, err = h.Audit.SealIn(tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return more
	}
	for seal() {
	}
	report, err := h.Audit.Verify(t.Context())
	if err != nil || report.Broken != nil || report.Seals == 0 {
		t.Errorf("the chain: %+v, %v", report, err)
	}
	t.Logf("%d requests, %d acceptances, %d kills, promises kept %v after the last restart", triggers, accepts, x.kills, x.kept)
}

// crashed is the process that is killed: a house on the real clock, and people who ask
// and answer as fast as they can. It writes one line for each act acknowledged.
func crashed(address, key string) {
	ctx := context.Background()
	if os.Getenv("CRASH_MODE") == "node" {
		aNode(ctx, address, key)
		return
	}
	h, err := crashHouse(ctx, address, key, func(c notify.Channel) notify.Channel { return c })
	if err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
	born := h.Clock.Now()
	go func() {
		if err := h.Audit.Start(ctx, h.Queue); err == nil {
			_ = h.Queue.Run(ctx)
		}
	}()
	c := &crowd{h: h}
	if err := c.meet(); err != nil {
		fmt.Fprintln(os.Stderr, "crowd:", err)
		os.Exit(1)
	}
	if os.Getenv("CRASH_MODE") == "work" {
		fmt.Println("ready")
		for {
			c.live()
		}
	}
	c.waitKept(born)
	// A request made just before a kill was perhaps not acknowledged: one for each kill is not counted.
	for c.triggers(ctx) < crashRequests+crashKills {
		c.live()
	}
}

// crashHouse is the house of a process that is killed; its channels are seen through wrap.
func crashHouse(ctx context.Context, address, key string, wrap func(c notify.Channel) notify.Channel) (*app.House, error) {
	return app.Build(ctx, config.Config{Listen: "127.0.0.1:0", Database: address, MasterKey: key}, app.Options{
		Log: slog.New(slog.DiscardHandler), Auth: auth.Options{HashMemoryKiB: 64},
		Channels: []func(*app.House) notify.Channel{
			func(h *app.House) notify.Channel { return wrap(fakephone.New(h.DB, h.Hub, notify.SMSChannel)) },
			func(h *app.House) notify.Channel { return wrap(fakephone.New(h.DB, h.Hub, notify.MailChannel)) },
		},
	})
}

// crowd is the ward and the nurses of the crash.
type crowd struct {
	h      *app.House
	ward   actor.Actor
	nurses []actor.Actor
}

func (c *crowd) meet() error {
	ctx := actor.With(context.Background(), actor.System("crash"))
	all, err := c.h.Auth.List(ctx)
	for _, a := range all {
		switch {
		case a.Person != "":
			c.nurses = append(c.nurses, a.Actor())
		case strings.Contains(a.Name, "Maternité"):
			c.ward = a.Actor()
		}
	}
	return err
}

// live asks once, and one nurse answers, starts, reports and ends, at random.
func (c *crowd) live() {
	ctx := actor.With(context.Background(), c.ward)
	r, err := c.h.Requests.Trigger(ctx, c.need())
	if err != nil {
		fmt.Fprintln(os.Stderr, "trigger:", err)
		os.Exit(1)
	}
	fmt.Println("trigger", r.ID)
	var wg sync.WaitGroup
	for _, nurse := range c.nurses {
		wg.Go(func() { c.answer(actor.With(context.Background(), nurse), r) })
	}
	wg.Wait()
}

func (c *crowd) need() request.Ask {
	return request.Ask{
		Once: fmt.Sprint(rand.Int64()), NewPatient: testkit.PatientIn(testkit.CorbeilEssonnes, "Exemple"), Profession: nomenclature.Nurse, Acts: []nomenclature.ActCode{"IDE01"},
		Mode: nomenclature.HomeVisit, Urgency: nomenclature.U3, Start: c.h.Clock.Now().Add(5 * time.Hour), Care: request.Care{Days: 1, Prescription: request.PrescriptionWithPatient}, Consent: true, Twin: request.TwinOther,
	}
}

func (c *crowd) answer(ctx context.Context, r request.Request) {
	sh, err := c.h.Requests.Show(ctx, r.ID)
	if err != nil || sh.Relation.Offer == "" {
		return
	}
	if _, err := c.h.Requests.Accept(ctx, sh.Relation.Offer, ""); err != nil {
		if fault.KindOf(err) != fault.KindConflict {
			fmt.Fprintln(os.Stderr, "accept:", err)
		}
		return
	}
	fmt.Println("accept", sh.Relation.Offer)
	if _, err := c.h.Requests.Start(ctx, r.ID); err == nil && rand.IntN(2) == 0 {
		_, _ = c.h.Requests.Report(ctx, r.ID, "Fait")
		_, _ = c.h.Requests.Complete(ctx, r.ID, string(nomenclature.Reasons(nomenclature.CloseReasons)[0].Code))
	}
}

// waitKept waits until nothing due at birth waits any more, and says how long it took.
func (c *crowd) waitKept(born time.Time) {
	for {
		left := int64(0)
		err := c.h.DB.View(context.Background(), func(tx *db.Tx) (err error) {
			left, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM job WHERE state IN ('waiting', 'leased') AND due <= $1 AND created <= $1`, db.Ms(born))
			return err
		})
		if err == nil && left == 0 {
			fmt.Println("kept", c.h.Clock.Now().Sub(born).Milliseconds())
			return
		}
		if c.h.Clock.Now().Sub(born) > 30*time.Second {
			fmt.Println("kept", 30000)
			return
		}
		<-c.h.Clock.NewTimer(10 * time.Millisecond).C()
	}
}

func (c *crowd) triggers(ctx context.Context) (n int64) {
	_ = c.h.DB.View(ctx, func(tx *db.Tx) (err error) {
		n, err = db.One(tx, "none", db.Value[int64], `SELECT count(*) FROM request`)
		return err
	})
	return n
}
