package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entractes/internal/base/i18n"
)

// says runs a command in an empty folder and returns its exit code and words.
func says(t *testing.T, in string, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(in), &out, &errs)
	return code, out.String() + errs.String()
}

// home points the options of a test at a folder of its own.
func home(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	return []string{"--database", filepath.Join(dir, "h.db"), "--master-key", filepath.Join(dir, "h.key")}
}

func TestBadCommandsAreRefusedWithASentence(t *testing.T) {
	folder := home(t)
	with := func(args ...string) []string { return append(args, folder...) }
	tests := []struct {
		name string
		in   string
		args []string
		code int
		want string
	}{
		{"unknown command", "", []string{"fly"}, 2, "n’est pas comprise"},
		{"unknown option", "", []string{"serve", "--wings"}, 2, "n’est pas comprise"},
		{"a level that does not exist", "", []string{"migrate", "--log-level", "loud"}, 2, "n’est pas comprise"},
		{"no login", "", with("user", "add", "--name", "A", "--role", "PROFESSIONNEL"), 2, "n’est pas comprise"},
		{"unknown role", "Lavande-sur-2-collines\n", with("user", "add", "nadia", "--name", "Nadia", "--role", "ROI"), 1, "rôle"},
		{"nobody to readmit", "", with("user", "readmit", "nobody"), 1, "compte"},
		{"a key that was given", "", []string{"key", "add", "--master-key-text", "x"}, 1, "gardien de secrets"},
		{"a key given that is none", "", []string{"migrate", "--database", filepath.Join(t.TempDir(), "d"), "--master-key-text", "x"}, 1, "clé"},
		{"no key to rotate", "", []string{"key", "rotate", "--master-key", filepath.Join(t.TempDir(), "none")}, 1, "clé"},
		{"no password", "", with("user", "add", "nadia", "--name", "Nadia", "--role", "PROFESSIONNEL"), 1, "entrée standard"},
		{"a short password", "court\n", with("user", "add", "nadia", "--name", "Nadia", "--role", "PROFESSIONNEL"), 1, "mot de passe"},
		{"a name of a megabyte", "Lavande-sur-2-collines\n", with("user", "add", "nadia", "--name", strings.Repeat("é", 1<<16), "--role", "PROFESSIONNEL"), 1, "nom"},
		{"a file that is not there", "", with("import", "contours", "/nowhere.json"), 2, "n’est pas comprise"},
		{"a file that is no map", "", with("import", "contours", "main.go"), 1, "TopoJSON"},
		{"a folder for a database", "", []string{"migrate", "--database", t.TempDir(), "--master-key", filepath.Join(t.TempDir(), "k")}, 1, "base"},
		{"a key that is none", "", []string{"migrate", "--database", filepath.Join(t.TempDir(), "d"), "--master-key", "main.go"}, 1, "clé"},
		{"a territory without a commune", "", with("load", "--departement", "zz"), 1, "commune"},
		{"a gateway that is none", "", with("migrate", "--sms-gateway", "main.go"), 1, "SMS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, words := says(t, tt.in, tt.args...)
			if code != tt.code || !strings.Contains(words, tt.want) {
				t.Errorf("exit %d, want %d: %s", code, tt.code, words)
			}
			if strings.Contains(words, "goroutine") {
				t.Errorf("it panics: %s", words)
			}
			if slips := i18n.Slips("fr", strings.Split(words, "\n")[0]); code == 1 && len(slips) > 0 {
				t.Errorf("the sentence is badly written: %v", slips)
			}
		})
	}
}

func TestAHouseIsMadeLookedAtAndVerified(t *testing.T) {
	folder := home(t)
	steps := []struct {
		in   string
		args []string
		want string
	}{
		{"", []string{"migrate"}, "à jour"},
		{"Lavande-sur-2-collines\n", []string{"user", "add", "nadia", "--name", "Nadia Exemple", "--role", "PROFESSIONNEL"}, "Compte créé"},
		{"", []string{"user", "list"}, "Nadia Exemple"},
		{"", []string{"user", "readmit", "nadia"}, "Code d’activation de Nadia Exemple"},
		{"", []string{"key", "rotate"}, "0 encore sous une ancienne"},
		{"", []string{"key", "rewrap"}, "0 encore sous une ancienne"},
		{"", []string{"key", "retire", "--stopped"}, "Il ne reste qu’une clé"},
		{"", []string{"audit", "verify"}, "intacte"},
		{"", []string{"doctor", "--listen", "127.0.0.1:0"}, "Version du schéma"},
		{"", []string{"load", "--professionals", "30", "--requests", "40", "--departement", "91"}, "est prêt"},
		{"", []string{"load", "--professionals", "30", "--requests", "40", "--departement", "45", "--territory", "ailleurs"}, "est prêt"},
		{"", []string{"config"}, "ENTRACTES_DATABASE"},
		{"", []string{"--help"}, "serve"},
	}
	for _, s := range steps {
		code, words := says(t, s.in, append(s.args, folder...)...)
		if code != 0 || !strings.Contains(words, s.want) {
			t.Fatalf("%v: exit %d: %s", s.args, code, words)
		}
	}
	if code, words := says(t, "", append([]string{"key", "retire"}, folder...)...); code != 1 || !strings.Contains(words, "attendez encore") {
		t.Errorf("a key is retired before every node has read the next: exit %d: %s", code, words)
	}
	if code, words := says(t, "Lavande-sur-2-collines\n", append([]string{"user", "add", "nadia", "--name", "Encore", "--role", "PROFESSIONNEL"}, folder...)...); code != 1 || !strings.Contains(words, "déjà pris") {
		t.Errorf("a login taken: exit %d: %s", code, words)
	}
	key, err := os.Stat(folder[3])
	if err != nil || key.Mode().Perm() != 0o600 {
		t.Errorf("the master key is readable by others: %v, %v", key.Mode(), err)
	}
}
