package testkit_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/care/request"
	"entractes/internal/infra/db"
	"entractes/internal/infra/db/dbtest"
	"entractes/internal/testkit"
)

// secrets are words that a patient alone has: nobody else in these tests says them.
var secrets = []string{"Zyxwanof", "Quillonette", "ormeaux-perdus", "+33639981234", "xylophonite", "kératozorbe", "brumazine", "grisolune", "mirlifoxe"}

// A stolen file of the database, of either engine, its journals, and what the house wrote in its log hold no
// name, address, telephone or clinical word of a patient, in clear or in the usual disguises.
func TestAStolenFileSaysNothing(t *testing.T) {
	for _, engine := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			var log bytes.Buffer
			before := slog.Default()
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
			t.Cleanup(func() { slog.SetDefault(before) })
			folder, temporary := t.TempDir(), t.TempDir()
			address := filepath.Join(folder, "house.db")
			var own *dbtest.Own
			if engine == db.Postgres {
				own = dbtest.StartOwn(t)
				address = own.Address()
			}
			t.Setenv("TMPDIR", temporary)
			h := &testkit.House{T: t, Clock: clock.NewManual(dbtest.Start)}
			h.House = testkit.Build(t, address, filepath.Join(t.TempDir(), "master.key"), h.Clock)
			h.Settlement()
			liveWithSecrets(h)
			places := []string{folder, temporary}
			if own != nil {
				places = append(places, dataOf(h))
				own.Stop(syscall.SIGINT) // everything is on disk
			}
			read := 0
			for _, place := range places {
				read += search(t, place)
			}
			if read < 100_000 {
				t.Errorf("%d bytes read: the database is elsewhere", read)
			}
			if own != nil {
				own.Start()
			}
			found(t, "the log", log.Bytes())
		})
	}
}

// liveWithSecrets makes a request live its whole life with words that only its patient has.
func liveWithSecrets(h *testkit.House) {
	h.T.Helper()
	ward, nurse := h.Ward(known), h.Nurse("Un")
	r := ward.Asks(testkit.Motive("xylophonite du genou"), func(a *request.Ask) {
		who := testkit.PatientIn(testkit.CorbeilEssonnes, "Zyxwanof")
		who.GivenName, who.Phone, who.Street = "Quillonette", "+33639981234", "3 sente des ormeaux-perdus"
		a.NewPatient = who
	})
	nurse.Accepts(r)
	nurse.Contacts(r, h.Clock.Now().Add(time.Hour))
	nurse.Starts(r)
	nurse.Visits(r, "brumazine bien supportée", h.Clock.Now().Add(24*time.Hour))
	h.Must(h.Requests.Write(nurse.Ctx(), r.ID, "appeler grisolune demain"))
	nurse.Reports(r, "kératozorbe en voie de guérison")
	nurse.Completes(r)
	h.Forward(48 * time.Hour)
}

// dataOf is where a PostgreSQL keeps its files.
func dataOf(h *testkit.House) (dir string) {
	h.T.Helper()
	h.Must(h.DB.View(h.T.Context(), func(tx *db.Tx) (err error) {
		dir, err = db.One(tx, "none", db.Value[string], `SELECT current_setting('data_directory')`)
		return err
	}))
	return dir
}

// known is a word that is no secret: whoever searches must find it.
const known = "Maternité voleuse"

// search looks for the secrets in every file under a folder, and returns how many bytes it read.
func search(t *testing.T, folder string) (read int) {
	t.Helper()
	saw := false
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read += len(text)
		saw = saw || bytes.Contains(text, []byte(known))
		found(t, path, text)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if read > 100_000 && !saw {
		t.Errorf("%s: what is no secret is not found either", folder)
	}
	return read
}

// found fails the test for each secret in text, as it is, folded, in UTF-16 or in hexadecimal.
func found(t *testing.T, place string, text []byte) {
	t.Helper()
	lower := bytes.ToLower(text)
	for _, word := range secrets {
		folded := strings.NewReplacer("é", "e", "-", " ").Replace(strings.ToLower(word))
		for how, as := range map[string]string{
			"": strings.ToLower(word), "folded": folded, "without its sign": strings.TrimPrefix(word, "+"), "in hexadecimal": fmt.Sprintf("%x", word),
			"in UTF-16": strings.Join(strings.Split(strings.ToLower(word), ""), "\x00"),
		} {
			if i := bytes.Index(lower, []byte(as)); i >= 0 {
				t.Errorf("%s holds %s %s: …%q…", place, word, how, lower[max(0, i-60):min(len(lower), i+60)])
			}
		}
	}
}
