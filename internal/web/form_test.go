package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"entractes/internal/base/fault"
	"entractes/internal/web"
)

func sent(t testing.TB, values url.Values) *web.Form {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/x?name=from-the-link", strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := web.ParseForm(r)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func codes(f *web.Form) map[string]string {
	found := map[string]string{}
	for _, e := range fault.Fields(f.Err()) {
		found[e.Field] = e.Code
	}
	return found
}

func TestFormReadsWhatWasSent(t *testing.T) {
	t.Parallel()
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	f := sent(t, url.Values{
		"name": {"  Éloïse\r\nMorel "}, "count": {"1\u202f200"}, "weight": {"72,5"}, "on": {"1"}, "acts": {"IDE01", "", "IDE10"},
		"day": {"2028-09-07"}, "hour": {"14h30"}, "at": {"2028-09-07T21:00"}, "mode": {"VISITE"},
	})
	if got := f.Text("name", 20); got != "Éloïse\nMorel" {
		t.Errorf("text %q", got)
	}
	if got := f.Int("count", 0, 5000); got != 1200 {
		t.Errorf("int %d", got)
	}
	if got := f.Decimal("weight", 0, 300); got != 72.5 {
		t.Errorf("decimal %v", got)
	}
	if !f.Bool("on") || f.Bool("off") || !f.Has("on") || f.Has("off") {
		t.Error("boxes")
	}
	if got := f.All("acts"); len(got) != 2 || got[1] != "IDE10" {
		t.Errorf("all %q", got)
	}
	if got := f.Date("day", paris); !got.Equal(time.Date(2028, 9, 6, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("date %v", got)
	}
	if got := f.Moment("at", paris); !got.Equal(time.Date(2028, 9, 7, 19, 0, 0, 0, time.UTC)) {
		t.Errorf("moment %v", got)
	}
	if got, ok := f.Time("hour"); !ok || got != 14*time.Hour+30*time.Minute {
		t.Errorf("time %v", got)
	}
	if got := f.OneOf("mode", "CONSULTATION", "VISITE"); got != "VISITE" {
		t.Errorf("one of %q", got)
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
}

func TestFormNamesEveryFaultAndKeepsItsContent(t *testing.T) {
	t.Parallel()
	f := sent(t, url.Values{
		"long": {"trop long"}, "nul": {"a\x00b"}, "bytes": {"a\xffb"}, "number": {"douze"}, "range": {"12"}, "date": {"31/02/2028"}, "hour": {"25:00"}, "choice": {"autre"}, "nan": {"NaN"},
	})
	f.Text("long", 4)
	f.Text("nul", 10)
	f.Required("bytes", 10)
	f.Required("missing", 10)
	f.Int("number", 0, 10)
	f.Int("range", 0, 10)
	f.Date("date", time.UTC)
	f.Time("hour")
	f.OneOf("choice", "une")
	f.Decimal("nan", 0, 10)
	want := map[string]string{
		"long": "form.too_long", "nul": "form.invalid_text", "bytes": "form.invalid_text", "missing": "form.required", "number": "form.bad_number",
		"range": "form.out_of_range", "date": "form.bad_date", "hour": "form.bad_time", "choice": "form.unknown_choice", "nan": "form.bad_number",
	}
	got := codes(f)
	for field, code := range want {
		if got[field] != code {
			t.Errorf("%s: %q, want %q", field, got[field], code)
		}
		if f.Fault(t.Context(), field) == "" {
			t.Errorf("%s has no sentence", field)
		}
	}
	if f.Value("long") != "trop long" || f.Value("nul") != "ab" || f.Value("number") != "douze" {
		t.Error("the content is lost")
	}
}

func TestALinkCannotFillAForm(t *testing.T) {
	t.Parallel()
	if got := sent(t, url.Values{}).Value("name"); got != "" {
		t.Errorf("name is %q", got)
	}
}

func TestFormTakesTheFaultsOfAUseCase(t *testing.T) {
	t.Parallel()
	f := sent(t, url.Values{})
	if f.Take(nil) || f.Take(fault.NotFound("page")) {
		t.Error("took what does not concern a form")
	}
	if !f.Take(fault.List{fault.Invalid("form.required", "a")}) || !f.Take(fault.Conflict("conflict")) || len(f.Faults()) != 2 {
		t.Errorf("faults %v", f.Faults())
	}
}

func TestFormKeysAreOurs(t *testing.T) {
	t.Parallel()
	key := web.NewKey()
	if got := sent(t, url.Values{web.KeyField: {key}}).Key(); got != key {
		t.Errorf("%q became %q", key, got)
	}
	for _, bad := range []string{"", "short", strings.ToLower(key), key + "A", strings.Repeat("1", len(key))} {
		if got := sent(t, url.Values{web.KeyField: {bad}}).Key(); got != "" {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestFilesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("doc", "../../dossier/ordonnance\u202e.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("<html><script>alert(1)</script>")); err != nil {
		t.Fatal(err)
	}
	if err := m.WriteField("note", "jointe"); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/x", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	f, err := web.ParseForm(r)
	if err != nil {
		t.Fatal(err)
	}
	file, ok := f.File("doc")
	if !ok || file.Name != "ordonnance.pdf" || !strings.HasPrefix(file.Type, "text/html") || f.Text("note", 10) != "jointe" {
		t.Errorf("%q %q %v", file.Name, file.Type, ok)
	}
}

func TestUnreadableBodies(t *testing.T) {
	t.Parallel()
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded": "a=%zz", "application/json": "{}", "": "a=b", "multipart/form-data; boundary=x": "--y", "multipart/form-data": "",
	} {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		if _, err := web.ParseForm(r); fault.CodeOf(err) != "form.unreadable" {
			t.Errorf("%s: %v", kind, err)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader("a="+strings.Repeat("b", 2<<20)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if _, err := web.ParseForm(r); fault.CodeOf(err) != "form.too_large" {
		t.Errorf("too large: %v", err)
	}
}

// FuzzForm sends anything: whatever is kept can be stored and is as short as promised.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{"a=b", "a=%00", "a=%ff%fe", "a=12&a=13", "a=2028-09-07", "a=14h", "a=1e309", "a=+%C2%A0+", "a=" + strings.Repeat("é", 300), "_cle=AAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/x", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		form, err := web.ParseForm(r)
		if err != nil {
			return
		}
		text, shown := form.Text("a", 50), form.Value("a")
		if !utf8.ValidString(text+shown) || strings.Contains(text+shown, "\x00") || utf8.RuneCountInString(text) > 50 {
			t.Errorf("%q became %q and %q", body, text, shown)
		}
		if n := form.Int("a", -5, 50); n < -5 || n > 50 {
			t.Errorf("%q became %d", body, n)
		}
		if d, _ := form.Time("a"); d < 0 || d >= 24*time.Hour {
			t.Errorf("%q became %v", body, d)
		}
		if x := form.Decimal("a", 0, 9); x < 0 || x > 9 || x != x {
			t.Errorf("%q became %v", body, x)
		}
		form.Date("a", time.UTC)
		form.All("a")
		for _, e := range form.Faults() {
			if web.P(t.Context()).Fault(e) == "" {
				t.Errorf("%v has no sentence", e)
			}
		}
	})
}
