package patient_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"entractes/internal/base/civil"
	"entractes/internal/base/fault"
	"entractes/internal/care/patient"
	"entractes/internal/infra/db/dbtest"
)

// qualified is an identity with everything its status needs.
func qualified() patient.Identity {
	i := jeanne()
	i.Fictitious = false
	i.FirstName, i.GivenNames, i.BirthPlaceCode = "Jeanne", "Jeanne Marie", "91228"
	i.INSStatus, i.INS = patient.INSQualified, patient.INS{Matricule: "2410591228001" + patient.Key("2410591228001"), OID: patient.OIDTest}
	i.Proof = patient.Proof{Document: patient.DocumentIDCard, SeenOn: day(2026, 3, 10), FetchedOn: day(2026, 3, 11), FetchedBy: "Hôpital Exemple"}
	return i.Normalize()
}

// at is the same person at another status, with what it needs and no more.
func at(s patient.INSStatus) patient.Identity {
	i := qualified()
	i.INSStatus = s
	if !s.Fetched() {
		i.INS = patient.INS{}
	}
	return i.Normalize()
}

func day(y, m, d int) civil.Day { return civil.DayFrom(y, time.Month(m), d) }

func TestKeysOfMatricules(t *testing.T) {
	t.Parallel()
	for matricule, want := range map[string]string{
		"2620875032039": "77", "1631278477042": "94", // published examples
		"1234567890122": "12", "12345": "", "abcdefghijklm": "",
		"1850520001001": "47", "185052A001001": "74", "185052B001001": "04",
	} {
		if got := patient.Key(matricule); got != want {
			t.Errorf("the key of %s is %q, want %q", matricule, got, want)
		}
	}
}

// TestAWrongKeyIsAlwaysSeen: one wrong digit, or two neighbours swapped, never keeps the key.
func TestAWrongKeyIsAlwaysSeen(t *testing.T) {
	t.Parallel()
	forms := rapid.StringMatching(`[12][0-9]{2}(0[1-9]|1[0-2])([0-8][0-9]|2A|2B)[0-9]{6}`)
	rapid.Check(t, func(t *rapid.T) {
		m := forms.Draw(t, "matricule")
		n := patient.INS{Matricule: m + patient.Key(m), OID: patient.OIDNIR}
		if f := n.Check(); f != nil {
			t.Fatalf("%s is refused: %v", n, f)
		}
		if got := (patient.INS{Matricule: n.String(), OID: n.OID}).Normalize(); got != n {
			t.Fatalf("%q is read as %q", n.String(), got.Matricule)
		}
		b := []byte(n.Matricule)
		// A letter, or the digit before it, would make another department.
		at := rapid.IntRange(0, 14).Filter(func(at int) bool {
			return b[at] != 'A' && b[at] != 'B' && (at != 5 || b[6] != 'A' && b[6] != 'B')
		}).Draw(t, "at")
		b[at] = '0' + (b[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "more")))%10
		if f := (patient.INS{Matricule: string(b), OID: n.OID}).Check(); f == nil {
			t.Fatalf("%s passes for %s", b, n.Matricule)
		}
	})
}

