package pdftest_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"entractes/internal/infra/pdf/pdftest"
)

// A stream is read whole whatever its last byte: one that is a carriage return is not a part of
// the end of its line.
func TestStreamsAreReadToTheirLastByte(t *testing.T) {
	ends := map[byte]bool{}
	for n := range 2000 {
		var data bytes.Buffer
		z := zlib.NewWriter(&data)
		if _, err := fmt.Fprintf(z, "(\x00m\x00o\x00t) Tj %d", n); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		last := data.Bytes()[data.Len()-1]
		if ends[last] {
			continue
		}
		ends[last] = true
		if words := pdftest.Words(t, []byte("%PDF-1.7\nstream\n"+data.String()+"\nendstream\n")); !strings.Contains(words, "mot") {
			t.Errorf("a stream that ends by %#x reads as %q", last, words)
		}
	}
	if !ends['\r'] || !ends['\n'] {
		t.Fatal("no stream ended as an end of line: the test proves nothing")
	}
}
