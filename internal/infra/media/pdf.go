package media

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"entractes/internal/base/fault"
)

const (
	maxPages  = 200
	maxNested = 64
	// maxTail is how many bytes may follow the end of a PDF: some gateways add a line.
	maxTail = 64
	// readWithin is how long reading one PDF may take.
	readWithin = 8 * time.Second
)

// cleanPDF writes the pages of a PDF into a new one. What no page leads to is left behind.
func cleanPDF(ctx context.Context, data []byte, limit int) (File, error) {
	if tail := bytes.Trim(afterEnd(bytes.ToLower(data)), " \t\r\n\f\x00"); len(tail) > maxTail {
		return File{}, fault.Invalid("media.twofold", Field)
	}
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	doc, err := pdfcpu.ReadWithContext(ctx, &finite{Reader: bytes.NewReader(data), ctx: ctx, left: 8*int64(len(data)) + 24<<20}, pdfRules())
	// The library passes over some locks: a lock it does not see is read in the file.
	if bytes.Contains(data, []byte("/Encrypt")) || err == nil && (doc.Encrypt != nil || doc.E != nil) {
		return File{}, fault.Invalid("media.pdf_locked", Field).Because(err)
	}
	if err != nil {
		return File{}, broken(err)
	}
	if err := examine(doc); err != nil {
		return File{}, err
	}
	if err := api.ValidateContext(doc); err != nil {
		return File{}, broken(err)
	}
	if doc.PageCount < 1 {
		return File{}, broken(errors.New("no page"))
	}
	if doc.PageCount > maxPages {
		return File{}, fault.Invalid("media.pdf_pages", Field, "n", maxPages)
	}
	doc.Info = nil
	out := bounded{most: limit}
	if err := api.WriteContext(doc, &out); err != nil {
		return File{}, broken(err)
	}
	return File{Type: PDF, Bytes: out.Bytes(), Pages: doc.PageCount}, nil
}

// finite is a reader that ends with its context, or once it has been read over and over:
// the library reads a broken file again from each of its objects.
type finite struct {
	*bytes.Reader
	ctx  context.Context
	left int64
}

func (p *finite) Read(b []byte) (int, error) {
	if err := p.worn(); err != nil {
		return 0, err
	}
	n, err := p.Reader.Read(b)
	p.left -= int64(n)
	return n, err
}

func (p *finite) Seek(offset int64, whence int) (int64, error) {
	if err := p.worn(); err != nil {
		return 0, err
	}
	return p.Reader.Seek(offset, whence)
}

func (p *finite) worn() error {
	if p.left <= 0 {
		return errors.New("read too often")
	}
	return p.ctx.Err()
}

// noFolder keeps the library from writing files of its own in the home of the process. It
// changes what all its readers read: once.
var noFolder = sync.OnceFunc(api.DisableConfigDir)

// pdfRules bound what one PDF may take while it is read.
func pdfRules() *model.Configuration {
	noFolder()
	c := model.NewDefaultConfiguration()
	c.ValidationMode, c.Offline, c.Optimize, c.OptimizeBeforeWriting = model.ValidationRelaxed, true, false, false
	const mega = 1 << 20
	c.Limits = model.ResourceLimits{
		MaxStreamBytes: 32 * mega, MaxDecodeBytes: 64 * mega, MaxImagePixels: 100 * mega, MaxImageBytes: 128 * mega,
		MaxObjectCount: 200_000, MaxObjectStreamCount: 20_000, MaxObjectStreamFirst: mega, MaxXRefEntries: 200_000, MaxRecursionDepth: maxNested,
	}
	return c
}

// What a PDF may not hold, by the key of a dictionary: it could act when it is opened,
// or carry another file.
var (
	actingKeys  = []string{"JS", "JavaScript", "AA", "RichMedia", "XFA", "Launch"}
	holdingKeys = []string{"EmbeddedFiles", "EmbeddedFile", "EF"}
	// actingTypes are the actions, annotations and kinds that do more than lead to a page.
	actingTypes = []string{"JavaScript", "Launch", "SubmitForm", "ImportData", "GoToR", "GoToE", "Rendition", "RichMedia", "RichMediaExecute", "Screen", "Movie", "3D"}
	// otherKeys say who made it, with what and where: nothing that is printed.
	otherKeys = []string{"Metadata", "PieceInfo"}
)

// examine refuses what could act and forgets what is not printed, in every object of doc.
func examine(doc *model.Context) error {
	for _, entry := range doc.Table {
		if entry == nil || entry.Free {
			continue
		}
		if err := examineObject(doc, entry.Object, 0); err != nil {
			return err
		}
		if sd, ok := entry.Object.(types.StreamDict); ok && sd.HasSoleFilterNamed("DCTDecode") {
			entry.Object = withoutWords(sd)
		}
	}
	return nil
}

// withoutWords is a photo of a page without what it says of itself.
func withoutWords(sd types.StreamDict) types.StreamDict {
	sd.Raw = bareJPEG(sd.Raw)
	size := int64(len(sd.Raw))
	sd.StreamLength, sd.Dict["Length"] = &size, types.Integer(size)
	return sd
}

func examineObject(doc *model.Context, o types.Object, depth int) error {
	if depth > maxNested {
		return broken(errors.New("nested too deep"))
	}
	switch o := o.(type) {
	case types.Dict:
		return examineDict(doc, o, depth)
	case types.StreamDict:
		return examineDict(doc, o.Dict, depth)
	case types.ObjectStreamDict:
		return examineDict(doc, o.Dict, depth)
	case types.XRefStreamDict:
		return examineDict(doc, o.Dict, depth)
	case *types.StreamDict:
		return examineDict(doc, o.Dict, depth)
	case *types.ObjectStreamDict:
		return examineDict(doc, o.Dict, depth)
	case *types.XRefStreamDict:
		return examineDict(doc, o.Dict, depth)
	case types.Array:
		for _, one := range o {
			if err := examineObject(doc, one, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func examineDict(doc *model.Context, d types.Dict, depth int) error {
	for raw, value := range d {
		key := name(types.Name(raw))
		switch {
		case slices.Contains(actingKeys, key), key == "OpenAction" && acts(doc, value):
			return fault.Invalid("media.pdf_acts", Field, "what", key)
		case slices.Contains(holdingKeys, key):
			return fault.Invalid("media.pdf_holds", Field)
		case key == "S" || key == "Subtype" || key == "Type":
			n, _ := value.(types.Name)
			if slices.Contains(actingTypes, name(n)) {
				return fault.Invalid("media.pdf_acts", Field, "what", name(n))
			}
			if name(n) == "FileAttachment" || name(n) == "EmbeddedFile" {
				return fault.Invalid("media.pdf_holds", Field)
			}
		case slices.Contains(otherKeys, key):
			delete(d, raw)
			continue
		}
		if err := examineObject(doc, value, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// acts tells whether an opening action does more than lead to a page.
func acts(doc *model.Context, value types.Object) bool {
	direct, err := doc.Dereference(value)
	if err != nil {
		return true
	}
	d, ok := direct.(types.Dict)
	if !ok {
		return false // a destination
	}
	s, _ := d["S"].(types.Name)
	return name(s) != "GoTo"
}

// name undoes the escapes that could hide a name.
func name(n types.Name) string {
	plain, err := types.DecodeName(string(n))
	if err != nil {
		return string(n)
	}
	return plain
}
