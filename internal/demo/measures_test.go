package demo

import (
	"strings"
	"testing"

	"entractes/internal/care/directory"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/request"
	"entractes/internal/channel/fakephone"
)

// Whatever the request and the visit, what is measured is plausible, and comes back to usual.
func TestMeasuresArePlausible(t *testing.T) {
	some, fever := 0, 0
	for _, id := range strings.Fields(strings.Repeat("a b c d e f g ", 40)) {
		id += strings.Repeat("x", some)
		some++
		for n := 1; n < 8; n++ {
			list := measures(request.ID(id), n, nomenclature.Nurse)
			if err := nomenclature.CheckReadings(list).Err(); err != nil {
				t.Fatalf("%s, visit %d: %v: %v", id, n, list, err)
			}
			if n == 1 && len(list) > 3 && list[3].Usual() == nomenclature.Above {
				fever++
			}
			if n == 7 && len(list) > 3 && list[3].Usual() != "" {
				t.Errorf("%s still has %v", id, list[3])
			}
		}
	}
	if fever == 0 {
		t.Error("nobody ever has fever")
	}
	if measures("a", 1, nomenclature.Midwife) != nil {
		t.Error("a midwife measures a newborn as an adult")
	}
}

func TestSecureMailboxesAreOfNobody(t *testing.T) {
	gp := directory.Professional{Profession: nomenclature.GP, RPPS: "99900000001", Email: "helene.marchand@example.org"}
	if got := secureMail(gp); got != "helene.marchand@"+fakephone.SecureDomain {
		t.Errorf("%q", got)
	}
	gp.Profession = nomenclature.Nurse
	if got := secureMail(gp); got != "" {
		t.Errorf("a nurse: %q", got)
	}
}
