package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"entractes/internal/base/clock"
	"entractes/internal/base/fault"
	"entractes/internal/infra/config"
	"entractes/internal/infra/db"
	"entractes/internal/infra/queue"
	"entractes/internal/security/audit"
	"entractes/internal/security/backup"
	"entractes/internal/security/crypt"
)

const (
	// backupEnding ends the names of copies, which sort by the time they were made.
	backupEnding = ".copie"
	backupName   = "entractes-2006-01-02T150405Z"

	jobBackup = "backup"
)

// Backup copies the house into a new file of folder while it works, restores the copy
// for proof, writes down that it was made, and removes the oldest beyond keep (0 keeps all).
func (h *House) Backup(ctx context.Context, folder string, keep int) (made backup.Made, err error) {
	defer fault.Wrap(&err, "back up into %s", folder)
	began := h.Clock.Now()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return made, err
	}
	name := h.DB.Now().Format(backupName) + backupEnding
	half := filepath.Join(folder, "."+name+".half")
	defer os.Remove(half) //nolint:errcheck // renamed, when all went well
	c, size, err := h.writeBackup(ctx, half)
	if err != nil {
		return made, err
	}
	if err := VerifyBackup(ctx, h.Config, half); err != nil {
		return made, err
	}
	if err := os.Rename(half, filepath.Join(folder, name)); err != nil {
		return made, err
	}
	made = backup.Made{At: c.At, File: name, Rows: c.All(), Size: size, Took: h.Clock.Now().Sub(began)}
	if err := h.DB.Update(ctx, func(tx *db.Tx) error { return backup.Record(tx, made) }); err != nil {
		return made, err
	}
	return made, prune(folder, keep)
}

// writeBackup leaves nothing that is not on disk.
func (h *House) writeBackup(ctx context.Context, path string) (c backup.Copy, size int64, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return c, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffered := bufio.NewWriterSize(f, 1<<20)
	if c, err = backup.Write(ctx, h.DB, h.Vault, buffered); err != nil {
		return c, 0, err
	}
	if err := errors.Join(buffered.Flush(), f.Sync()); err != nil {
		return c, 0, err
	}
	size, err = f.Seek(0, io.SeekCurrent)
	return c, size, err
}

func prune(folder string, keep int) error {
	names, err := filepath.Glob(filepath.Join(folder, "entractes-*"+backupEnding))
	if err != nil || keep <= 0 || len(names) <= keep {
		return err
	}
	slices.Sort(names)
	for _, name := range names[:len(names)-keep] {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}

// VerifyBackup makes a house of a copy in a file that is thrown away, checks that the
// master key opens it and that its audit chain holds.
func VerifyBackup(ctx context.Context, c config.Config, path string) (err error) {
	defer fault.Wrap(&err, "verify the copy")
	folder, err := os.MkdirTemp(filepath.Dir(path), ".proof-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	c.Database = filepath.Join(folder, "house.db")
	if _, err := Restore(ctx, c, path); err != nil {
		return err
	}
	d, err := db.Open(ctx, c.Database, clock.Real())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	report, err := audit.New(d).Verify(ctx)
	if err == nil && report.Broken != nil {
		err = fmt.Errorf("the audit chain is broken at seal %d: %s", report.Broken.Seal, report.Broken.Damage)
	}
	return err
}

// Restore makes the house of a copy in the configured database, which must be empty.
func Restore(ctx context.Context, c config.Config, path string) (made backup.Copy, err error) {
	if err := c.Prepare(); err != nil {
		return made, err
	}
	key, err := c.Key(func() ([]byte, error) { return nil, fault.Invalid("backup.key", "") })
	if err != nil {
		return made, err
	}
	vault, err := crypt.Open(key)
	if err != nil {
		return made, err
	}
	f, err := os.Open(path)
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	d, err := db.Open(ctx, c.Database, clock.Real())
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if made, err = backup.Restore(ctx, d, vault, bufio.NewReaderSize(f, 1<<20)); err != nil {
		return made, err
	}
	return made, d.View(ctx, vault.Check)
}

// keepBackups promises a copy every so often, when a folder for them is configured. One
// node of several makes it, into its own folder.
func (h *House) keepBackups() {
	c := h.Config
	if c.BackupFolder == "" {
		return
	}
	h.Queue.Outside(jobBackup, queue.Policy{Concurrency: 1, Timeout: 6 * time.Hour}, func(ctx context.Context, _ queue.Job) error {
		made, err := h.Backup(ctx, c.BackupFolder, c.BackupKeep)
		if err != nil {
			return err
		}
		h.Log.InfoContext(ctx, "a copy of the house was made and restored for proof", "file", made.File, "rows", made.Rows, "bytes", made.Size, "took", made.Took)
		return queue.Snooze(c.BackupEvery)
	})
}

// EnsureBackups promises the next copy, a whole rest after the last one. It is called at each start.
func (h *House) EnsureBackups(ctx context.Context) error {
	if h.Config.BackupFolder == "" {
		return nil
	}
	return h.DB.Update(ctx, func(tx *db.Tx) error {
		last, _, err := backup.Last(tx)
		if err != nil {
			return err
		}
		return h.Queue.Ensure(tx, jobBackup, "", last.At.Add(h.Config.BackupEvery), struct{}{})
	})
}

// examineBackup tells how old the last copy is.
func examineBackup(ctx context.Context, c config.Config, d *db.DB) Finding {
	f := Finding{What: "Sauvegarde"}
	var last backup.Made
	var found bool
	err := d.View(ctx, func(tx *db.Tx) (err error) {
		last, found, err = backup.Last(tx)
		return err
	})
	switch age := d.Now().Sub(last.At); {
	case err != nil:
		f.Mend = err.Error()
	case !found:
		f.Well, f.Mend = true, "Aucune sauvegarde encore : donnez un dossier à --backup-folder, ou lancez « entractes backup »."
	case age > c.BackupEvery+c.BackupEvery/4:
		f.Mend = fmt.Sprintf("La dernière sauvegarde a %d heures (%s) : lancez « entractes backup » et lisez le journal.", int(age.Hours()), last.File)
	default:
		f.Well, f.What = true, "Sauvegarde ("+strings.TrimSuffix(last.File, backupEnding)+")"
	}
	return f
}
