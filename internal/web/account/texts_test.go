package account_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"testing"

	"entractes/internal/base/i18n"
	"entractes/internal/care/enrolment"
)

// A text that people accept changes with its version: what was accepted is kept by version alone.
func TestAcceptedTextsChangeWithTheirVersion(t *testing.T) {
	for _, text := range []struct{ key, version, was, sum string }{
		{"account.charter", enrolment.CharterVersion, "2026-11", "4d1aa565c58bffca"},
		{"account.privacy", enrolment.PrivacyVersion, "2026-11", "1c33ba6c1df0f54f"},
	} {
		p, h := i18n.For("fr"), sha256.New()
		for n := 1; p.Has(text.key + "." + strconv.Itoa(n)); n++ {
			at := text.key + "." + strconv.Itoa(n)
			h.Write([]byte(p.T(at+".title") + "\n" + p.T(at) + "\n"))
		}
		if got := hex.EncodeToString(h.Sum(nil))[:16]; got != text.sum || text.version != text.was {
			t.Errorf("%s is %s at version %s; it was %s at version %s: give it a new version, then write both here", text.key, got, text.version, text.sum, text.was)
		}
	}
}
