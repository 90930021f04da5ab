package territory_test

import (
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/base/i18n"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
)

func TestDefaultsAreThoseOfTheStates(t *testing.T) {
	s := territory.Defaults()
	if s.Reply[nomenclature.U0] != 10*time.Minute || s.Reply[nomenclature.Planned] != 24*time.Hour || s.Start[nomenclature.U1] != 4*time.Hour || s.SameDayUntil != 17*60 || s.UsualShare != 0.5 || s.Waves || s.AlertsCapOn || s.AlertsCap != 6 || !s.UsualSeesName {
		t.Errorf("defaults: %+v", s)
	}
	if len(s.WaveSizes) != 2 || s.WaveSizes[1] != 15 || s.Night != civil.DefaultNight || s.DutyStep != 5*time.Minute || s.Undo != 2*time.Minute || s.RadiusRural != 20 {
		t.Errorf("defaults: %+v", s)
	}
	if err := s.Check(); err != nil {
		t.Error(err)
	}
}

func TestEveryOptionDocumentsItself(t *testing.T) {
	fr, en := i18n.For("fr"), i18n.For("en")
	s := territory.Defaults()
	for _, o := range territory.Options() {
		key := "territory.setting." + o.Key
		if o.Info == "" || !fr.Has(key) || !en.Has(key) || o.Urgency == "" && en.T(key) != o.Info {
			t.Errorf("%s: documented %q, in English %q", o.Key, o.Info, en.T(key))
		}
		if err := s.Set(o.Key, o.Default); err != nil {
			t.Errorf("%s refuses its own default: %v", o.Key, err)
		}
		if got := s.Get(o.Key); got != o.Default {
			t.Errorf("%s = %q, want its default %q", o.Key, got, o.Default)
		}
		if !fr.Has("fault.territory.setting.malformed." + o.Kind) {
			t.Errorf("no sentence refuses a malformed %s", o.Kind)
		}
	}
}

func TestSetRefuses(t *testing.T) {
	for _, c := range []struct{ key, text, code string }{
		{"reply.u0", "dix", "territory.setting.malformed.duration"},
		{"reply.u0", "0s", "territory.setting.bounds"},
		{"reply.u0", "169h", "territory.setting.bounds"},
		{"reply.u0", "-10m", "territory.setting.bounds"},
		{"usual.share", "91", "territory.setting.bounds"},
		{"usual.share", "5.5", "territory.setting.malformed.percent"},
		{"alerts.cap", "six", "territory.setting.malformed.number"},
		{"waves.sizes", "5,,8", "territory.setting.malformed.list"},
		{"waves.sizes", "5,-1", "territory.setting.bounds"},
		{"waves.on", "peut-être", "territory.setting.malformed.yes_no"},
		{"night", "21:00-24:00", "territory.setting.malformed.night"},
		{"night", "21:00", "territory.setting.malformed.night"},
		{"start.same_day_until", "24:00", "territory.setting.malformed.hour"},
		{"radius.urban", "NaN", "territory.setting.bounds"},
		{"radius.urban", "loin", "territory.setting.malformed.km"},
		{"nothing", "1", "territory.setting.unknown"},
	} {
		s := territory.Defaults()
		err := s.Set(c.key, c.text)
		if fault.CodeOf(err) != c.code || len(fault.Fields(err)) != 1 || fault.Fields(err)[0].Field != c.key {
			t.Errorf("Set(%s, %q) = %v, want %s", c.key, c.text, err, c.code)
		}
		if before := territory.Defaults(); s.Get(c.key) != before.Get(c.key) {
			t.Errorf("Set(%s, %q) refused and changed it", c.key, c.text)
		}
	}
	s := territory.Defaults()
	if err := s.Set("radius.urban", "12,5"); err != nil || s.RadiusUrban != 12.5 {
		t.Errorf("a French decimal gives %v, %v", s.RadiusUrban, err)
	}
}

func TestCheckNamesEachContradiction(t *testing.T) {
	s := territory.Defaults()
	s.PlannedLeast, s.Night.To = 30*time.Hour, s.Night.From
	if got := fault.Fields(s.Check()); len(got) != 2 {
		t.Errorf("faults: %v", got)
	}
}

func TestChangingOneDelayLeavesTheOthersAndTheDefaults(t *testing.T) {
	s := territory.Defaults()
	before := s
	if err := s.Set("reply.u0", "12m"); err != nil {
		t.Fatal(err)
	}
	if s.Reply[nomenclature.U0] != 12*time.Minute || s.Reply[nomenclature.U1] != 20*time.Minute || before.Reply[nomenclature.U0] != 10*time.Minute {
		t.Errorf("after: %v, before: %v", s.Reply, before.Reply)
	}
}

func FuzzSettings(f *testing.F) {
	f.Add("reply.u0", "12m")
	f.Add("waves.sizes", "1,2,0")
	f.Fuzz(func(t *testing.T, key, text string) {
		s := territory.Defaults()
		if err := s.Set(key, text); err != nil {
			return
		}
		again := territory.Defaults()
		if err := again.Set(key, s.Get(key)); err != nil || again.Get(key) != s.Get(key) {
			t.Errorf("%s = %q is read back as %q (%v)", key, s.Get(key), again.Get(key), err)
		}
	})
}
