package webtest

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// policies is where browsers of this machine read which certificate to show without asking; only root writes there.
const policies = "/etc/chromium/policies/managed"

// BrowserWithCard starts a browser that trusts an authority and shows a client certificate to site, as one whose card stands
// in a reader does: authority, certificate and key are PEM files. It ends with the test, which is skipped where the policies of
// browsers may not be written.
func BrowserWithCard(t testing.TB, site, authority, certificate, key string) context.Context {
	t.Helper()
	if err := os.MkdirAll(policies, 0o755); err != nil { //nolint:gosec // every browser of the machine reads it
		t.Skip("the policies of browsers cannot be written here:", err)
	}
	home := t.TempDir()
	store := filepath.Join(home, ".pki", "nssdb")
	if err := os.MkdirAll(store, 0o700); err != nil {
		t.Fatal(err)
	}
	card := filepath.Join(home, "card.p12")
	for _, c := range [][]string{
		{"certutil", "-N", "--empty-password", "-d", "sql:" + store},
		{"certutil", "-A", "-n", "authority", "-t", "CT,C,C", "-i", authority, "-d", "sql:" + store},
		{"openssl", "pkcs12", "-export", "-in", certificate, "-inkey", key, "-name", "card", "-out", card, "-passout", "pass:card"},
		{"pk12util", "-i", card, "-W", "card", "-d", "sql:" + store},
	} {
		if out, err := exec.CommandContext(t.Context(), c[0], c[1:]...).CombinedOutput(); err != nil { //nolint:gosec // the commands above
			t.Fatalf("%s: %v: %s", c[0], err, out)
		}
	}
	choice, err := json.Marshal(map[string]any{"pattern": site, "filter": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	policy, err := json.Marshal(map[string][]string{"AutoSelectCertificateForUrls": {string(choice)}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(policies, "entractes-"+filepath.Base(home)+filepath.Base(filepath.Dir(home))+".json")
	if err := os.WriteFile(file, policy, 0o644); err != nil { //nolint:gosec // likewise
		t.Skip("the policies of browsers cannot be written here:", err)
	}
	t.Cleanup(func() { _ = os.Remove(file) })
	return start(t, chromedp.Env("HOME="+home))
}
