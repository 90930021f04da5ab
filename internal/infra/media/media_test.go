package media

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"sync"
	"testing"

	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
)

const limit = 10 << 20

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	for what, s := range hostile(t) {
		f, err := Clean(t.Context(), s.data, limit)
		if fault.CodeOf(err) != s.code {
			t.Errorf("%s: %v (%s), want %s", what, err, f.Type, s.code)
		}
		for _, e := range fault.Fields(err) {
			if e.Kind != fault.KindInvalid || e.Field != Field || i18n.For("fr").Fault(e) == "" {
				t.Errorf("%s: %v", what, e)
			}
		}
	}
}

// Several people send a PDF at the same moment: the library below shares nothing between them.
func TestSeveralPDFsAtOnce(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := Clean(t.Context(), plainPDF(), limit); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestAPhotoLosesWhatItSaysOfItself(t *testing.T) {
	t.Parallel()
	photo := segment(segment(sampleJPEG(t), 0xe1, exif(1)), 0xfe, []byte("commentaire secret"))
	withFilm := append(bytes.Clone(photo), "\x00\x00\x00\x18ftypmp42 film"...)
	for what, data := range map[string][]byte{"JPEG": photo, "JPEG with a film": withFilm, "PNG": chunk(samplePNG(t), "tEXt", "Comment\x00GPSLatitude secret")} {
		f, err := Clean(t.Context(), data, limit)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, trace := range []string{"Exif", "GPS", "secret", "film"} {
			if bytes.Contains(f.Bytes, []byte(trace)) {
				t.Errorf("%s: %q is still there", what, trace)
			}
		}
	}
}

// A photo taken in any position is kept upright: its red corner comes back top left.
func TestAPhotoStandsUpright(t *testing.T) {
	t.Parallel()
	const w, h = 64, 48
	for orientation := 1; orientation <= 8; orientation++ {
		// What the camera wrote: the upright picture, moved the other way.
		up := drawn(w, h)
		cw, ch := w, h
		if orientation >= 5 {
			cw, ch = h, w
		}
		camera := image.NewRGBA(image.Rect(0, 0, cw, ch))
		for y := range ch {
			for x := range cw {
				camera.Set(x, y, up.At(upright(orientation, x, y, cw, ch)))
			}
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, camera, nil); err != nil {
			t.Fatal(err)
		}
		f, err := Clean(t.Context(), segment(b.Bytes(), 0xe1, exif(uint16(orientation))), limit)
		if err != nil {
			t.Fatal(err)
		}
		got, err := jpeg.Decode(bytes.NewReader(f.Bytes))
		if err != nil {
			t.Fatal(err)
		}
		if got.Bounds().Dx() != w || got.Bounds().Dy() != h {
			t.Fatalf("orientation %d: %v", orientation, got.Bounds())
		}
		for _, corner := range []image.Point{{4, 4}, {w - 5, 4}, {4, h - 5}} {
			r, g, bl, _ := got.At(corner.X, corner.Y).RGBA()
			er, eg, eb, _ := up.At(corner.X, corner.Y).RGBA()
			if r>>15 != er>>15 || g>>15 != eg>>15 || bl>>15 != eb>>15 {
				t.Errorf("orientation %d: the corner %v is %x %x %x", orientation, corner, r, g, bl)
			}
		}
	}
}

func TestALargePhotoIsMadeSmaller(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewYCbCr(image.Rect(0, 0, 6000, 3000), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	f, err := Clean(t.Context(), b.Bytes(), limit)
	if err != nil {
		t.Fatal(err)
	}
	if c, err := jpeg.DecodeConfig(bytes.NewReader(f.Bytes)); err != nil || c.Width != maxSide || c.Height != maxSide/2 {
		t.Errorf("%d × %d, %v", c.Width, c.Height, err)
	}
}

func TestTheLimitHoldsForWhatComesAndWhatGoes(t *testing.T) {
	t.Parallel()
	noise := image.NewRGBA(image.Rect(0, 0, 400, 400))
	seed := uint32(1)
	for i := range noise.Pix {
		seed = seed*1664525 + 1013904223
		noise.Pix[i] = byte(seed>>24) | 1
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, noise, &jpeg.Options{Quality: 5}); err != nil {
		t.Fatal(err)
	}
	for what, most := range map[string]int{"what comes": b.Len() - 1, "what goes": b.Len() + 10} {
		if _, err := Clean(t.Context(), b.Bytes(), most); fault.CodeOf(err) != "media.large" {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A PDF is written anew: its page is there, and what no page needs is not.
func TestAPDFKeepsItsPagesOnly(t *testing.T) {
	t.Parallel()
	data := page("/OpenAction [3 0 R /Fit] /Metadata 5 0 R", stream("/Type /Metadata /Subtype /XML", "<x:xmpmeta>auteur secret</x:xmpmeta>"), stream("", "un fichier secret"))
	f, err := Clean(t.Context(), append(data, "\r\n\x00\x00"...), limit)
	if err != nil {
		t.Fatal(err)
	}
	if f.Type != PDF || f.Pages != 1 || !bytes.HasPrefix(f.Bytes, []byte("%PDF-")) || bytes.Contains(f.Bytes, []byte("secret")) {
		t.Errorf("%s, %d pages: %s", f.Type, f.Pages, f.Bytes)
	}
	again, err := Clean(t.Context(), f.Bytes, limit)
	if err != nil || again.Pages != 1 {
		t.Errorf("what was written is not read again: %v", err)
	}
}

// The photo of a page made by a telephone says no more than one sent alone.
func TestAPhotoInAPDFLosesWhatItSaysOfItself(t *testing.T) {
	t.Parallel()
	photo := segment(segment(sampleJPEG(t), 0xe1, exif(1)), 0xfe, []byte("commentaire secret"))
	f, err := Clean(t.Context(), page("/Names << /AP 5 0 R >>", "<< /Names [(a) 6 0 R] >>", stream("/Type /XObject /Subtype /Image /Width 64 /Height 48 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode", string(photo))), limit)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(f.Bytes, []byte("GPS")) || bytes.Contains(f.Bytes, []byte("secret")) {
		t.Error("where it was taken is still there")
	}
	if !bytes.Contains(f.Bytes, sampleJPEG(t)[200:]) {
		t.Error("the photo itself is gone")
	}
	if bare := bareJPEG(photo); !bytes.Equal(bare, sampleJPEG(t)) {
		t.Errorf("%d bytes instead of %d", len(bare), len(sampleJPEG(t)))
	}
}

// Objects packed in a stream are read, and judged, like the others.
func TestPackedObjectsAreRead(t *testing.T) {
	t.Parallel()
	if f, err := Clean(t.Context(), swollen(t, 10), limit); err != nil || f.Pages != 1 {
		t.Errorf("%d pages, %v", f.Pages, err)
	}
}

func TestCleanEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Clean(ctx, plainPDF(), limit); err == nil {
		t.Error("a PDF was read for somebody who left")
	}
}

// FuzzUpload sends anything: it is refused with a sentence, or comes out as a file that
// is what it says and carries nothing else.
func FuzzUpload(f *testing.F) {
	for _, s := range hostile(f) {
		f.Add(s.data)
	}
	for _, data := range [][]byte{sampleJPEG(f), samplePNG(f), plainPDF(), segment(sampleJPEG(f), 0xe1, exif(6)), chunk(samplePNG(f), "tEXt", "Comment\x00GPS")} {
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		out, err := Clean(t.Context(), data, 1<<20)
		if err != nil {
			if fault.KindOf(err) != fault.KindInvalid {
				t.Fatalf("%v", err)
			}
			return
		}
		switch out.Type {
		case JPEG:
			_, err = jpeg.Decode(bytes.NewReader(out.Bytes))
			if h := readJPEG(out.Bytes); h.orientation != 0 || bytes.Contains(out.Bytes, []byte("Exif\x00")) {
				t.Error("EXIF is still there")
			}
		case PNG:
			_, err = png.Decode(bytes.NewReader(out.Bytes))
			if bytes.Contains(out.Bytes, []byte("tEXt")) {
				t.Error("a text is still there")
			}
		case PDF:
			_, err = Clean(t.Context(), out.Bytes, 2<<20)
		default:
			t.Fatalf("an unknown type %q", out.Type)
		}
		if err != nil || len(out.Bytes) > 1<<20 {
			t.Errorf("%d bytes of %s: %v", len(out.Bytes), out.Type, err)
		}
	})
}
