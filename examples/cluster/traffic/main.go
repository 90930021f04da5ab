// Command traffic asks for care and accepts through the pages of a house, as people do with a
// browser, and does not give up: what was not answered is sent again with its key. At the end
// it looks for everything that was acknowledged, and exits 1 when something is missing.
package main

import (
	"flag"
	"fmt"
	"os"
	"sync"
	"time"
)

func main() {
	var c crowd
	flag.StringVar(&c.address, "address", "http://localhost:8480", "address of the house")
	flag.StringVar(&c.password, "password", "", "password of everybody")
	flag.StringVar(&c.commune, "commune", "", "code of the commune where care is wanted")
	seconds := flag.Int("seconds", 60, "how long people ask")
	nurses := flag.Int("nurses", 5, "how many nurses answer: essai.infirmier1, …")
	flag.Parse()
	if err := c.live(time.Duration(*seconds)*time.Second, *nurses); err != nil {
		fmt.Fprintln(os.Stderr, "traffic:", err)
		os.Exit(1)
	}
}

// crowd is a service that asks and nurses who answer.
type crowd struct {
	address, password, commune string

	mu       sync.Mutex
	asked    []string // pages of the requests that were acknowledged
	accepted []string // pages of the requests whose acceptance was
	again    int      // sendings that were repeated
	slowest  time.Duration
}

func (c *crowd) live(during time.Duration, nurses int) error {
	ward, err := c.signIn("essai.service")
	if err != nil {
		return err
	}
	until := time.Now().Add(during)
	failed := make(chan error, nurses+1)
	var all sync.WaitGroup
	all.Go(func() { failed <- c.ask(ward, until) })
	for n := range nurses {
		all.Go(func() {
			who, err := c.signIn(fmt.Sprintf("essai.infirmier%d", n+1))
			if err == nil {
				err = c.answer(who, until)
			}
			failed <- err
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		if err != nil {
			return err
		}
	}
	lost := 0
	for _, page := range append(c.asked, c.accepted...) {
		if status, _, err := c.get(ward, page); err != nil || status != 200 {
			fmt.Fprintf(os.Stderr, "%s was acknowledged and answers %d (%v)\n", page, status, err)
			lost++
		}
	}
	fmt.Printf("%d requests and %d acceptances acknowledged, %d sendings repeated, slowest answer %s, lost %d\n",
		len(c.asked), len(c.accepted), c.again, c.slowest.Round(time.Millisecond), lost)
	if lost > 0 || len(c.asked) == 0 || len(c.accepted) == 0 {
		return fmt.Errorf("%d lost", lost)
	}
	return nil
}
