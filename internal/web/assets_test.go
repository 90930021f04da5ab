package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entractes/internal/web"
)

// weight is what a page may cost on its first load besides fonts, compressed, in bytes.
const weight = 60 << 10

func TestAssetsAreLightAndKept(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range []string{"app.css", "app.js"} {
		w := get(t, web.Assets(), web.Asset(name), "Accept-Encoding", "br, gzip")
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
		total += w.Body.Len()
		plain := get(t, web.Assets(), web.Asset(name), "Accept-Encoding", "gzip;q=0")
		if plain.Header().Get("Content-Encoding") != "" || plain.Body.Len() <= w.Body.Len() {
			t.Errorf("%s: a reader without gzip gets %v", name, plain.Header())
		}
	}
	if page := get(t, house(t).Config.Handler, "/dev/composants?page=accueil", "Accept-Encoding", "gzip"); total+page.Body.Len() > weight {
		t.Errorf("a first load costs %d bytes", total+page.Body.Len())
	}
	if css := get(t, web.Assets(), web.Asset("app.css")).Body.String(); !strings.Contains(css, strings.TrimPrefix(web.Asset("font.woff2"), web.AssetPrefix)) {
		t.Error("the style does not name the font by its hash")
	}
	if w := get(t, web.Assets(), web.AssetPrefix+"app.css"); w.Code != http.StatusNotFound {
		t.Errorf("a name without its hash answers %d", w.Code)
	}
}

// TestStylesCloseWhatTheyOpen: a block left open would swallow every style after it.
func TestStylesCloseWhatTheyOpen(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("assets/css/*.css")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := strings.Count(string(text), "{"), strings.Count(string(text), "}"); a != b {
			t.Errorf("%s opens %d blocks and closes %d", name, a, b)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script(>|\s[^>]*>[^<])|javascript:`)

func TestNothingIsInline(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", "accueil", "suivi", "console", "erreur"} {
		body := get(t, house(t).Config.Handler, "/dev/composants?page="+page).Body.String()
		if found := inline.FindString(body); found != "" {
			t.Errorf("%s: %q", page, found)
		}
		if n := strings.Count(body, "<h1>"); n != 1 {
			t.Errorf("%s has %d h1", page, n)
		}
	}
}

func TestNoKeyIsShownRaw(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		body := get(t, house(t).Config.Handler, "/dev/composants", "Accept-Language", lang).Body.String()
		if regexp.MustCompile(`>\s*(web|fault)\.[a-z_.]+\s*<`).MatchString(body) {
			t.Errorf("%s: a key is shown raw", lang)
		}
	}
}
