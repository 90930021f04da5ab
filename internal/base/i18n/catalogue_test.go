package i18n

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

var placeholder = regexp.MustCompile(`\{[^}]*\}`)

func TestFilesAreWellMade(t *testing.T) {
	for _, p := range loaded().problems {
		t.Error(p)
	}
}

func TestEveryKeyStandsInEveryLanguageWithTheSamePlaceholders(t *testing.T) {
	c := loaded()
	for _, from := range Langs {
		for _, to := range Langs {
			for key, m := range c.byLang[from] {
				other, ok := c.byLang[to][key]
				if !ok {
					t.Errorf("%s: %s is missing in %s", m.file, key, to)
					continue
				}
				if a, b := placeholders(m), placeholders(other); !slices.Equal(a, b) {
					t.Errorf("%s: %s has %v in %s and %v in %s", m.file, key, a, from, b, to)
				}
			}
		}
	}
}

func placeholders(m message) []string {
	names := map[string]bool{}
	for _, name := range placeholder.FindAllString(m.one+m.other, -1) {
		names[name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

func TestTypography(t *testing.T) {
	for lang, messages := range loaded().byLang {
		for key, m := range messages {
			for _, text := range []string{m.one, m.other} {
				for _, slip := range Slips(lang, text) {
					t.Errorf("%s: %s: %s: %q", m.file, key, slip, text)
				}
			}
		}
	}
}

func TestSlips(t *testing.T) {
	clean := []string{
		"L’heure\u202f: 10\u00a0h\u00a020\u00a0!", "«\u00a0Oui\u00a0»", "voir https://example.org/a?page=2",
		"12\u202f345 demandes (urgentes\u202f?)", "06 39 98 12 34", "tapez 14:30", "",
	}
	for _, text := range clean {
		if slips := Slips("fr", text); slips != nil {
			t.Errorf("%q: %v", text, slips)
		}
	}
	faulty := []string{
		"l'heure", "Vraiment ?", "Vraiment?", "« Oui »", "attendez...", "10 h", "{n} km", "12 345", " a", `dit "oui"`, "a  b", "\xff;",
	}
	for _, text := range faulty {
		if Slips("fr", text) == nil {
			t.Errorf("%q is said to be clean", text)
		}
	}
	if slips := Slips("en", "Really? \"Yes\"; 10 km"); slips != nil {
		t.Errorf("English: %v", slips)
	}
}

func TestLoadNamesWhatIsWrongAndKeepsTheRest(t *testing.T) {
	c := load(fstest.MapFS{
		"messages/a.fr.json":   {Data: []byte(`{"a.x": "un", "a.x": "deux", "a.y": {"one": "{n} mot"}, "a.z": "trois"}`)},
		"messages/b.fr.json":   {Data: []byte(`["b"]`)},
		"messages/c.fr.json":   {Data: []byte(`{"c.x": "quatre"`)},
		"messages/d.de.json":   {Data: []byte(`{}`)},
		"messages/nolang.json": {Data: []byte(`{}`)},
	})
	if got := len(c.problems); got != 5 {
		t.Errorf("%d problems: %v", got, c.problems)
	}
	for key, want := range map[string]string{"a.x": "un", "a.z": "trois", "c.x": "quatre"} {
		if got := c.byLang["fr"][key].other; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
}

// TestEveryFaultAndEveryKeyOfTheSourcesHasASentence reads the sources of the product:
// a refusal without a sentence, or a key without a text, would be shown raw.
func TestEveryFaultAndEveryKeyOfTheSourcesHasASentence(t *testing.T) {
	root := filepath.Join("..", "..")
	s := sources{dirs: map[string]map[string]string{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil //nolint:nilerr // the compiler says it better
		}
		s.add(filepath.Dir(path), file)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	used := s.keys()
	if len(used) == 0 {
		t.Fatal("no source was read")
	}
	for key, dirs := range used {
		for _, lang := range Langs {
			if _, ok := loaded().byLang[lang][key]; !ok {
				t.Errorf("%s: %s has no sentence in %s", strings.Join(slices.Sorted(maps.Keys(dirs)), ", "), key, lang)
			}
		}
	}
}

// sources gathers, by folder, the string constants and the calls that name a sentence.
type sources struct {
	dirs  map[string]map[string]string
	calls []namedCall
}

type namedCall struct {
	dir, prefix string
	arg         ast.Expr
}

func (s *sources) add(dir string, file *ast.File) {
	constants := s.dirs[dir]
	if constants == nil {
		constants = map[string]string{}
		s.dirs[dir] = constants
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					if text, ok := literal(n.Values[i]); ok {
						constants[name.Name] = text
					}
				}
			}
		case *ast.CallExpr:
			if prefix, arg := sentenceOf(n); arg != nil {
				s.calls = append(s.calls, namedCall{dir, prefix, arg})
			}
		}
		return true
	})
}

// keys resolves the calls. What is put together while running cannot be judged here and is left out.
func (s *sources) keys() map[string]map[string]bool {
	used := map[string]map[string]bool{}
	for _, c := range s.calls {
		text, ok := literal(c.arg)
		if id, isName := c.arg.(*ast.Ident); isName {
			text, ok = s.dirs[c.dir][id.Name]
		}
		if !ok || c.prefix == "" && !strings.Contains(text, ".") {
			continue
		}
		if used[c.prefix+text] == nil {
			used[c.prefix+text] = map[string]bool{}
		}
		used[c.prefix+text][c.dir] = true
	}
	return used
}

var faultMakers = []string{"Invalid", "NotFound", "Forbidden", "Conflict", "Unauthenticated", "TooMany", "Unavailable"}

// sentenceOf recognises fault.Invalid(code, …), db.One(tx, code, …) and p.T(key, …).
func sentenceOf(call *ast.CallExpr) (prefix string, arg ast.Expr) {
	fun := call.Fun
	switch f := fun.(type) {
	case *ast.IndexExpr:
		fun = f.X
	case *ast.IndexListExpr:
		fun = f.X
	}
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) == 0 {
		return "", nil
	}
	pkg, _ := sel.X.(*ast.Ident)
	switch {
	case pkg != nil && pkg.Name == "fault" && slices.Contains(faultMakers, sel.Sel.Name):
		return "fault.", call.Args[0]
	case pkg != nil && pkg.Name == "db" && sel.Sel.Name == "One" && len(call.Args) > 1:
		return "fault.", call.Args[1]
	case sel.Sel.Name == "T":
		return "", call.Args[0]
	}
	return "", nil
}

func literal(e ast.Expr) (string, bool) {
	l, ok := e.(*ast.BasicLit)
	if !ok || l.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(l.Value)
	return text, err == nil
}
