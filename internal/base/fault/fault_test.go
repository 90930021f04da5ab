package fault_test

import (
	"errors"
	"testing"

	"entractes/internal/base/fault"
)

func TestWrapKeepsKindCodeAndField(t *testing.T) {
	act := func() (err error) {
		defer fault.Wrap(&err, "ask %s", "x")
		return fault.Invalid("request.start.past", "start").Because(errors.New("cause"))
	}
	err := act()
	if fault.KindOf(err) != fault.KindInvalid || fault.CodeOf(err) != "request.start.past" {
		t.Errorf("kind and code are lost: %v", err)
	}
	if f := fault.Fields(err); len(f) != 1 || f[0].Field != "start" {
		t.Errorf("field is lost: %v", f)
	}
}

func TestEmptyListIsNoError(t *testing.T) {
	var l fault.List
	l.Add(nil)
	if err := l.Err(); err != nil {
		t.Errorf("an empty list is an error: %v", err)
	}
}

func TestStrangersAreInternal(t *testing.T) {
	if k := fault.KindOf(errors.New("disk")); k != fault.KindInternal {
		t.Errorf("got %v", k)
	}
}
