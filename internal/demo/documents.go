package demo

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"entractes/internal/care/request"
	"entractes/internal/security/auth"
)

// prescribe joins a written prescription to a request whose acts need one.
func (l *life) prescribe(ctx context.Context, who auth.Account, a *request.Ask) error {
	if !request.NeedsPrescription(a.Acts) {
		return nil
	}
	lines := []string{"Ordonnance fictive, pour la démonstration", "", who.Name, ""}
	for _, act := range a.Acts {
		lines = append(lines, "- "+act.Label("fr"))
	}
	id, err := l.h.Requests.Receive(by(ctx, who), request.Upload{Kind: request.DocPrescription, Name: "Ordonnance.pdf", Data: sheetOfPaper(lines)})
	if err != nil {
		return err
	}
	a.Documents = append(a.Documents, id)
	return nil
}

// sheetOfPaper is a PDF of one page that says lines.
func sheetOfPaper(lines []string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 13 Tf 60 760 Td 20 TL\n")
	for _, line := range lines {
		text.WriteString("(" + latin(line) + ") Tj T*\n")
	}
	text.WriteString("ET")
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// latin writes a line in the letters of the page's font, and what would end it escaped.
func latin(line string) string {
	spaced := strings.NewReplacer("\u202f", " ", "≤", "<=", `\`, `\\`, "(", `\(`, ")", `\)`).Replace(line)
	written, err := encoding.ReplaceUnsupported(charmap.Windows1252.NewEncoder()).String(spaced)
	if err != nil {
		return ""
	}
	return written
}
