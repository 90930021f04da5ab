package web

import (
	"crypto/rand"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"entractes/internal/base/fault"
)

// Limits of what one form may hold.
const (
	maxFormBytes  = 1 << 20
	maxFormValues = 2000
)

// KeyField is the hidden field that holds the one-use key of a form.
const KeyField = "_cle"

// Form reads what a person sent and keeps it, so that a refused form comes back with
// its content. Getters collect a fault by field and return the zero value: read
// everything, then look at Err once. It is not for concurrent use.
type Form struct {
	values url.Values
	files  map[string][]File
	faults fault.List
}

// ParseForm reads the query of a GET and the body of a POST, never both: a link cannot
// fill a field of a form. Text that is not valid UTF-8 or holds a NUL is refused by the
// getter that reads it.
func ParseForm(r *http.Request) (*Form, error) {
	f := &Form{files: map[string][]File{}}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		f.values = r.URL.Query()
		return f, f.count()
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "multipart/form-data":
		return f, f.readParts(r)
	case err == nil && kind == "application/x-www-form-urlencoded":
		r.Body = http.MaxBytesReader(nil, r.Body, maxFormBytes)
		if err := r.ParseForm(); err != nil {
			return f, unreadable(err)
		}
		f.values = r.PostForm
		return f, f.count()
	}
	return f, fault.Invalid("form.unreadable", "")
}

// NewForm returns a form that holds values, for a page that shows it the first time.
// Pairs are names and values.
func NewForm(pairs ...string) *Form {
	f := &Form{values: url.Values{}, files: map[string][]File{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.values.Add(pairs[i], pairs[i+1])
	}
	return f
}

// CopyForm returns a form that holds the same and has no fault: for what a page reads
// from its own proposals.
func CopyForm(f *Form) *Form {
	c := NewForm()
	for name, values := range f.values {
		c.values[name] = values
	}
	return c
}

// Content returns everything that was sent but the key of the form and its files, to keep it.
func (f *Form) Content() map[string][]string {
	content := make(map[string][]string, len(f.values))
	for name := range f.values {
		if values := f.Values(name); name != KeyField && len(values) > 0 {
			content[name] = values
		}
	}
	return content
}

// Set replaces what the form holds in name, for a page that proposes an answer; no value forgets it.
func (f *Form) Set(name string, values ...string) {
	f.values[name] = values
}

// unreadable keeps a body too large apart, which Handle explains better.
func unreadable(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.Invalid("form.too_large", "", "mb", max(tooLarge.Limit>>20, 1))
	}
	return fault.Invalid("form.unreadable", "").Because(err)
}

func (f *Form) count() error {
	n := 0
	for _, values := range f.values {
		if n += len(values); n > maxFormValues {
			return fault.Invalid("form.unreadable", "")
		}
	}
	return nil
}

// Value returns what was sent in name, cleaned and never refused, to show it again.
func (f *Form) Value(name string) string { return strings.TrimSpace(sound(f.values.Get(name))) }

// Values returns everything that was sent in name, cleaned, to show it again.
func (f *Form) Values(name string) []string {
	var all []string
	for _, v := range f.values[name] {
		if v = strings.TrimSpace(sound(v)); v != "" {
			all = append(all, v)
		}
	}
	return all
}

// Has tells whether name was sent, even empty: the button that was pressed, for instance.
func (f *Form) Has(name string) bool { return f.values.Has(name) }

// Text returns the text of name: spaces around it removed, line ends as \n, at most max
// characters. Empty is allowed; see Required.
func (f *Form) Text(name string, max int) string {
	s := f.values.Get(name)
	if s != sound(s) {
		f.Refuse(fault.Invalid("form.invalid_text", name))
		return ""
	}
	s = strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	if utf8.RuneCountInString(s) > max {
		f.Refuse(fault.Invalid("form.too_long", name, "max", max))
		return ""
	}
	return s
}

// Required is Text that must not be empty.
func (f *Form) Required(name string, max int) string {
	if f.Value(name) == "" && sound(f.values.Get(name)) == f.values.Get(name) {
		f.Refuse(fault.Invalid("form.required", name))
		return ""
	}
	return f.Text(name, max)
}

// OneOf returns the value of name when it is one of allowed; "" is allowed only when listed.
func (f *Form) OneOf(name string, allowed ...string) string {
	s := f.Value(name)
	for _, a := range allowed {
		if s == a {
			return s
		}
	}
	if s == "" {
		f.Refuse(fault.Invalid("form.required", name))
	} else {
		f.Refuse(fault.Invalid("form.unknown_choice", name))
	}
	return ""
}