func TestWhatAStatusNeeds(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		status patient.INSStatus
		change func(i *patient.Identity)
		want   string
	}{
		{"provisional", patient.INSProvisional, nil, ""},
		{"fetched", patient.INSFetched, nil, ""},
		{"validated", patient.INSValidated, nil, ""},
		{"qualified", patient.INSQualified, nil, ""},
		{"a matricule without the service", patient.INSValidated, func(i *patient.Identity) { i.INS = qualified().INS }, "ins patient.ins_forbidden"},
		{"a matricule under provisional", patient.INSProvisional, func(i *patient.Identity) { i.INS = qualified().INS }, "ins patient.ins_forbidden"},
		{"a doubtful matricule", patient.INSProvisional, func(i *patient.Identity) { i.Doubtful, i.INS = true, qualified().INS }, "ins patient.ins_forbidden"},
		{"doubtful and fetched", patient.INSFetched, func(i *patient.Identity) { i.Doubtful = true }, "ins_status patient.ins_attribute"},
		{"no matricule", patient.INSQualified, func(i *patient.Identity) { i.INS = patient.INS{} }, "ins patient.ins_matricule"},
		{"a wrong key", patient.INSFetched, func(i *patient.Identity) { i.INS.Matricule = i.INS.Matricule[:13] + "00" }, "ins patient.ins_key"},
		{"no kind of number", patient.INSFetched, func(i *patient.Identity) { i.INS.OID = "1.2.3" }, "ins_oid patient.ins_oid"},
		{"no given names", patient.INSFetched, func(i *patient.Identity) { i.GivenNames = "" }, "given_names patient.ins_given_names"},
		{"no document", patient.INSValidated, func(i *patient.Identity) { i.Proof.Document = "library_card" }, "document patient.ins_document"},
		{"seen tomorrow", patient.INSValidated, func(i *patient.Identity) { i.Proof.SeenOn = day(2026, 3, 17) }, "seen_on patient.ins_seen_on"},
		{"nobody asked", patient.INSFetched, func(i *patient.Identity) { i.Proof.FetchedBy, i.Proof.FetchedOn = " ", civil.Day{} },
			"fetched_on patient.ins_fetched_on, fetched_by patient.ins_fetched_by"},
		{"traits missing", patient.INSValidated, func(i *patient.Identity) { i.BirthName, i.FirstName, i.BirthPlaceCode = "", "", "" },
			"birth_name patient.ins_trait_missing, first_name patient.ins_trait_missing, birth_place_code patient.ins_trait_missing"},
		{"another first name", patient.INSProvisional, func(i *patient.Identity) { i.FirstName = "Jean" }, "given_names patient.first_name"},
		{"a compound first name", patient.INSProvisional, func(i *patient.Identity) { i.FirstName, i.GivenNames = "Jean-Noël", "JEAN NOEL Marie" }, ""},
		{"born nowhere", patient.INSProvisional, func(i *patient.Identity) { i.BirthPlaceCode = "2C004" }, "birth_place_code patient.birth_place_code"},
		{"born in Corsica", patient.INSProvisional, func(i *patient.Identity) { i.BirthPlaceCode = "2a004" }, ""},
	}
	for _, tc := range cases {
		i := at(tc.status)
		if tc.change != nil {
			tc.change(&i)
		}
		if got := faults(i.Check(dbtest.Start)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestStatusesFollowEachOther(t *testing.T) {
	t.Parallel()
	const drawing = `
		PROV -> RECUP VALI QUAL
		RECUP -> QUAL PROV
		VALI -> QUAL PROV
		QUAL -> RECUP VALI PROV`
	for line := range strings.Lines(strings.TrimSpace(drawing)) {
		from, to, _ := strings.Cut(strings.TrimSpace(line), " -> ")
		for _, next := range patient.INSStatuses() {
			want := string(next) == from || strings.Contains(" "+to+" ", " "+string(next)+" ")
			err := at(next).CheckAfter(at(patient.INSStatus(from)))
			if got := patient.INSStatus(from).MayBecome(next); got != want || (err == nil) != want {
				t.Errorf("%s to %s: %t, %v", from, next, got, err)
			}
		}
	}
	if patient.INSStatus("OK").MayBecome("OK") {
		t.Error("an unknown status follows itself")
	}
}

// A verification was made of certain traits: they change with a new one, or by going back.
func TestAVerifiedTraitDoesNotChangeAlone(t *testing.T) {
	t.Parallel()
	for _, s := range patient.INSStatuses() {
		changed := at(s)
		changed.BirthName = "Autre"
		if err := changed.CheckAfter(at(s)); (fault.CodeOf(err) == "patient.ins_trait") != (s != patient.INSProvisional) {
			t.Errorf("%s: another birth name: %v", s, err)
		}
		cosmetic, moved := at(s), at(s)
		cosmetic.BirthName = strings.ToUpper(cosmetic.BirthName)
		moved.Street, moved.Phone, moved.FamilyName = "1 rue Neuve", "", "Usage"
		if err := cosmetic.CheckAfter(at(s)); err != nil {
			t.Errorf("%s: capitals: %v", s, err)
		}
		if err := moved.CheckAfter(at(s)); err != nil {
			t.Errorf("%s: what is no strict trait: %v", s, err)
		}
		changed.INSStatus, changed.INS = patient.INSProvisional, patient.INS{}
		if err := changed.Normalize().CheckAfter(at(s)); err != nil {
			t.Errorf("%s: back to provisional: %v", s, err)
		}
	}
	again := at(patient.INSValidated)
	again.BirthName, again.Proof.SeenOn = "Autre", day(2026, 3, 15)
	if err := again.CheckAfter(at(patient.INSValidated)); err != nil {
		t.Errorf("with a new document: %v", err)
	}
}

func TestOnlyAQualifiedMatriculeLeaves(t *testing.T) {
	t.Parallel()
	for _, s := range patient.INSStatuses() {
		i := qualified()
		i.INSStatus = s // even when the matricule is still there
		if n, ok := i.OutgoingINS(); ok != (s == patient.INSQualified) || ok == n.IsZero() {
			t.Errorf("%s: %v, %t", s, n, ok)
		}
	}
	for _, change := range []func(i *patient.Identity){
		func(i *patient.Identity) { i.Doubtful = true }, func(i *patient.Identity) { i.Fictitious = true }, func(i *patient.Identity) { i.INS.Matricule = "1" },
	} {
		i := qualified()
		change(&i)
		if _, ok := i.OutgoingINS(); ok {
			t.Errorf("it leaves: %+v", i)
		}
	}
}

func TestAMatriculeThatContradictsTheTraits(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		matricule string
		change    func(i *patient.Identity)
		want      string
	}{
		{"2410591228001", nil, ""},
		{"1410591228001", nil, "sex"},
		{"8410591228001", nil, ""},
		{"2420591228001", nil, "birth_date"},
		{"2410691228001", nil, "birth_date"},
		{"2413191228001", nil, ""}, // the month was not known at birth
		{"1420591228001", nil, "sex birth_date"},
		{"1410591228001", func(i *patient.Identity) { i.Sex = patient.UnknownSex }, ""},
		{"2410691228001", func(i *patient.Identity) { i.BirthKnown = patient.BirthYearOnly }, ""},
		{"2420691228001", func(i *patient.Identity) { i.BirthKnown = patient.BirthEstimated }, ""},
	} {
		i := qualified()
		i.INS.Matricule = tc.matricule + patient.Key(tc.matricule)
		if tc.change != nil {
			tc.change(&i)
		}
		if got := strings.Join(i.INSDoubts(), " "); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.matricule, got, tc.want)
		}
	}
	if none := at(patient.INSProvisional); none.INSDoubts() != nil {
		t.Error("no matricule contradicts")
	}
}

func TestBirthsKnownInPart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		k    patient.KnownBirth
		want string
	}{
		{patient.KnownBirth{Year: 1941, Month: 5, Day: 3}, "1941-05-03 "},
		{patient.KnownBirth{Year: 1941, Month: 5}, "1941-05-01 no_day"},
		{patient.KnownBirth{Year: 1941, Day: 3}, "1941-01-03 no_month"},
		{patient.KnownBirth{Year: 1941}, "1941-12-31 year_only"},
		{patient.KnownBirth{Year: 1940, Month: 5, Day: 3, Estimated: true}, "1940-12-31 estimated"},
	} {
		d, known := tc.k.Conventional()
		if got := fmt.Sprintf("%s %s", d, known); got != tc.want {
			t.Errorf("%+v is %q, want %q", tc.k, got, tc.want)
		}
	}
	if d, _ := (patient.KnownBirth{Month: 5, Day: 3}).Conventional(); !d.IsZero() {
		t.Error("a year was made up")
	}
}
