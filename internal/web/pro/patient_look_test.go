package pro_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"entractes/internal/base/civil"
	"entractes/internal/care/patient"
	"entractes/internal/care/request"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"
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
			for _, width := range []int64{webtest.Phone, webtest.Desk} {
				for _, theme := range []string{webtest.Light, webtest.Dark} {
					webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
					webtest.Shot(t, ctx, "patient-"+p.name, width, theme)
					webtest.NoBarrier(t, ctx)
				}
			}
		})
	}
}
