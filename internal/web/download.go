package web

import (
	"net/http"
	"strconv"
)

// ServeFile answers with a file to read or to keep, never to store on the way. Its name is
// shown to whoever keeps it: nothing in it may identify a person.
func ServeFile(w http.ResponseWriter, r *http.Request, f File) {
	h := w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Disposition", "inline; filename="+strconv.Quote(f.Name))
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.Data) // the reader may have left
	}
}
