package pro_test

import (
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web/webtest"

	"github.com/chromedp/chromedp"
)

// TestDocumentsAreSeenByEveryone looks at each page that shows documents, at both widths and
// in both themes, and asks axe whether everyone can use it.
func TestDocumentsAreSeenByEveryone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	asked := ward.Asks(testkit.With(ward.Keeps(h.Prescription())))
	r := ward.Asks(testkit.With(ward.Keeps(h.Prescription())))
	nurse.Accepts(r)
	nurse.Attaches(r, request.Upload{Kind: request.DocResult, Name: "Bilan du 16 mars.png", Data: h.Photo()})
	draft, err := h.Requests.Save(ward.Ctx(), testkit.Ask(h, testkit.With(ward.Keeps(h.Prescription()))))
	h.Must(err)
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	for _, p := range []struct {
		name string
		who  *testkit.Person
		path string
	}{
		{"sheet", nurse, "/demandes/" + string(r.ID) + "?acte=document"}, {"requester", ward, "/demandes/" + string(r.ID)}, {"asked", nurse, "/demandes/" + string(asked.ID)},
		{"patient", nurse, "/patients/" + string(r.Patient)}, {"draft", ward, "/demandes/nouvelle?brouillon=" + string(draft.ID) + "#documents"}, {"form", ward, "/demandes/nouvelle#joindre"},
	} {
		t.Run(p.name, func(t *testing.T) {
			for width, theme := range webtest.Looks() {
				webtest.Visit(t, ctx, server.URL+"/entrer/"+string(p.who.Account)+"?suite="+url.QueryEscape(p.path), width, theme)
				if p.name == "form" {
					webtest.Eval[bool](t, ctx, `(document.getElementById("joindre").open = true)`)
				}
				webtest.Shot(t, ctx, "documents-"+p.name, width, theme)
				webtest.NoBarrier(t, ctx)
			}
		})
	}
}

// TestAPhotoIsAttachedFromAPhone chooses a file as a thumb would and reads the photo.
func TestAPhotoIsAttachedFromAPhone(t *testing.T) {
	t.Parallel()
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	r := ward.Asks()
	nurse.Accepts(r)
	photo := filepath.Join(t.TempDir(), "Résultat.jpg")
	h.Must(os.WriteFile(photo, h.Photo(), 0o600))
	s := open(t, h, ward, nurse)
	server := httptest.NewServer(entrance(s.door))
	defer server.Close()
	ctx := webtest.Browser(t)
	webtest.Visit(t, ctx, server.URL+"/entrer/"+string(nurse.Account)+"?suite="+url.QueryEscape("/demandes/"+string(r.ID)), webtest.Phone, webtest.Light)
	press(t, ctx, `#joindre summary`)
	webtest.Do(t, ctx, chromedp.SetUploadFiles(`#f-document`, []string{photo}))
	press(t, ctx, `#form-document button[type=submit]`)
	webtest.Until(t, ctx, `document.querySelector("#documents .row-link")?.textContent.includes("Résultat.jpg")`)
	press(t, ctx, `#documents .row-link`)
	webtest.Until(t, ctx, `document.contentType === "image/jpeg" && document.images[0].naturalWidth === 300`)
}
