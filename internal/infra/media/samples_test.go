package media

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

// drawn is a small picture whose four corners differ: red, green, blue and white.
func drawn(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 255, A: 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.RGBA{G: 255, A: 255}
			case x < w/2 && y >= h/2:
				c = color.RGBA{B: 255, A: 255}
			case x >= w/2:
				c = color.RGBA{R: 255, G: 255, B: 255, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

func sampleJPEG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, drawn(64, 48), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func samplePNG(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, drawn(64, 48)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func sampleGIF(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, drawn(16, 16), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment puts one segment behind the start of a JPEG.
func segment(data []byte, marker byte, body []byte) []byte {
	out := append([]byte{}, data[:2]...)
	out = append(out, 0xff, marker)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), data[2:]...)
}

// exif says an orientation, and where the photo was taken.
func exif(orientation uint16) []byte {
	b := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08")
	b = binary.BigEndian.AppendUint16(b, 2)
	b = append(b, 0x01, 0x12, 0, 3, 0, 0, 0, 1)
	b = binary.BigEndian.AppendUint16(b, orientation)
	b = append(b, 0, 0, 0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0)
	return append(b, "GPSLatitude 48.6N GPSLongitude 2.4E"...)
}

// chunk puts a chunk before the end of a PNG.
func chunk(data []byte, kind, body string) []byte {
	end := len(data) - 12
	out := append([]byte{}, data[:end]...)
	out = binary.BigEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, kind+body...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE([]byte(kind+body)))
	return append(out, data[end:]...)
}

// bomb is a PNG that says it is enormous.
func bomb(t testing.TB) []byte {
	t.Helper()
	data := bytes.Clone(samplePNG(t))
	binary.BigEndian.PutUint32(data[16:], 60_000)
	binary.BigEndian.PutUint32(data[20:], 60_000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// wide is a JPEG that says it is enormous.
func wide(t testing.TB) []byte {
	t.Helper()
	data := bytes.Clone(sampleJPEG(t))
	at := bytes.Index(data, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(data[at+5:], 65_000)
	binary.BigEndian.PutUint16(data[at+7:], 65_000)
	return data
}

// swollen is a PDF whose seventh object is packed in a stream that swells to size bytes.
func swollen(t testing.TB, size int) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, err := z.Write(append([]byte("7 0 << >> "), bytes.Repeat([]byte(" "), size)...))
	if err = errorsOr(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	data := page("/Names 7 0 R", stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", packed.String()))
	data = data[:bytes.LastIndex(data, []byte("xref\n0 "))]
	var table []byte
	entry := func(kind byte, where uint32, index uint16) {
		table = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(append(table, kind), where), index)
	}
	entry(0, 0, 0xffff)
	for n := 1; n <= 5; n++ {
		entry(1, uint32(bytes.Index(data, fmt.Appendf(nil, "\n%d 0 obj", n))+1), 0)
	}
	entry(1, uint32(len(data)), 0)
	entry(2, 5, 0)
	start := len(data)
	data = fmt.Appendf(data, "6 0 obj\n%s\nendobj\n", stream("/Type /XRef /Size 8 /W [1 4 2] /Root 1 0 R", string(table)))
	return fmt.Appendf(data, "startxref\n%d\n%%%%EOF\n", start)
}

func archive(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create("charge.exe")
	if err == nil {
		_, err = f.Write([]byte("MZ"))
	}
	if err = errorsOr(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func errorsOr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// pdf writes objects, numbered from 1, with a table that leads to them. The first is the root.
func pdf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
}

// page is a document of one page whose root says more, with objects of its own from the fifth on.
func page(root string, more ...string) []byte {
	return pdf(append([]string{
		"<< /Type /Catalog /Pages 2 0 R " + root + " >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>",
		stream("", "0 0 100 100 re f"),
	}, more...)...)
}

func plainPDF() []byte { return page("") }

// hostile are the files that must be refused, with the code of why.
func hostile(t testing.TB) map[string]struct {
	data []byte
	code string
} {
	t.Helper()
	type sample = struct {
		data []byte
		code string
	}
	photo := sampleJPEG(t)
	xfa := "<< /Fields [] /XFA 5 0 R >>"
	return map[string]sample{
		"nothing":                   {nil, "media.empty"},
		"a truncated JPEG":          {photo[:len(photo)/2], "media.broken"},
		"the head of a JPEG":        {photo[:20], "media.broken"},
		"a GIF":                     {sampleGIF(t), "media.unknown"},
		"an SVG with a script":      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "media.unknown"},
		"a page of the web":         {[]byte("<!DOCTYPE html><html><script>alert(1)</script></html>"), "media.unknown"},
		"a program":                 {[]byte("MZ\x90\x00\x03"), "media.unknown"},
		"an archive":                {archive(t), "media.unknown"},
		"an iPhone photo":           {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "media.heic"},
		"a bomb":                    {bomb(t), "media.points"},
		"a JPEG bomb":               {wide(t), "media.points"},
		"a PDF read for ever":       {append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte("1 0 obj\n"), 20_000)...), "media.broken"},
		"a PDF bomb":                {swollen(t, 200<<20), "media.broken"},
		"a JPEG before an archive":  {append(bytes.Clone(photo), archive(t)...), "media.twofold"},
		"a JPEG that is a PDF":      {segment(photo, 0xfe, plainPDF()[:200]), "media.twofold"},
		"a JPEG that is a page":     {segment(photo, 0xfe, []byte("<HTML><ScRiPt>alert(1)</script>")), "media.twofold"},
		"a PNG that is a page":      {chunk(samplePNG(t), "tEXt", "Comment\x00<script>alert(1)</script>"), "media.twofold"},
		"a PDF that is no PDF":      {[]byte("%PDF-1.7\n" + strings.Repeat("rien ", 100)), "media.broken"},
		"a truncated PDF":           {plainPDF()[:120], "media.broken"},
		"a PDF before an archive":   {append(plainPDF(), archive(t)...), "media.twofold"},
		"a PDF before a page":       {append(plainPDF(), "<html><script>alert(1)</script>"...), "media.twofold"},
		"a PDF with a long tail":    {append(plainPDF(), strings.Repeat("x", 500)...), "media.twofold"},
		"a PDF after something":     {append([]byte("GIF89a\n"), plainPDF()...), "media.unknown"},
		"a script at opening":       {page("/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "media.pdf_acts"},
		"a script by reference":     {page("/OpenAction 5 0 R", "<< /S /JavaScript /JS 6 0 R >>", stream("", "app.alert(1)")), "media.pdf_acts"},
		"a script by its name":      {page("/Names << /JavaScript << /Names [(a) 5 0 R] >> >>", "<< /S /JavaScript /JS (1) >>"), "media.pdf_acts"},
		"a script under an escape":  {page("/OpenAction 5 0 R", "<< /S /J#61vaScript /J#53 (app.alert(1)) >>"), "media.pdf_acts"},
		"a script on a page":        {page("/PageLabels 5 0 R", "<< /Nums [0 << /AA << /O << /S /JavaScript /JS (1) >> >> >>] >>"), "media.pdf_acts"},
		"a program to launch":       {page("/OpenAction << /S /Launch /F (cmd.exe) >>"), "media.pdf_acts"},
		"a form that leaves":        {page("/OpenAction << /S /SubmitForm /F (https://example.org) >>"), "media.pdf_acts"},
		"an old form":               {page("/AcroForm "+xfa, stream("", "<xdp/>")), "media.pdf_acts"},
		"a file inside":             {page("/Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >>", "<< /Type /Filespec /F (a.exe) /EF << /F 6 0 R >> >>", stream("/Type /EmbeddedFile", "MZ")), "media.pdf_holds"},
		"a file that nothing names": {page("", stream("/Type /EmbeddedFile", "MZ")), "media.pdf_holds"},
		"a locked PDF":              {bytes.Replace(plainPDF(), []byte("/Root 1 0 R"), []byte("/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) /U (bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb) >> /ID [(a) (b)]"), 1), "media.pdf_locked"},
	}
}