// Int returns the whole number of name, between least and most; 0 when it is empty.
func (f *Form) Int(name string, least, most int) int {
	s := f.Value(name)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(s))
	switch {
	case err != nil:
		f.Refuse(fault.Invalid("form.bad_number", name))
		return 0
	case n < least || n > most:
		f.Refuse(fault.Invalid("form.out_of_range", name, "least", least, "most", most))
		return 0
	}
	return n
}

// Decimal reads « 37,5 » and "37.5", between least and most; 0 when it is empty.
func (f *Form) Decimal(name string, least, most float64) float64 {
	s := strings.Replace(f.Value(name), ",", ".", 1)
	if s == "" {
		return 0
	}
	x, err := strconv.ParseFloat(s, 64)
	switch {
	case err != nil || x != x:
		f.Refuse(fault.Invalid("form.bad_number", name))
		return 0
	case x < least || x > most:
		f.Refuse(fault.Invalid("form.out_of_range", name, "least", least, "most", most))
		return 0
	}
	return x
}

// Bool tells whether the box name is ticked.
func (f *Form) Bool(name string) bool {
	switch f.Value(name) {
	case "", "0", "false", "off", "non":
		return false
	}
	return true
}

// All returns the values of a group of boxes, in order, without empty ones, each at
// most 200 characters.
func (f *Form) All(name string) []string {
	for _, v := range f.values[name] {
		if v != sound(v) {
			f.Refuse(fault.Invalid("form.invalid_text", name))
			return nil
		}
		if utf8.RuneCountInString(v) > 200 {
			f.Refuse(fault.Invalid("form.too_long", name, "max", 200))
			return nil
		}
	}
	return f.Values(name)
}

// Date returns the midnight of a day written 2006-01-02, in loc; the zero time when it is empty.
func (f *Form) Date(name string, loc *time.Location) time.Time {
	return f.instant(name, loc, "form.bad_date", "2006-01-02")
}

// Moment returns a day and hour written as browsers do, in loc; the zero time when it is empty.
func (f *Form) Moment(name string, loc *time.Location) time.Time {
	return f.instant(name, loc, "form.bad_date", "2006-01-02T15:04", "2006-01-02T15:04:05")
}

// Time returns an hour of the day written 15:04, as a duration since midnight; false
// when it is empty or refused. « 14 h 30 » and « 14h » are read too.
func (f *Form) Time(name string) (time.Duration, bool) {
	s := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "H", ":", "h", ":").Replace(f.Value(name))
	if s == "" {
		return 0, false
	}
	if strings.HasSuffix(s, ":") {
		s += "00"
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
		}
	}
	f.Refuse(fault.Invalid("form.bad_time", name))
	return 0, false
}

func (f *Form) instant(name string, loc *time.Location, code string, layouts ...string) time.Time {
	s := f.Value(name)
	if s == "" {
		return time.Time{}
	}
	for _, layout := range layouts {
		// Years of five digits and of antiquity are slips of the finger.
		if t, err := time.ParseInLocation(layout, s, loc); err == nil && t.Year() >= 1850 && t.Year() <= 2200 {
			return t
		}
	}
	f.Refuse(fault.Invalid(code, name))
	return time.Time{}
}

// Key returns the one-use key of the form, the same when it is sent twice, so that a
// use case does nothing the second time. It is "" when the key is missing or was not
// made by NewKey.
func (f *Form) Key() string {
	key := f.values.Get(KeyField)
	if len(key) != len(rand.Text()) {
		return ""
	}
	for _, c := range key {
		if (c < 'A' || c > 'Z') && (c < '2' || c > '7') {
			return ""
		}
	}
	return key
}

// NewKey makes the key of a form shown for the first time.
func NewKey() string { return rand.Text() }

// Refuse adds a fault, found by a page or returned by a use case.
func (f *Form) Refuse(e *fault.Error) { f.faults.Add(e) }

// Err returns every fault collected, or nil.
func (f *Form) Err() error { return f.faults.Err() }

// Take keeps the faults of err that concern the form and tells whether there were any:
// then show the form again with 422 (or Status(err)). It leaves other errors to Handle.
func (f *Form) Take(err error) bool {
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict:
	default:
		return false
	}
	f.faults = append(f.faults, fault.Fields(err)...)
	return true
}

// sound removes what cannot be stored: bytes that are not UTF-8, and NUL.
func sound(s string) string {
	if utf8.ValidString(s) && !strings.Contains(s, "\x00") {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}
