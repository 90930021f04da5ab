package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// filled makes the file of a patient whole: a team with dates, relatives, oppositions, a
// verified identity with its former versions, and a second file of the same person.
func (d *day) filled(r request.Request) {
	d.t.Helper()
	ctx, id := d.ward.Ctx(), r.Patient
	file, err := d.Requests.IdentityFile(ctx, id)
	d.Must(err)
	i := file.Identity
	i.Fictitious, i.BirthName, i.FirstName, i.GivenNames, i.BirthPlace, i.BirthPlaceCode = false, "Secrète", "Alix", "Alix Marie", "Évry-Courcouronnes", "91228"
	i.INSStatus = patient.INSValidated
	i.Proof = patient.Proof{Document: patient.DocumentIDCard, SeenOn: civil.DayFrom(2026, time.March, 15)}
	d.Must(d.Requests.ChangeIdentity(ctx, id, file.Patient.Version, i))
	d.Must(d.Requests.JoinTeam(ctx, id, patient.Member{Subject: d.doctor.Subject}, true))
	d.Must(d.Requests.JoinTeam(ctx, id, patient.Member{Profession: "PHARMA", Outsider: &patient.Outsider{Name: "Pharmacie Mirage", Town: "Évry", SecureMail: "mirage@apicrypt.example.org"}}, false))
	d.Must(d.Requests.PutRelative(ctx, id, patient.Relative{Name: "Anne Secrète", Link: "child", Phone: "+33639981277", MayCall: true, Trusted: true, TrustedOn: civil.DayFrom(2026, time.March, 2)}))
	d.Must(d.Requests.PutRelative(ctx, id, patient.Relative{Name: "Lou Voisin", Link: "neighbour", Phone: "+33639981278"}))
	d.Must(d.Requests.Oppose(ctx, id, patient.Opposition{Scope: patient.OpposesSomebody, Subject: d.midwife.Subject, SaidBy: "patient", Reason: "relation"}))
	d.doctor.Asks(family("Secrète", "Alix"), midday(d.House, 20*time.Hour))
}

// TestPatientPagesAreSeenAndReadByEveryone looks at the pages of a patient's file at both
// widths and in both themes, and asks axe whether everyone can use them.
func TestPatientPagesAreSeenAndReadByEveryone(t *testing.T) {
	t.Parallel()
	d := oneMorning(t)
	d.filled(d.asked)
	server := httptest.NewServer(entrance(d.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	file := "/patients/" + string(d.asked.Patient)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"file", d.ward, file}, {"file-named", d.nurse, file}, {"identity", d.ward, file + "/identite"}, {"merging", d.supervisor, "/patients/fusions"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				webtest.Shot(t, ctx, "patient-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}

// TestTheTwinQuestionIsSeen fills the form in a browser for somebody already known, sees the
// question and answers it.
func TestTheTwinQuestionIsSeen(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, other := h.Ward("Maternité A"), h.Ward("Chirurgie")
	known := ward.Asks(family("Exemple", "Alix"))
	s := open(t, h, ward, other)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for width, theme := range webtest.Looks() {
		webtest.Visit(t, ctx, server.URL+"/entrer/"+string(other.Account)+"?suite="+url.QueryEscape("/demandes/nouvelle"), width, theme)
		webtest.Eval[bool](t, ctx, `(() => {
				const fill = { family_name: "EXEMPLE", given_name: "Alix", birth_date: "1960-05-02", commune: "Corbeil-Essonnes", my_phone: "01 99 00 00 01" };
				for (const [name, value] of Object.entries(fill)) document.querySelector("[name=" + name + "]").value = value;
				document.querySelector("input[name=acts_IDE][value=IDE01]").checked = true;
				document.querySelector("#f-consent").checked = true;
				document.getElementById("ask").requestSubmit(document.querySelector("button[value=trigger]"));
				return true;
			})()`)
		webtest.Until(t, ctx, `document.querySelector("input[name=twin]") !== null && document.querySelector("input[name=twin]").offsetParent !== null`)
		webtest.Shot(t, ctx, "patient-twin", width, theme)
		webtest.NoBarrier(t, ctx)
	}
	webtest.Eval[bool](t, ctx, `(document.querySelector("input[name=twin][value=same]").checked = true, document.getElementById("ask").requestSubmit(document.querySelector("button[value=trigger]")), true)`)
	webtest.Until(t, ctx, `location.pathname !== "/demandes/nouvelle"`)
	if rows, err := h.Requests.Recent(other.Ctx()); err != nil || len(rows) != 1 || rows[0].Request.Patient != known.Patient {
		t.Errorf("the file is not used: %v, %v", rows, err)
	}
}

// TestAFilePrintsWhole: on paper a file tells the identity and what the person opposes, the
// folded parts unfolded, and no form.
func TestAFilePrintsWhole(t *testing.T) {
	t.Parallel()
	d := oneMorning(t)
	d.filled(d.asked)
	server := httptest.NewServer(entrance(d.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(d.ward.Account)+"?suite="+url.QueryEscape("/patients/"+string(d.asked.Patient)), webtest.Desk, webtest.Light)
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}); err != nil {
		t.Fatal(err)
	}
	webtest.Shot(t, ctx, "patient-print", webtest.Desk, webtest.Light)
	for selector, shown := range map[string]bool{"#identite .facts": true, "#partage .rows": true, "#equipe .rows": true, "#form-opposition": false, "#form-proche": false, "#equipe form": false, ".btn": false} {
		if got := webtest.Eval[bool](t, ctx, "document.querySelector(`"+selector+"`).checkVisibility()"); got != shown {
			t.Errorf("%s is printed: %t", selector, got)
		}
	}
}
