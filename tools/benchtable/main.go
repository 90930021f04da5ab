// Command benchtable reads what `go test -bench` printed and writes one table: each figure
// beside its floor, measured in the same run, and beside its target. With -save it keeps the
// figures as JSON, with -against it says how they moved since others were kept.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Run is what one run of the benchmarks measured.
type Run struct {
	Commit string `json:"commit"`
	Go     string `json:"go"`
	CPUs   int    `json:"cpus"`
	Rows   []Row  `json:"rows"`
}

// Row is one line of `go test -bench`: what was measured, and where.
type Row struct {
	Name   string             `json:"name"`
	Where  string             `json:"where"`
	Values map[string]float64 `json:"values"`
}

var line = regexp.MustCompile(`^Benchmark(\w+?)(?:/(\S+?))?(?:-\d+)?\s+\d+\s+(.*)$`)

func main() {
	save := flag.String("save", "", "file to keep the figures in, as JSON")
	against := flag.String("against", "", "figures kept before, to compare with")
	flag.Parse()
	if err := run(*save, *against); err != nil {
		fmt.Fprintln(os.Stderr, "benchtable:", err)
		os.Exit(1)
	}
}

func run(save, against string) error {
	now, err := read(os.Stdin)
	if err != nil {
		return err
	}
	now.Commit = commit()
	var before Run
	if against != "" {
		text, err := os.ReadFile(against)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, &before); err != nil {
			return fmt.Errorf("%s: %w", against, err)
		}
	}
	if err := write(os.Stdout, now, before); err != nil || save == "" {
		return err
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(save, append(text, '\n'), 0o600)
}

// commit is what git says; a copy without git has none.
func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output() //nolint:noctx // one short command
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// read returns the rows in the order they were printed.
func read(r io.Reader) (Run, error) {
	out := Run{Go: runtime.Version(), CPUs: runtime.NumCPU()}
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
				return out, fmt.Errorf("%s: %w", lines.Text(), err)
			}
			values[fields[i+1]] = v
		}
		out.Rows = append(out.Rows, Row{m[1], m[2], values})
	}
	if len(out.Rows) == 0 {
		return out, errors.Join(lines.Err(), errors.New("no figure was printed"))
	}
	return out, lines.Err()
}

func write(w io.Writer, now, before Run) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "\nfigure\ton\tmeasured\tfloor\tratio\ttarget")
	if before.Commit != "" {
		fmt.Fprintf(t, "\tsince %s", before.Commit)
	}
	fmt.Fprintln(t)
	for _, f := range figures {
		for _, r := range now.Rows {
			if r.Name != f.name {
				continue
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s", f.what, r.Where, f.shape(r.Values), f.target)
			if old, ok := find(before, r); ok {
				fmt.Fprintf(t, "\t%s", f.moved(r.Values, old.Values))
			}
			fmt.Fprintln(t)
		}
	}
	return t.Flush()
}

func find(in Run, r Row) (Row, bool) {
	for _, old := range in.Rows {
		if old.Name == r.Name && old.Where == r.Where {
			return old, true
		}
	}
	return Row{}, false
}
