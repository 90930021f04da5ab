// Command benchtable reads what `go test -bench` printed and writes one table: each
// figure beside its floor, measured in the same run, and beside its target.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
)

// figures says what a benchmark measures and what we want of it, in the order of the table.
var figures = []struct{ name, what, target string }{
	{"CommitToHandler", "queue: commit → handler, idle", "2 / 20 ms"},
	{"LastOf200", "queue: commit → last of 200 handlers", "– / 150 ms"},
	{"Throughput", "queue: no-op jobs a second", "–"},
	{"RequestToFirst", "request: asked → first hand-over to a channel", "10 / 50 ms"},
	{"RequestToLastOf200", "request: asked → last of 200 hand-overs", "–"},
	{"SecondStart", "start-up: second start on a living database", "500 ms, 120 MB"},
}

// committed is what we want of the same, counted from the commit.
var committed = map[string]string{"RequestToFirst": "2 / 20 ms", "RequestToLastOf200": "– / 150 ms"}

// row is one line of `go test -bench`: what was measured, and where.
type row struct {
	where  string
	values map[string]float64
}

var line = regexp.MustCompile(`^Benchmark(\w+)/(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

func main() {
	rows, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
	if err := write(os.Stdout, rows); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

// read returns the rows by the name of their benchmark.
func read(r io.Reader) (map[string][]row, error) {
	out := map[string][]row{}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		m := line.FindStringSubmatch(lines.Text())
		if m == nil {
			continue
		}
		fields, values := strings.Fields(m[3]), map[string]float64{}
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", lines.Text(), err)
			}
			values[fields[i+1]] = v
		}
		out[m[1]] = append(out[m[1]], row{m[2], values})
	}
	return out, lines.Err()
}

func write(w io.Writer, rows map[string][]row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\nfigure\ton\tp50 / p99\tfloor p50 / p99\tratio\ttarget\n")
	for _, f := range figures {
		for _, r := range rows[f.name] {
			v := r.values
			switch f.name {
			case "Throughput":
				fmt.Fprintf(t, "%s\t%s\t%.0f/s\t\t\t%s\n", f.what, r.where, v["jobs/s"], f.target)
			case "SecondStart":
				fmt.Fprintf(t, "%s\t%s\tready in %.0f ms, %.0f MB after a minute\t\t\t%s\n", f.what, r.where, v["ready-ms"], v["rss-MB"], f.target)
			default:
				fmt.Fprintf(t, "%s\t%s\t%.1f / %.1f ms\t%.1f / %.1f ms\t%.1f\t%s\n", f.what, r.where, v["p50-ms"], v["p99-ms"], v["floor-p50-ms"], v["floor-p99-ms"], v["ratio"], f.target)
				if c, ok := v["commit-p50-ms"]; ok {
					fmt.Fprintf(t, "%s\t%s\t%.1f / %.1f ms\t%.1f / %.1f ms\t%.1f\t%s\n", strings.Replace(f.what, "asked", "commit", 1), r.where,
						c, v["commit-p99-ms"], v["commit-floor-p50-ms"], v["commit-floor-p99-ms"], c/v["commit-floor-p50-ms"], committed[f.name])
				}
			}
		}
	}
	return t.Flush()
}
