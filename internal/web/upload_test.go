package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"entractes/internal/base/actor"
	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/web"
)

const boundary = "limite"

// parts writes a form that brings files: pairs of a name and a text, or of a name that
// ends with * and a file.
func parts(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		name, file := strings.CutSuffix(pairs[i], "*")
		b.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"")
		if file {
			b.WriteString("; filename=\"a.jpg\"")
		}
		b.WriteString("\r\n\r\n" + pairs[i+1] + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

func multi(body io.Reader) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/x", body)
	r.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	return r
}

// A file too large is a fault at its field: the others, and what was typed, stay.
func TestAFileTooLargeLeavesTheRest(t *testing.T) {
	t.Parallel()
	f, err := web.ParseForm(multi(strings.NewReader(parts("a", "avant", "photo*", strings.Repeat("x", 13<<20), "small*", "un", "small*", "deux", "none*", "", "b", "après"))))
	if err != nil {
		t.Fatal(err)
	}
	if f.Text("a", 10) != "avant" || f.Text("b", 10) != "après" || len(f.Files("small")) != 2 || len(f.Files("photo"))+len(f.Files("none")) != 0 {
		t.Error("something else is lost, or kept")
	}
	if faults := fault.Fields(f.Err()); len(faults) != 1 || faults[0].Field != "photo" || faults[0].Code != "form.file_large" {
		t.Errorf("faults %v", faults)
	}
	// Many files that fit alone do not fit together.
	body := parts("p*", strings.Repeat("x", 11<<20), "p*", strings.Repeat("y", 11<<20), "q*", strings.Repeat("z", 11<<20))
	if f, err = web.ParseForm(multi(strings.NewReader(body))); err != nil || len(f.Files("p")) != 2 || len(f.Files("q")) != 0 || f.Err() == nil {
		t.Errorf("%d and %d files, %v", len(f.Files("p")), len(f.Files("q")), err)
	}
	if _, err = web.ParseForm(multi(strings.NewReader(parts("a", strings.Repeat("x", 2<<20))))); fault.CodeOf(err) != "form.too_large" {
		t.Errorf("a text too large: %v", err)
	}
}

func TestAFileIsServedSoThatItDoesNothing(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	web.ServeFile(w, httptest.NewRequest(http.MethodGet, "/x", nil), web.File{Name: "Été \"1\"\r\nX: y.jpg", Type: "image/jpeg", Data: []byte("abc")})
	if got := w.Header().Get("Content-Disposition"); got != `inline; filename="_t_ _1___X: y.jpg"; filename*=UTF-8''%C3%89t%C3%A9%20%221%22%0D%0AX:%20y.jpg` {
		t.Errorf("%s", got)
	}
	if !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Body.String() != "abc" {
		t.Errorf("%v", w.Header())
	}
}

func TestAStrangerBringsNoFile(t *testing.T) {
	t.Parallel()
	resume := func(context.Context, string, bool) (actor.Actor, error) { return actor.Actor{Account: "a"}, nil }
	var got error
	door := web.Door(clock.NewManual(time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)), resume, web.Handle(func(w http.ResponseWriter, r *http.Request) error {
		_, got = web.ParseForm(r)
		return got
	}))
	for _, known := range []bool{false, true} {
		r := multi(strings.NewReader(parts("photo*", strings.Repeat("x", 3<<20))))
		if known {
			r.AddCookie(&http.Cookie{Name: "session", Value: "one"})
		}
		if door.ServeHTTP(httptest.NewRecorder(), r); known != (got == nil) || !known && fault.CodeOf(got) != "form.too_large" {
			t.Errorf("known %v: %v", known, got)
		}
	}
}

// FuzzParts sends anything as a form that brings files: what is kept is as bounded as promised.
func FuzzParts(f *testing.F) {
	for _, seed := range []string{"", "--" + boundary, parts("a", "b"), parts("a*", "b", "c", "d"), parts("a", "\xff\x00"), strings.Repeat(parts("a", "b"), 3), parts("a*", strings.Repeat("x", 9000))[:5000]} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form, err := web.ParseForm(multi(bytes.NewReader(body)))
		if err != nil {
			if fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%v", err)
			}
			return
		}
		if len(form.Value("a")) > len(body) || len(form.Files("a")) > len(body) {
			t.Error("more is kept than was sent")
		}
	})
}
