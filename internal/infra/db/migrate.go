package db

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"

	"entractes/internal/base/fault"
)

// migrator runs numbered files.
type migrator = goose.Provider

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema to this binary's version and returns how many steps it
// took. A schema newer than the binary is refused: an old binary would write into
// columns it does not know.
func (d *DB) Migrate(ctx context.Context) (steps int, err error) {
	defer fault.Wrap(&err, "migrate database")
	err = d.withMigrator(func(p *migrator) error {
		current, target, err := p.GetVersions(ctx)
		if err != nil {
			return err
		}
		if current > target {
			return fault.Unavailable("db.newer_schema", "found", current, "known", target)
		}
		done, err := p.Up(ctx)
		steps = len(done)
		return err
	})
	return steps, mapError(err)
}

// SchemaVersions returns the version found in the database and the one this binary knows.
func (d *DB) SchemaVersions(ctx context.Context) (found, known int64, err error) {
	err = d.withMigrator(func(p *migrator) error {
		found, known, err = p.GetVersions(ctx)
		return err
	})
	return found, known, mapError(err)
}

// withMigrator gives fn the runner of migrations. On SQLite it has a connection of
// its own, because the writer's is held by the group.
func (d *DB) withMigrator(fn func(p *migrator) error) (err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	if d.engine == Postgres {
		p, err := goose.NewProvider(database.DialectPostgres, d.writers, files)
		if err != nil {
			return err
		}
		return fn(p)
	}
	pool, err := sql.Open("sqlite", sqliteDSN(sqlitePath(d.url), url.Values{"_txlock": {"immediate"}}))
	if err != nil {
		return err
	}
	pool.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, pool.Close()) }()
	p, err := goose.NewProvider(database.DialectSQLite3, pool, sqliteFS{files})
	if err != nil {
		return err
	}
	return fn(p)
}

// sqliteFS gives the migrations in the words SQLite reads.
type sqliteFS struct{ fs.FS }

func (f sqliteFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	text, err := fs.ReadFile(f.FS, name)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return textFile{bytes.NewReader([]byte(forSQLite(string(text)))), name}, file.Close()
}

// textFile is a rewritten migration, as a file.
type textFile struct {
	*bytes.Reader
	name string
}

func (t textFile) Stat() (fs.FileInfo, error) { return t, nil }
func (t textFile) Close() error               { return nil }
func (t textFile) Name() string               { return t.name }
func (t textFile) Size() int64                { return t.Reader.Size() }
func (t textFile) Mode() fs.FileMode          { return 0o444 }
func (t textFile) ModTime() time.Time         { return time.Time{} }
func (t textFile) IsDir() bool                { return false }
func (t textFile) Sys() any                   { return nil }

// String names the engine and hides the rest of the address, which may hold a password.
func (d *DB) String() string { return fmt.Sprintf("%s database", d.engine) }
