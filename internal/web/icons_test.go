package web

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var iconNamed = regexp.MustCompile(`Icon(?:\(|: *)"([a-z0-9-]+)"`)

// TestEveryIconNamedIsDrawn reads the templates of every audience: an icon that is not
// in assets/icons would leave a hole without a word.
func TestEveryIconNamedIsDrawn(t *testing.T) {
	t.Parallel()
	named := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".templ") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range iconNamed.FindAllStringSubmatch(string(text), -1) {
			named[m[1]] = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range named {
		if _, ok := drawings()[name]; !ok {
			t.Errorf("%s: there is no icon %q in assets/icons", path, name)
		}
	}
}
