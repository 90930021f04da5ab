// Package pdftest reads back the words of a file, as people who copy them would.
package pdftest

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

var (
	stream = regexp.MustCompile(`(?s)stream\r?\n(.*?)\nendstream`)
	shown  = regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\) Tj`)
)

// Text returns the words of a file in the order they are drawn, one piece a line.
func Text(t testing.TB, file []byte) string {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-")) {
		t.Fatalf("%.40q is no PDF", file)
	}
	var out strings.Builder
	for _, m := range stream.FindAllSubmatch(file, -1) {
		for _, s := range shown.FindAllSubmatch(inflated(m[1]), -1) {
			out.WriteString(words(s[1]) + "\n")
		}
	}
	return out.String()
}

// Words is Text on one line, its unbreakable spaces made ordinary: for what was cut between lines.
func Words(t testing.TB, file []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(strings.ReplaceAll(Text(t, file), "\u00a0", " ")), " ")
}

func inflated(data []byte) []byte {
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return data // not compressed
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		return data
	}
	return plain
}

// words reads a string of a file: UTF-16, with what the syntax wants escaped.
func words(raw []byte) string {
	var b []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' && i+1 < len(raw) {
			i++
			switch raw[i] {
			case 'r':
				b = append(b, '\r')
				continue
			case 'n':
				b = append(b, '\n')
				continue
			}
		}
		b = append(b, raw[i])
	}
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}
