// Package media tells what a file is by what it holds, never by its name or by what
// its sender says, and writes it anew: a picture as its points, a PDF as its pages.
// Whatever else it carried (where a photo was taken, who made it, a second file) is
// gone. What cannot be written anew, or holds what could act, is refused with a sentence.
package media

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"

	"entractes/internal/base/fault"
)

// Type is what a file is, in the words of HTTP.
type Type string

// What Clean gives back.
const (
	JPEG Type = "image/jpeg"
	PNG  Type = "image/png"
	PDF  Type = "application/pdf"
)

// Picture tells whether the file is shown as a picture.
func (t Type) Picture() bool { return t == JPEG || t == PNG }

// Extension ends the name of a file of this type.
func (t Type) Extension() string {
	switch t {
	case JPEG:
		return ".jpg"
	case PNG:
		return ".png"
	}
	return ".pdf"
}

// File is a file written anew.
type File struct {
	Type  Type
	Bytes []byte
	// Pages counts those of a PDF.
	Pages int
}

// Field is the field that the faults of Clean are about.
const Field = "document"

// Clean writes data anew as one file of at most limit bytes. JPEG, PNG, WebP and PDF
// are known; anything else, and what is broken, locked, too large to be drawn, able to
// act or two files in one, is refused. It may be called concurrently: few files are
// drawn at once, the others wait, and it ends with ctx.
func Clean(ctx context.Context, data []byte, limit int) (f File, err error) {
	if len(data) == 0 {
		return f, fault.Invalid("media.empty", Field)
	}
	if len(data) > limit {
		return f, fault.Invalid("media.large", Field, "mb", megabytes(limit))
	}
	draw := formatOf(data)
	if draw == nil {
		if heic(data) {
			return f, fault.Invalid("media.heic", Field)
		}
		return f, fault.Invalid("media.unknown", Field)
	}
	if twofold(data) {
		return f, fault.Invalid("media.twofold", Field)
	}
	select {
	case drawing <- struct{}{}:
		defer func() { <-drawing }()
	case <-ctx.Done():
		return f, ctx.Err()
	}
	// Files come from strangers, and the libraries that read them are not ours.
	defer func() {
		if p := recover(); p != nil {
			f, err = File{}, broken(nil)
		}
	}()
	if f, err = draw(ctx, data, limit); err == nil && len(f.Bytes) > limit {
		return File{}, fault.Invalid("media.large", Field, "mb", megabytes(limit))
	}
	return f, err
}

// drawing bounds the memory taken by files being drawn: each may need maxDrawn bytes.
var drawing = make(chan struct{}, 2)

func broken(cause error) error { return fault.Invalid("media.broken", Field).Because(cause) }

func megabytes(n int) int { return max(n>>20, 1) }

// formatOf finds who can write data anew, by its first bytes; nil when nobody can.
func formatOf(data []byte) func(ctx context.Context, data []byte, limit int) (File, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return cleanJPEG
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return cleanPNG
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return cleanWebP
	case bytes.HasPrefix(data, []byte("%PDF-")):
		return cleanPDF
	}
	return nil
}

// heic tells whether data is a photo of an iPhone as it keeps them for itself.
func heic(data []byte) bool {
	return len(data) > 12 && string(data[4:8]) == "ftyp" &&
		slices.Contains([]string{"heic", "heix", "hevc", "heim", "heis", "mif1", "msf1", "heif", "avif"}, string(data[8:12]))
}

// pages of the web, as a browser that guesses would recognise them.
var webPages = [][]byte{[]byte("<script"), []byte("<html"), []byte("<!doctype html"), []byte("<?php"), []byte("<iframe")}

// headBytes is how far readers of PDF and browsers look for what a file is.
const headBytes = 1024

// twofold tells whether data is also a file of another kind: an archive behind it, a PDF
// or a page of the web in its head or its tail, or a page in what a picture says of itself.
// Films and second pictures behind a photo are what phones do, and are left behind.
func twofold(data []byte) bool {
	if z, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err == nil && len(z.File) > 0 {
		return true
	}
	searched := bytes.ToLower(data)
	if bytes.HasPrefix(data, []byte("%PDF-")) {
		// The body of a PDF may well print a page of the web.
		searched = append(bytes.Clone(searched[:min(len(searched), headBytes)]), afterEnd(searched)...)
	} else if bytes.Contains(data[:min(len(data), headBytes)], []byte("%PDF-")) {
		return true
	}
	return slices.ContainsFunc(webPages, func(page []byte) bool { return bytes.Contains(searched, page) })
}

// afterEnd is what follows the last end of a PDF, in lower case.
func afterEnd(lower []byte) []byte {
	const end = "%%eof"
	i := bytes.LastIndex(lower, []byte(end))
	if i < 0 {
		return nil
	}
	return lower[i+len(end):]
}

// bounded collects what is written and refuses more than most bytes.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, io.ErrShortWrite
	}
	return b.Buffer.Write(p)
}
