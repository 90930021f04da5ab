package paper_test

import (
	"testing"

	"entractes/internal/base/i18n"
	"entractes/internal/care/paper"
)

func BenchmarkReport(b *testing.B) {
	for b.Loop() {
		if _, err := paper.Report(i18n.For("fr"), sheet()).Bytes(); err != nil {
			b.Fatal(err)
		}
	}
}
