package web

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"sync"

	"github.com/a-h/templ"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render writes body inside the layout. Nothing is written when rendering fails, so
// that the error can still become a page. Give 422 for a form that comes back.
func Render(w http.ResponseWriter, r *http.Request, status int, page Page, body templ.Component) error {
	return write(w, r, status, layout(page, body))
}

// Fragment writes body alone, without the layout.
func Fragment(w http.ResponseWriter, r *http.Request, status int, body templ.Component) error {
	return write(w, r, status, body)
}

func write(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	b, _ := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	if err := c.Render(r.Context(), b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Encoding, Accept-Language, Cookie")
	if r.Method == http.MethodHead || !takesGzip(r) {
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = b.WriteTo(w) // the reader may have left
		}
		return nil
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	z, _ := gzips.Get().(*gzip.Writer)
	defer gzips.Put(z)
	z.Reset(w)
	_, _ = b.WriteTo(z)
	_ = z.Close()
	return nil
}

// Pages hold no secret that a stranger could guess through their compressed length:
// sessions are in cookies, and forms are protected by their origin, not by a token.
var gzips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
