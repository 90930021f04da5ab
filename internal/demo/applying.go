package demo

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"regexp"
	"strings"
	"time"

	"entractes/internal/base/fault"
	"entractes/internal/care/directory"
	"entractes/internal/care/enrolment"
	"entractes/internal/care/nomenclature"
	"entractes/internal/care/territory"
	"entractes/internal/channel/fakephone"
	"entractes/internal/infra/db"
)

// Who has asked to enrol, and waits for a supervisor or for the administrator: they came the evening before.
const (
	applied = 15 * time.Hour // before the demonstration opens
	proving = 5 * time.Minute
)

// applicant is somebody who enrols by himself.
type applicant struct {
	declared    enrolment.Declared
	phone, mail string
	token       string
}

func applicants() []*applicant {
	person := func(given, family, sex, phone string, profession nomenclature.ProfessionCode, commune, rpps string) *applicant {
		mail := slug(given, family) + ".candidature@example.org"
		return &applicant{phone: phone, mail: mail, declared: enrolment.Declared{Person: &directory.Professional{
			GivenName: given, FamilyName: family, Sex: sex, Profession: profession, RPPS: rpps, Commune: named(commune).Code, Street: "4 rue du Modèle", Phone: directory.Phone(phone), Email: mail,
			Practice: directory.Practice{Networks: []string{"CPTS Exemple"}},
		}}}
	}
	house := &applicant{phone: "+33639989903", mail: "cadre.candidature@example.org", declared: enrolment.Declared{House: &enrolment.House{
		Structure: directory.Structure{Name: "Clinique des Saules", Kind: directory.Establishment, FINESS: "919999999", Street: "1 allée des Exemples", Commune: named("Draveil").Code},
		Wards:     []string{"Médecine", "Chirurgie ambulatoire"},
		Referent:  enrolment.Referent{Name: "Nadège Fictive", Role: "cadre de santé", Phone: "+33639989903", Email: "cadre.candidature@example.org"},
	}}}
	return []*applicant{
		person("Clara", "Essai", "F", "+33639989901", nomenclature.Nurse, "Évry-Courcouronnes", "99900000003"),
		person("Simon", "Fictif", "M", "+33639989902", nomenclature.GP, "Corbeil-Essonnes", "99900000011"),
		house,
	}
}

// planApplications puts the applications in the agenda: begun, then proved by what came to the phones.
func (l *life) planApplications(until time.Time) {
	if l.h.Enrolment == nil {
		return
	}
	all := applicants()
	l.agenda.add(until.Add(-applied), func(ctx context.Context) error {
		for _, a := range all {
			var err error
			if a.token, err = l.h.Enrolment.Begin(ctx, a.declared, "", "192.0.2.1"); err != nil {
				return err
			}
		}
		return nil
	})
	l.agenda.add(until.Add(-applied+proving), func(ctx context.Context) error {
		for _, a := range all {
			if err := l.prove(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

var (
	codeSent = regexp.MustCompile(`\b\d{8}\b`)
	linkSent = regexp.MustCompile(`/inscription/courriel/([A-Z2-7]+)`)
)

// prove goes through the steps of an application, as its author would.
func (l *life) prove(ctx context.Context, a *applicant) (err error) {
	defer fault.Wrap(&err, "prove the application of %s", a.mail)
	var code, link string
	err = l.h.DB.View(ctx, func(tx *db.Tx) error {
		sms, err := fakephone.Messages(tx, a.phone, 1)
		if err != nil {
			return err
		}
		mails, err := fakephone.Messages(tx, a.mail, 1)
		for _, m := range append(sms, mails...) {
			code += codeSent.FindString(m.Text)
			link += strings.TrimPrefix(linkSent.FindString(m.Link), "/inscription/courriel/")
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := l.h.Enrolment.ProvePhone(ctx, a.token, code); err != nil {
		return err
	}
	if err := l.h.Enrolment.ProveMail(ctx, link); err != nil {
		return err
	}
	if p := a.declared.Person; p != nil {
		card, err := fictionalCard()
		if err != nil {
			return err
		}
		if err := l.h.Enrolment.AddCard(ctx, a.token, card); err != nil {
			return err
		}
		if err := l.h.Enrolment.SetPractice(ctx, a.token, directory.Practice{Communes: []territory.CommuneCode{p.Commune}, Radius: 10}); err != nil {
			return err
		}
	}
	return l.h.Enrolment.Submit(ctx, a.token, true, true)
}

// fictionalCard is the photo of a card that is nobody's: stripes, and no word.
func fictionalCard() ([]byte, error) {
	const wide, high = 640, 400
	img := image.NewRGBA(image.Rect(0, 0, wide, high))
	for y := range high {
		for x := range wide {
			c := color.RGBA{R: 232, G: 240, B: 246, A: 255}
			switch {
			case y < 70:
				c = color.RGBA{R: 22, G: 104, B: 120, A: 255}
			case x > 40 && x < 200 && y > 120 && y < 320:
				c = color.RGBA{R: 190, G: 200, B: 210, A: 255}
			case x > 240 && x < 580 && y > 120 && y < 320 && y%40 < 12:
				c = color.RGBA{R: 60, G: 72, B: 88, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, nil)
	return b.Bytes(), err
}
