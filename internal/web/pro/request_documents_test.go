package pro_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"entractes/internal/base/actor"
	"entractes/internal/care/request"
	"entractes/internal/care/territory"
	"entractes/internal/infra/db"
	"entractes/internal/testkit"
	"entractes/internal/web"
)

// upload is one file of a form.
type upload struct {
	input, name string
	data        []byte
}

// sends posts a form that brings files.
func (s *site) sends(p *testkit.Person, path string, files []upload, pairs ...string) page {
	s.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		s.Must(m.WriteField(pairs[i], pairs[i+1]))
	}
	for _, f := range files {
		part, err := m.CreateFormFile(f.input, f.name)
		s.Must(err)
		_, err = part.Write(f.data)
		s.Must(err)
	}
	s.Must(m.Close())
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, path, &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.send(p, r)
}

// fetch returns the answer to a GET as it is.
func (s *site) fetch(p *testkit.Person, path string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.AddCookie(&http.Cookie{Name: "session", Value: string(p.Account)})
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, r)
	return w
}

// saying is a filled form with another answer.
func saying(form []string, name, value string) []string {
	out := slices.Clone(form)
	for i := 0; i < len(out); i += 2 {
		if out[i] == name {
			out[i+1] = value
			return out
		}
	}
	return append(out, name, value)
}

func TestTheFormSaysWhereThePrescriptionIs(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	s := open(t, h, ward, nurse)
	if p := s.get(ward, "/demandes/nouvelle"); !checked(p, "prescription", "with_patient") {
		t.Error("« remise au patient » is not proposed")
	}
	// Nothing said is refused beside its field.
	s.post(ward, "/demandes/nouvelle", saying(newPatient(), "prescription", "")...).is(http.StatusUnprocessableEntity).says("#f-prescription", "sur ordonnance")
	s.post(ward, "/demandes/nouvelle", saying(newPatient(), "prescription", "to_come")...).is(http.StatusSeeOther)
	r := ward.Asks(func(a *request.Ask) { a.Care.Prescription = request.PrescriptionToCome })
	if p := s.get(ward, "/demandes/nouvelle"); !checked(p, "prescription", "to_come") {
		t.Error("the last one is not proposed")
	}
	s.get(nurse, "/demandes/"+string(r.ID)).says("main", "Ordonnance\u00a0: sera transmise")
	s.get(nurse, "/").says("main", "Ordonnance\u00a0: sera transmise")
}

// The whole way of a photographed prescription: with the form, on the sheet, opened by the provider.
func TestAPrescriptionGoesWithTheRequest(t *testing.T) {
	testkit.Each(t, func(t *testing.T, h *testkit.House) {
		ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
		s := open(t, h, ward, nurse)
		photo := []upload{{"prescription_file", `C:\photos\Ordonnance "Exemple".JPEG`, h.Photo()}}
		// A form refused for something else holds the photo already.
		p := s.sends(ward, "/demandes/nouvelle", photo, saying(newPatient(), "consent", "")...).is(http.StatusUnprocessableEntity)
		p.says("#f-documents", "Ordonnance Exemple.jpg")
		id := attr(p.all("#f-documents input")[0], "value")
		sent := s.post(ward, "/demandes/nouvelle", newPatient("documents", id)...).is(http.StatusSeeOther)
		s.get(nurse, sent.to).says("main", "Ordonnance\u00a0: jointe")
		if p := s.get(nurse, sent.to); p.has("#documents") {
			t.Error("the documents are shown before acceptance")
		}
		if w := s.fetch(nurse, "/documents/"+id); w.Code != http.StatusNotFound {
			t.Errorf("opened before acceptance: %d", w.Code)
		}
		sh, err := h.Requests.Show(ward.Ctx(), request.ID(strings.TrimPrefix(sent.to, "/demandes/")))
		h.Must(err)
		nurse.Accepts(sh.Request)
		p = s.get(nurse, sent.to)
		p.says("#documents", "Ordonnance Exemple.jpg")
		w := s.fetch(nurse, "/documents/"+id)
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Disposition": `inline; filename="Ordonnance Exemple.jpg"`,
		} {
			if got := w.Header().Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("\xff\xd8\xff")) || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%d, %s", w.Code, w.Header().Get("Content-Security-Policy"))
		}
		s.get(nurse, "/patients/"+string(sh.Request.Patient)).says("#documents", "Ordonnance Exemple.jpg")
	})
}

