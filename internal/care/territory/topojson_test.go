package territory_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"entractes/internal/care/territory"
)

func FuzzReadTopology(f *testing.F) {
	sample, err := os.ReadFile(filepath.Join("testdata", "two.topo.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sample)
	f.Add([]byte(`{"type":"Topology","arcs":[[]],"objects":{"a":{"type":"MultiPolygon","arcs":[[[0,-1,-9223372036854775808]]]}}}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		shapes, err := territory.ReadTopology(bytes.NewReader(file))
		if err != nil {
			return
		}
		for code, rings := range shapes {
			for _, r := range rings {
				if len(r) < 4 || r[0] != r[len(r)-1] {
					t.Errorf("%s has an open ring %v", code, r)
				}
			}
		}
	})
}
