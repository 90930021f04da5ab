package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"entractes/internal/base/actor"
	"entractes/internal/base/fault"
)

// Limits of the files of one form, in bytes. What is larger is read to its end and
// thrown away, so that a browser that is still sending can read why.
const (
	maxFileBytes  = 12 << 20
	maxFilesBytes = 2 * maxFileBytes
	maxUpload     = 256 << 20
	maxParts      = maxFormValues
)

// File is one file sent with a form. Type is what its first bytes say, not what the sender says.
type File struct {
	Name string
	Type string
	Data []byte
}

// File returns the first file sent in name; false when there is none.
func (f *Form) File(name string) (File, bool) {
	if len(f.files[name]) == 0 {
		return File{}, false
	}
	return f.files[name][0], true
}

// Files returns every file sent in name, in order.
func (f *Form) Files(name string) []File { return f.files[name] }

// uploads tells whether r brings files.
func uploads(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "multipart/form-data")
}

// CardPath is the one address where a stranger may bring a file: the photo of his professional card.
const CardPath = "/inscription/carte"

// maxStranger bounds the form by which a stranger brings that file.
const maxStranger = maxFileBytes + maxFormBytes

// knownBringFiles lets those who are signed in send files. A stranger's form is as short as any, save at CardPath.
func knownBringFiles(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := actor.From(r.Context()); !ok && uploads(r) {
			most := int64(maxFormBytes)
			if r.URL.Path == CardPath && ApplicationToken(r) != "" {
				most = maxStranger
			}
			r.Body = http.MaxBytesReader(w, r.Body, most)
		}
		next.ServeHTTP(w, r)
	})
}

// readParts reads a form that brings files, one part after the other: nothing is written
// on disk, and a file too large is a fault at its field, which leaves what was typed.
func (f *Form) readParts(r *http.Request) error {
	r.Body = http.MaxBytesReader(nil, r.Body, maxUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return unreadable(err)
	}
	f.values = url.Values{}
	texts, bytes := maxFormBytes, maxFilesBytes
	for range maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && errors.Unwrap(err) == nil { // a wrapped one is a form cut short
			r.PostForm = f.values
			return f.count()
		}
		if err != nil {
			return unreadable(err)
		}
		if part.FileName() == "" {
			err = f.readText(part, &texts)
		} else {
			err = f.readFile(part, &bytes)
		}
		if err != nil {
			return err
		}
	}
	return fault.Invalid("form.unreadable", "")
}

// readText keeps one value, as long as all of them fit.
func (f *Form) readText(part *multipart.Part, left *int) error {
	text, err := io.ReadAll(io.LimitReader(part, int64(*left)+1))
	if err != nil {
		return unreadable(err)
	}
	if *left -= len(text); *left < 0 {
		return fault.Invalid("form.too_large", "", "mb", maxFormBytes>>20)
	}
	f.values.Add(part.FormName(), string(text))
	return nil
}

// readFile keeps one file, as long as it and all of them fit. An empty one is none.
func (f *Form) readFile(part *multipart.Part, left *int) error {
	most := min(*left, maxFileBytes)
	data, err := io.ReadAll(io.LimitReader(part, int64(most)+1))
	if err != nil {
		return unreadable(err)
	}
	name := part.FormName()
	if len(data) > most {
		f.Refuse(fault.Invalid("form.file_large", name, "mb", maxFileBytes>>20))
		if _, err := io.Copy(io.Discard, part); err != nil {
			return unreadable(err)
		}
		return nil
	}
	if *left -= len(data); len(data) > 0 {
		f.files[name] = append(f.files[name], File{Name: cleanName(part.FileName()), Type: http.DetectContentType(data), Data: data})
	}
	return nil
}

// cleanName keeps the last part of a file's name, without what could hide its kind.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name)
	if utf8.RuneCountInString(name) > 120 {
		runes := []rune(name)
		name = string(runes[len(runes)-120:])
	}
	return name
}