func TestDocumentsAreAttachedOnTheSheet(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, nurse := h.Ward("Maternité A"), h.Nurse("Léonore")
	s := open(t, h, ward, nurse)
	r := ward.Asks()
	nurse.Accepts(r)
	path := "/demandes/" + string(r.ID)
	if !s.get(nurse, path).has("#form-document") {
		t.Fatal("nothing can be attached")
	}
	key := web.NewKey()
	for range 2 {
		s.sends(nurse, path+"/document", []upload{{"document", "", nil}, {"document", "bilan.png", h.Photo()}}, "_cle", key, "kind", "result").is(http.StatusSeeOther)
	}
	p := s.get(ward, path)
	p.says("#documents", "bilan.jpg")
	if n := len(p.all("#documents .row-link")); n != 1 {
		t.Errorf("%d documents", n)
	}
	for want, f := range map[string]upload{
		"n’est ni une photo": {"document", "virus.jpg", []byte("<html><script>alert(1)</script>")},
		"HEIC":               {"document", "photo.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00")},
		"abîmé":              {"document", "photo.jpg", h.Photo()[:900]},
		"À renseigner":       {"document", "", nil},
	} {
		s.sends(nurse, path+"/document", []upload{f}, "_cle", web.NewKey(), "kind", "result").is(http.StatusUnprocessableEntity).says("#documents", want)
	}
	if d, b := h.Files(); d != 1 || b != 1 {
		t.Errorf("%d documents and %d blobs", d, b)
	}
}

// zeros is a photo without end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// A photo of 50 MB is refused with a sentence, what was typed stays, and nothing of it is
// kept: no row, no file in the folder of temporary ones.
func TestAHugePhotoIsRefused(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		h := testkit.Start(t, engine)
		ward := h.Ward("Maternité A")
		server := h.Site()
		client := server.SignedIn(ward)
		r := ward.Asks()
		for path, input := range map[string]string{"/demandes/nouvelle": "prescription_file", "/demandes/" + string(r.ID) + "/document": "document"} {
			const boundary = "photo-boundary"
			head := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"motive\"\r\n\r\nCésarienne du 12\r\n--" + boundary +
				"\r\nContent-Disposition: form-data; name=\"" + input + "\"; filename=\"photo.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff"
			tail := "\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"action\"\r\n\r\ntrigger\r\n--" + boundary + "--\r\n"
			body := io.MultiReader(strings.NewReader(head), io.LimitReader(zeros{}, 50<<20), strings.NewReader(tail))
			answer, err := client.Post(server.URL+path, "multipart/form-data; boundary="+boundary, body)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(answer.Body)
			h.Must(err)
			h.Must(answer.Body.Close())
			if answer.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(text), "dépasse 12\u00a0Mo") {
				t.Errorf("%s answers %d", path, answer.StatusCode)
			}
			if input == "prescription_file" && !strings.Contains(string(text), "Césarienne du 12") {
				t.Error("what was typed is lost")
			}
		}
		if d, b := h.Files(); d != 0 || b != 0 {
			t.Errorf("%d documents and %d blobs are kept", d, b)
		}
	}
	left, err := os.ReadDir(temporary)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left {
		if strings.HasPrefix(f.Name(), "multipart") {
			t.Errorf("left on disk: %s", f.Name())
		}
	}
}

// A territory that wants the prescription attached says so in the form.
func TestATerritoryMayWantThePrescriptionAttached(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward, admin := h.Ward("Maternité A"), h.Supervisor(actor.RoleTerritoryAdmin)
	_, err := h.Territories.Save(admin.Ctx(), testkit.Territory, territory.Edit{Values: map[string]string{"prescription.attached": "true", "documents.size": "1"}})
	h.Must(err)
	s := open(t, h, ward)
	if p := s.get(ward, "/demandes/nouvelle"); p.has("#f-prescription") {
		t.Error("a word would be enough")
	}
	s.post(ward, "/demandes/nouvelle", newPatient()...).is(http.StatusUnprocessableEntity).says("#documents", "Joignez l’ordonnance")
	s.sends(ward, "/demandes/nouvelle", []upload{{"prescription_file", "a.jpg", append(h.Photo(), make([]byte, 1<<20)...)}}, newPatient()...).is(http.StatusUnprocessableEntity).says("#documents", "dépasse 1\u00a0Mo")
	s.sends(ward, "/demandes/nouvelle", []upload{{"prescription_file", "a.jpg", h.Photo()}}, newPatient()...).is(http.StatusSeeOther)
}

// A draft keeps its documents, and forgets those that are unticked.
func TestADraftKeepsItsDocuments(t *testing.T) {
	h := testkit.Start(t, db.SQLite)
	ward := h.Ward("Maternité A")
	s := open(t, h, ward)
	saved := s.sends(ward, "/demandes/nouvelle", []upload{{"prescription_file", "a.jpg", h.Photo()}, {"document", "lettre.png", h.Photo()}}, append(saying(newPatient(), "action", "save"), "document_kind", "letter")...).is(http.StatusSeeOther)
	id := strings.TrimPrefix(saved.to, "/demandes/")
	p := s.get(ward, "/demandes/nouvelle?brouillon="+id)
	boxes := p.all("#f-documents input")
	if len(boxes) != 2 {
		t.Fatalf("%d documents", len(boxes))
	}
	s.post(ward, "/demandes/nouvelle", newPatient("draft", id, "twin", "other", "documents", attr(boxes[0], "value"))...).is(http.StatusSeeOther)
	if d, b := h.Files(); d != 1 || b != 1 {
		t.Errorf("%d documents and %d blobs", d, b)
	}
}
