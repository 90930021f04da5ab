package testkit_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"entractes/internal/app"
	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/care/notify"
	"entractes/internal/care/request"
	"entractes/internal/infra/db/dbtest"
)

// Three processes on one PostgreSQL ask and answer while they are killed at random, one is
// frozen longer than its leases, and the database itself is stopped, once as an operator
// does and once as a crash: what was acknowledged is there, nothing is accepted twice, and
// what is due is done soon after. NODE_KILLS says how often; make soak kills fifty times.
func TestNodesKilledFrozenAndWithoutDatabase(t *testing.T) {
	kills := 9
	if n, err := strconv.Atoi(os.Getenv("NODE_KILLS")); err == nil {
		kills = n
	}
	server := dbtest.StartOwn(t)
	x := &cluster{crash: crash{address: server.Address(), key: filepath.Join(t.TempDir(), "master.key"), acked: map[string]bool{}}, sent: map[string][]int{}}
	x.prepare(t)
	nodes := make([]*aliveNode, 3)
	for i := range nodes {
		nodes[i] = x.start(t)
	}
	for n := range kills {
		i := rand.IntN(len(nodes))
		nodes[i].wait(t)
		pause(time.Duration(50+rand.IntN(500)) * time.Millisecond)
		switch n {
		case kills / 3:
			server.Stop(syscall.SIGINT)
			pause(700 * time.Millisecond)
			server.Start()
		case 2 * kills / 3:
			server.Stop(syscall.SIGQUIT)
			server.Start()
		case kills / 2:
			frozen := nodes[(i+1)%len(nodes)]
			frozen.signal(t, syscall.SIGSTOP)
			pause(4 * time.Second) // longer than any lease
			frozen.signal(t, syscall.SIGCONT)
		}
		nodes[i].kill()
		x.kills++
		nodes[i] = x.start(t)
	}
	for _, n := range nodes {
		n.wait(t) // what was stopped goes on by itself
		n.kill()
	}
	x.finish(t)
	x.check(t)
	x.checkSent(t)
}

// pause lets the processes live: they are on the real clock.
func pause(d time.Duration) { <-clock.Real().NewTimer(d).C() }

// cluster is what the parent knows of the processes.
type cluster struct {
	crash
	mu   sync.Mutex
	runs int
	sent map[string][]int // by message, the processes that handed it over, in order
}

// aliveNode is one process.
type aliveNode struct {
	cmd   *exec.Cmd
	acks  chan struct{} // one for each acceptance since it was last waited for
	ended chan struct{}
}

func (x *cluster) start(t *testing.T) *aliveNode {
	t.Helper()
	cmd, lines := x.child(t, "node")
	x.runs++
	n := &aliveNode{cmd: cmd, acks: make(chan struct{}, 1), ended: make(chan struct{})}
	go x.listen(n, lines, x.runs)
	return n
}

// listen notes what a process says until it dies.
func (x *cluster) listen(n *aliveNode, lines *bufio.Scanner, run int) {
	defer close(n.ended)
	for lines.Scan() {
		x.mu.Lock()
		what, id, _ := strings.Cut(lines.Text(), " ")
		if what == "sent" {
			x.sent[id] = append(x.sent[id], run)
		} else {
			x.acked[lines.Text()] = true
		}
		x.mu.Unlock()
		if what == "accept" {
			select {
			case n.acks <- struct{}{}:
			default:
			}
		}
	}
}

// wait returns once the process has had another acceptance acknowledged.
func (n *aliveNode) wait(t *testing.T) {
	t.Helper()
	limit := clock.Real().NewTimer(time.Minute)
	defer limit.Stop()
	select {
	case <-n.acks:
	default:
	}
	select {
	case <-n.acks:
	case <-n.ended:
		t.Fatal("a process ended by itself")
	case <-limit.C():
		t.Fatal("a process does nothing any more")
	}
}

func (n *aliveNode) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := n.cmd.Process.Signal(s); err != nil {
		t.Error(err)
	}
}

func (n *aliveNode) kill() {
	_ = n.cmd.Process.Kill()
	<-n.ended
	_ = n.cmd.Wait()
}

// checkSent tells what was handed over twice: never by one process, which would have known.
func (x *cluster) checkSent(t *testing.T) {
	t.Helper()
	twice := 0
	for _, runs := range x.sent {
		if len(runs) > 1 {
			twice++
		}
	}
	t.Logf("%d messages, %d of them handed over again with the same key after a death, a freeze or a stop of the database", len(x.sent), twice)
	if most := x.runs * inFlight; twice > most {
		t.Errorf("%d messages were handed over twice, more than the %d that could be in flight", twice, most)
	}
}

// inFlight is the most messages that one process has in hand: the people of the requests it lives at once.
const inFlight = 6 * lives

// lives is how many requests a process lives at once.
const lives = 2

// spoken is a channel that says what it hands over.
type spoken struct{ notify.Channel }

func (s spoken) Send(ctx context.Context, m notify.Message) (notify.Receipt, error) {
	fmt.Println("sent", m.ID)
	return s.Channel.Send(ctx, m)
}

// Repeats follows the channel within.
func (s spoken) Repeats() bool {
	r, ok := s.Channel.(notify.Repeater)
	return ok && r.Repeats()
}

// aNode is the process of the cluster: the whole house as it is served, and people who ask
// and answer and do not give up when the database is away.
func aNode(ctx context.Context, address, key string) {
	ctx = actor.With(ctx, actor.System("node"))
	var h *app.House
	insist(func() (err error) {
		h, err = crashHouse(ctx, address, key, func(c notify.Channel) notify.Channel { return spoken{c} })
		return err
	})
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, "listen:", err)
		os.Exit(1)
	}
	c := &crowd{h: h}
	insist(c.meet)
	for range lives {
		go func() {
			for {
				c.insistently()
			}
		}()
	}
	if err := h.Run(ctx, l, func() {}); err != nil {
		fmt.Fprintln(os.Stderr, "run:", err)
		os.Exit(1)
	}
}

// insist does something again until the house says yes or no.
func insist(do func() error) {
	for {
		err := do()
		switch kind := fault.KindOf(err); {
		case err != nil && kind == fault.KindInternal:
			fmt.Fprintln(os.Stderr, "a page would say that the house is at fault:", err)
			os.Exit(1)
		case err == nil || kind != fault.KindUnavailable:
			return
		}
		pause(50 * time.Millisecond)
	}
}

// insistently lives one request as live does, each act sent again with its key while nobody
// answers, as a phone does whose network comes and goes.
func (c *crowd) insistently() {
	var r request.Request
	need := c.need()
	insist(func() (err error) {
		r, err = c.h.Requests.Trigger(actor.With(context.Background(), c.ward), need)
		return err
	})
	if r.ID == "" {
		return
	}
	fmt.Println("trigger", r.ID)
	var wg sync.WaitGroup
	for _, nurse := range c.nurses {
		wg.Go(func() {
			ctx := actor.With(context.Background(), nurse)
			var sh request.Sheet
			insist(func() (err error) { sh, err = c.h.Requests.Show(ctx, r.ID); return err })
			if sh.Relation.Offer == "" {
				return
			}
			var refused error
			insist(func() error { _, refused = c.h.Requests.Accept(ctx, sh.Relation.Offer, ""); return refused })
			if refused == nil {
				fmt.Println("accept", sh.Relation.Offer)
			}
		})
	}
	wg.Wait()
}
