package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "entractes/internal/"

// layer is one line of LAYERS.
type layer struct {
	section string
	apart   bool
	tables  []string
	order   int
}

// layers reads the map.
func layers(t *testing.T) map[string]layer {
	t.Helper()
	text, err := os.ReadFile("LAYERS")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]layer{}
	section := ""
	for line := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "":
		case !strings.HasPrefix(line, " "):
			section = strings.TrimSpace(line)
		default:
			name := strings.Fields(line)[0]
			l := layer{section: section, apart: strings.Contains(section, "apart"), order: len(out)}
			if i := strings.LastIndex(line, "("); i >= 0 {
				l.tables = strings.FieldsFunc(strings.Trim(strings.TrimSpace(line[i:]), "()"), func(r rune) bool { return r == ',' || r == ' ' })
			}
			if _, twice := out[name]; twice {
				t.Errorf("LAYERS: %s is written twice", name)
			}
			out[name] = l
		}
	}
	return out
}

// reserved imports and the only places that may use them.
var reserved = map[string][]string{
	"database/sql":         {"infra/db"},
	"html/template":        {"web"},
	"github.com/a-h/templ": {"web"},
	"net/http":             {"security/psc", "channel", "api", "web", "demo", "app", "testkit"},
	"os":                   {"infra", "app", "testkit", "web/webtest"},
	"modernc.org/sqlite":   {"infra/db"},
	"github.com/jackc/pgx": {"infra/db"},
}

func TestImportsFollowLayers(t *testing.T) {
	all := layers(t)
	eachFile(t, func(pkg, path string, f *ast.File) {
		l, ok := all[pkg]
		if !ok {
			t.Errorf("%s: package %s has no line in LAYERS", path, pkg)
			return
		}
		for _, imp := range f.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			if own, ok := strings.CutPrefix(name, module); ok {
				judgeOwn(t, path, pkg, own, l, all)
			} else {
				judgeReserved(t, path, pkg, name)
			}
		}
	})
}

func judgeOwn(t *testing.T, path, pkg, imported string, l layer, all map[string]layer) {
	t.Helper()
	other, ok := all[imported]
	switch {
	case !ok:
		t.Errorf("%s: imports %s, which has no line in LAYERS", path, imported)
	case other.order > l.order:
		t.Errorf("%s: imports %s, which is not above it in LAYERS", path, imported)
	case l.apart && other.section == l.section && !strings.HasPrefix(pkg, imported+"/"):
		t.Errorf("%s: imports %s, its neighbour in %q, whose packages stand apart", path, imported, l.section)
	}
}

func judgeReserved(t *testing.T, path, pkg, name string) {
	t.Helper()
	for prefix, places := range reserved {
		if name != prefix && !strings.HasPrefix(name, prefix+"/") {
			continue
		}
		if !slices.ContainsFunc(places, func(p string) bool { return pkg == p || strings.HasPrefix(pkg, p+"/") }) {
			t.Errorf("%s: imports %s, which is reserved to %s", path, name, strings.Join(places, ", "))
		}
	}
}

func TestOnlyTheClockReadsTheTime(t *testing.T) {
	eachFile(t, func(pkg, path string, f *ast.File) {
		if pkg == "base/clock" || strings.HasSuffix(pkg, "dbtest") || strings.HasSuffix(pkg, "webtest") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && (s.Sel.Name == "Now" || s.Sel.Name == "Since" || s.Sel.Name == "Until") {
				t.Errorf("%s: calls time.%s; only base/clock reads the time", path, s.Sel.Name)
			}
			return true
		})
	})
}

var writes = regexp.MustCompile(`(?i)\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+([a-z_]+)\b`)

// A table is written by one package.
func TestTablesHaveOneWriter(t *testing.T) {
	all := layers(t)
	owner := map[string]string{}
	for pkg, l := range all {
		for _, table := range l.tables {
			if other, twice := owner[table]; twice {
				t.Errorf("LAYERS: table %s belongs to %s and to %s", table, other, pkg)
			}
			owner[table] = pkg
		}
	}
	eachFile(t, func(pkg, path string, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			for _, m := range writes.FindAllStringSubmatch(strings.ReplaceAll(lit.Value, "FOR UPDATE", ""), -1) { // a lock is no write
				if o, known := owner[m[1]]; known && o != pkg {
					t.Errorf("%s: writes table %s, which belongs to %s", path, m[1], o)
				} else if !known && m[1] != "set" && m[1] != "of" && strings.EqualFold(lit.Value[1:7], m[0][:6]) {
					t.Errorf("%s: writes table %s, which LAYERS gives to nobody", path, m[1])
				}
			}
			return true
		})
	})
}

func TestFilesTellOneStory(t *testing.T) {
	eachFile(t, func(_, path string, f *ast.File) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), "\n"); n > 500 && !strings.HasSuffix(path, "_templ.go") {
			t.Errorf("%s: %d lines; a file has at most 500", path, n)
		}
	})
}

// eachFile parses every Go file that is not a test.
func eachFile(t *testing.T, fn func(pkg, path string, f *ast.File)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		fn(filepath.ToSlash(filepath.Dir(path)), path, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
