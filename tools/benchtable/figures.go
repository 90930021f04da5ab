package main

import (
	"fmt"
	"strings"
)

// figure is what a benchmark measures and what we want of it. shape writes « measured, floor, ratio ».
type figure struct {
	name, what, target string
	shape              func(v map[string]float64) string
	// main is the value by which two runs are compared, as the benchmark names it.
	main string
}

// figures are in the order of the table.
var figures = []figure{
	{"CommitToHandler", "queue: commit → handler, idle", "2 / 20 ms", latency, "p50-ms"},
	{"LastOf200", "queue: commit → last of 200 handlers", "– / 150 ms", latency, "p50-ms"},
	{"Throughput", "queue: no-op jobs a second", "–", pace("jobs"), "jobs/s"},
	{"RequestToFirst", "request: asked → first hand-over to a channel", "10 / 50 ms", latency, "p50-ms"},
	{"RequestToFirst", "request: commit → first hand-over to a channel", "2 / 20 ms", fromCommit, "commit-p50-ms"},
	{"RequestToLastOf200", "request: asked → last of 200 hand-overs", "–", latency, "p50-ms"},
	{"RequestToLastOf200", "request: commit → last of 200 hand-overs", "– / 150 ms", fromCommit, "commit-p50-ms"},
	{"CreateByHTTP1", "by HTTP, 16 at once: requests, 1 asked", "1000/s", pace("creates"), "creates/s"},
	{"CreateByHTTP50", "by HTTP, 16 at once: requests, 50 asked", "200/s", pace("creates"), "creates/s"},
	{"Accept", "16 at once: acceptances, 50 were asked", "½ of the floor", pace("accepts"), "accepts/s"},
	{"WholeLife", "16 at once: whole lives, 50 asked", "½ of the floor", pace("lives"), "lives/s"},
	{"TriggerAmong", "request: trigger among so many professionals", "– / 25 ms, 1.5 × 1,000", size, "p50-ms"},
	{"OldTerritory", "read in a territory of so many requests", "2 × 1,000", size, "p50-ms"},
	{"Listeners", "hint: commit → last of 5,000 screens", "500 ms", latency, "p50-ms"},
	{"Session", "a page as who is in, beside the same as nobody", "1 ms more at p99", fine, "p50-ms"},
	{"PatientFile", "the file of a patient of so many acts", "– / 30 ms", size, "p50-ms"},
	{"SecondStart", "start-up: second start on a living database", "500 ms, 120 MB", start, "ready-ms"},
}

func latency(v map[string]float64) string {
	return fmt.Sprintf("%.1f / %.1f ms\t%.1f / %.1f ms\t%.1f", v["p50-ms"], v["p99-ms"], v["floor-p50-ms"], v["floor-p99-ms"], v["ratio"])
}

// fine is latency for what takes less than a millisecond.
func fine(v map[string]float64) string {
	return fmt.Sprintf("%.2f / %.2f ms\t%.2f / %.2f ms\t%.1f", v["p50-ms"], v["p99-ms"], v["floor-p50-ms"], v["floor-p99-ms"], v["ratio"])
}

func fromCommit(v map[string]float64) string {
	floor := v["commit-floor-p50-ms"]
	return fmt.Sprintf("%.1f / %.1f ms\t%.1f / %.1f ms\t%.1f", v["commit-p50-ms"], v["commit-p99-ms"], floor, v["commit-floor-p99-ms"], v["commit-p50-ms"]/max(floor, 0.001))
}

// pace writes acts a second, and the same once everybody is told beside the bare loop that writes the same.
func pace(of string) func(map[string]float64) string {
	return func(v map[string]float64) string {
		if v["floor/s"] == 0 {
			return fmt.Sprintf("%.0f/s\t\t", v[of+"/s"])
		}
		return fmt.Sprintf("%.0f/s, all told %.0f/s\t%.0f/s\t%.2f", v[of+"/s"], v["told/s"], v["floor/s"], v["share"])
	}
}

func size(v map[string]float64) string {
	who := ""
	if v["asked"] > 0 {
		who = fmt.Sprintf(", %.0f asked", v["asked"])
	}
	return fmt.Sprintf("%.1f / %.1f ms%s\tthe small one\t%.2f", v["p50-ms"], v["p99-ms"], who, v["x-of-small"])
}

func start(v map[string]float64) string {
	return fmt.Sprintf("ready in %.0f ms, %.0f MB after a minute\t\t", v["ready-ms"], v["rss-MB"])
}

// moved says how a figure changed: what is a pace should grow, what is a time should not.
func (f figure) moved(now, before map[string]float64) string {
	a, b := now[f.main], before[f.main]
	if a == 0 || b == 0 {
		return ""
	}
	change := (a/b - 1) * 100
	word := "slower"
	if better := change < 0; better != strings.HasSuffix(f.main, "/s") {
		word = "faster"
	}
	const noise = 25 // of a hundred: two runs of the same program on a shared machine
	if change < noise && change > -noise {
		word = "the same"
	}
	return fmt.Sprintf("%+.0f %% (%s)", change, word)
}
