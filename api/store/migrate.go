package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrate brings the schema up to date.
func migrate(ctx context.Context, db *sql.DB, dialect dialect) error {
	migrations, err := dialect.migrations()
	if err != nil {
		return fail("reading the migrations", err)
	}
	provider, err := goose.NewProvider(dialect.goose, db, nil, goose.WithGoMigrations(migrations...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fail("preparing the migrations", err)
	}
	// Other processes may migrate the same database at this moment. Whoever loses
	// against one finds the next time what it has finished: a migration, or the
	// table of their versions.
	for range len(migrations) + 2 {
		if err = upgrade(ctx, provider, migrations[len(migrations)-1].Version); err == nil {
			return nil
		}
	}
	return fail("bringing the database's schema up to date", err)
}

func upgrade(ctx context.Context, provider *goose.Provider, newest int64) error {
	current, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	if current > newest {
		return fmt.Errorf("the database has schema %d of a newer Runboard, and this one knows schemas up to %d", current, newest)
	}
	_, err = provider.Up(ctx)
	return err
}

// migrations are the embedded files, oldest first, in the words of the dialect.
func (d dialect) migrations() ([]*goose.Migration, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var migrations []*goose.Migration
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, err
		}
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		run := func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, d.words.Replace(string(text)))
			return err
		}
		migrations = append(migrations, goose.NewGoMigration(version, &goose.GoFunc{RunTx: run}, nil))
	}
	return migrations, nil
}
