package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"entractes/internal/base/fault"
)

const (
	// maxDrawn bounds the memory that drawing one picture may take, in bytes: a photo of
	// 40 million points fits.
	maxDrawn = 160 << 20
	// maxSide bounds what is kept, in points: a page of A4 at 350 points an inch.
	maxSide = 4096
	quality = 88
)

func cleanJPEG(_ context.Context, data []byte, limit int) (File, error) {
	head := readJPEG(data)
	perPoint := 4
	if head.progressive {
		perPoint = 12 // every coefficient is kept until the end
	}
	if err := fits(data, jpeg.DecodeConfig, perPoint); err != nil {
		return File{}, err
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return File{}, broken(err)
	}
	return writeJPEG(turned(scaled(img), head.orientation), limit)
}

func cleanPNG(_ context.Context, data []byte, limit int) (File, error) {
	if err := fits(data, png.DecodeConfig, 4); err != nil {
		return File{}, err
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return File{}, broken(err)
	}
	img = scaled(img)
	out := bounded{most: limit}
	if err := png.Encode(&out, img); err == nil {
		return File{Type: PNG, Bytes: out.Bytes()}, nil
	}
	return writeJPEG(onWhite(img), limit)
}

func cleanWebP(_ context.Context, data []byte, limit int) (File, error) {
	if err := fits(data, webp.DecodeConfig, 8); err != nil {
		return File{}, err
	}
	img, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return File{}, broken(err)
	}
	return writeJPEG(onWhite(scaled(img)), limit)
}

// fits refuses, before drawing it, a picture that would take more than maxDrawn bytes.
func fits(data []byte, read func(r io.Reader) (image.Config, error), perPoint int) error {
	c, err := read(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return broken(err)
	}
	switch c.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		perPoint = max(perPoint, 8)
	}
	if int64(c.Width)*int64(c.Height) > maxDrawn/int64(perPoint) {
		return fault.Invalid("media.points", Field, "width", c.Width, "height", c.Height)
	}
	return nil
}

func writeJPEG(img image.Image, limit int) (File, error) {
	out := bounded{most: limit}
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		return File{}, fault.Invalid("media.large", Field, "mb", megabytes(limit)).Because(err)
	}
	return File{Type: JPEG, Bytes: out.Bytes()}, nil
}

// scaled makes img no longer than maxSide.
func scaled(img image.Image) image.Image {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	longest := max(w, h)
	if longest <= maxSide {
		return img
	}
	dst := image.NewRGBA(image.Rect(0, 0, max(w*maxSide/longest, 1), max(h*maxSide/longest, 1)))
	draw.ApproxBiLinear.Scale(dst, dst.Bounds(), img, img.Bounds(), draw.Src, nil)
	return dst
}

// onWhite fills what is transparent, since a JPEG is not.
func onWhite(img image.Image) image.Image {
	if o, ok := img.(interface{ Opaque() bool }); ok && o.Opaque() {
		return img
	}
	dst := image.NewRGBA(img.Bounds())
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Bounds(), img, img.Bounds().Min, draw.Over)
	return dst
}

// turned stands img upright: orientation is that of EXIF, 1 to 8, which is not kept.
func turned(img image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	src, ok := img.(*image.RGBA)
	if !ok {
		src = image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(src, src.Bounds(), img, b.Min, draw.Src)
	}
	across := orientation >= 5 // width and height change places
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if across {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := upright(orientation, x, y, w, h)
			copy(dst.Pix[dst.PixOffset(tx, ty):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}

// upright is where the point x, y of a picture of w by h goes.
func upright(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

// jpegHead is what the segments of a JPEG say before its points.
type jpegHead struct {
	orientation int
	progressive bool
}

// readJPEG reads the segments as far as they make sense; the decoder judges the rest.
func readJPEG(data []byte) (h jpegHead) {
	eachSegment(data, func(marker byte, _ int, body []byte) {
		switch {
		case marker == 0xc2:
			h.progressive = true
		case marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) && h.orientation == 0:
			h.orientation = exifOrientation(body[6:])
		}
	})
	return h
}

// bareJPEG is data without EXIF, XMP, IPTC and comments.
func bareJPEG(data []byte) []byte {
	out, kept := make([]byte, 0, len(data)), 0
	eachSegment(data, func(marker byte, at int, body []byte) {
		if marker == 0xe1 || marker == 0xed || marker == 0xfe {
			out = append(out, data[kept:at]...)
			kept = at + 4 + len(body)
		}
	})
	return append(out, data[kept:]...)
}

// eachSegment gives the segments that stand before the points: their marker, where they begin, what they hold.
func eachSegment(data []byte, fn func(marker byte, at int, body []byte)) {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		marker := data[i+1]
		if marker == 0xff { // filling
			i++
			continue
		}
		size := int(binary.BigEndian.Uint16(data[i+2:]))
		if marker == 0xda || size < 2 || i+2+size > len(data) {
			return
		}
		fn(marker, i, data[i+4:i+2+size])
		i += 2 + size
	}
}

// exifOrientation reads the tag 0x0112 of the first directory; 0 when there is none.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == 0x0112 {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 0
}
