package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// filePolicy lets a file do nothing: no script, no form, no request, an origin of its own.
const filePolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; sandbox; frame-ancestors 'none'"

// pdfPolicy is filePolicy for the readers of PDF that browsers hold, which work in no sandbox.
const pdfPolicy = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self' blob: data:; frame-ancestors 'none'"

// ServeFile answers with a file to read, made here or sent by somebody. Its type is what the
// house found it to be; nothing of it is kept on the way, guessed or run.
func ServeFile(w http.ResponseWriter, r *http.Request, f File) {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	policy := filePolicy
	if f.Type == "application/pdf" {
		policy = pdfPolicy
	}
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Disposition", `inline; filename="`+asciiName(f.Name)+`"; filename*=UTF-8''`+url.PathEscape(f.Name))
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.Data) // the reader may have left
	}
}

// asciiName is a name for those who read no other letters.
func asciiName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '%' {
			return '_'
		}
		return r
	}, name)
}
