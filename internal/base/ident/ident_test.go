package ident_test

import (
	"slices"
	"testing"
	"time"

	"entractes/internal/base/ident"
)

func TestNewSortsByTimeThenByCall(t *testing.T) {
	at := time.UnixMilli(1_700_000_000_000)
	var ids []string
	for i := range 100 {
		ids = append(ids, ident.New[string](at.Add(time.Duration(i/10)*time.Millisecond)))
	}
	if !slices.IsSorted(ids) {
		t.Error("identifiers do not sort in the order they were made")
	}
	for _, id := range ids {
		if !ident.Valid(id) {
			t.Errorf("%q is not valid", id)
		}
	}
}

func TestValidRefusesStrangers(t *testing.T) {
	for _, s := range []string{"", "abc", "0123456789abcdefghjkmnpqrstvwxy!", "ILOU456789abcdefghjkmnpqrstvwxyz"} {
		if ident.Valid(s) {
			t.Errorf("%q is said to be valid", s)
		}
	}
}

func TestFloorStandsBetweenTwoMilliseconds(t *testing.T) {
	for _, at := range []time.Time{time.UnixMilli(1_700_000_000_000), time.UnixMilli(1 << 40), time.UnixMilli(1_774_000_123_457)} {
		floor := ident.Floor(at)
		if before := ident.New[string](at.Add(-time.Millisecond)); before >= floor {
			t.Errorf("%s, made before, does not sort before %s", before, floor)
		}
		if same := ident.New[string](at); same <= floor {
			t.Errorf("%s does not sort after %s", same, floor)
		}
	}
}
