package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed assets
var embedded embed.FS

// AssetPrefix is where Assets is mounted.
const AssetPrefix = "/assets/"

// bundles are the served files made of several sources, in order.
var bundles = map[string][]string{
	"app.css": {"css/tokens.css", "css/base.css", "css/layout.css", "css/parts.css", "css/forms.css", "css/work.css", "css/desk.css", "css/care.css", "css/ask.css", "css/people.css", "css/admin.css", "css/report.css", "css/door.css", "css/print.css"},
	"app.js":  {"vendor/idiomorph.min.js", "js/live.js", "js/clock.js", "js/keys.js", "js/combo.js", "js/ask.js", "js/console.js", "js/passkey.js", "js/pair.js", "js/enrol.js"},
	// font.woff2 is named without its family: changing the family is a change of tokens.css only.
	"font.woff2": {"font/atkinson-hyperlegible-next.woff2"},
	"icon.svg":   {"brand/icon.svg"},
}

type asset struct {
	kind          string
	plain, packed []byte // packed is nil when compression does not help
}

type assetTable struct {
	byPath  map[string]asset  // "app.1a2b3c4d.css"
	current map[string]string // "app.css" → "/assets/app.1a2b3c4d.css"
}

var assets = sync.OnceValue(func() assetTable {
	t := assetTable{byPath: map[string]asset{}, current: map[string]string{}}
	// The font goes first: the style names it by its hash.
	for _, name := range []string{"font.woff2", "icon.svg", "app.css", "app.js"} {
		t.add(name, bundles[name])
	}
	return t
})

// add panics on a missing source: the table is made of embedded files only, so that
// the first test of the package sees it.
func (t *assetTable) add(name string, sources []string) {
	var all bytes.Buffer
	for _, s := range sources {
		text, err := fs.ReadFile(embedded, "assets/"+s)
		if err != nil {
			panic(fmt.Sprintf("web: asset %s: %v", s, err))
		}
		all.Write(text)
		if path.Ext(name) != ".woff2" {
			all.WriteByte('\n')
		}
	}
	plain := all.Bytes()
	if path.Ext(name) == ".css" {
		plain = bytes.ReplaceAll(plain, []byte("font.woff2"), []byte(path.Base(t.current["font.woff2"])))
	}
	sum := sha256.Sum256(plain)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	a := asset{kind: mime.TypeByExtension(ext), plain: plain}
	if ext == ".woff2" {
		a.kind = "font/woff2"
	} else {
		a.packed = pack(plain)
	}
	t.byPath[hashed] = a
	t.current[name] = AssetPrefix + hashed
}

// Asset returns the address of a served file by its name: "app.css", "app.js",
// "font.woff2", "icon.svg". An unknown name gives an address that answers 404.
func Asset(name string) string {
	if at, ok := assets().current[name]; ok {
		return at
	}
	return AssetPrefix + name
}

// Assets serves the files of the product under AssetPrefix. Their names hold their
// hash, so that they are kept for ever by who receives them.
func Assets() http.Handler {
	table := assets()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := table.byPath[strings.TrimPrefix(r.URL.Path, AssetPrefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		body := a.plain
		if a.packed != nil && takesGzip(r) {
			h.Set("Content-Encoding", "gzip")
			body = a.packed
		}
		h.Set("Content-Length", fmt.Sprint(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body) // the reader may have left
		}
	})
}

func pack(plain []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := z.Write(plain); err != nil {
		return nil
	}
	if err := z.Close(); err != nil || b.Len() >= len(plain) {
		return nil
	}
	return b.Bytes()
}

func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding == "gzip" {
			return strings.ReplaceAll(params, " ", "") != "q=0"
		}
	}
	return false
}
