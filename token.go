package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
	"github.com/runboard/runboard/web"
)

type tokenCommand struct {
	Create createToken `cmd:"" help:"Make a token and print it. It is shown only now."`
	List   listTokens  `cmd:"" help:"List the tokens, without their secrets."`
	Revoke revokeToken `cmd:"" help:"Make a token worthless at once."`
}

// withStore does something with the store.
func (f *storeFlags) withStore(c *console, do func(*store.Store) error) error {
	s, err := web.OpenStore(c.ctx, f.Data, string(f.Store), c.logger(slog.LevelWarn))
	if err != nil {
		return usageError{err}
	}
	return errors.Join(do(s), s.Close())
}

// withExisting does something with a store that is there already: one that is
// made here would say nothing about the one that is meant.
func (f *storeFlags) withExisting(c *console, do func(*store.Store) error) error {
	switch {
	case web.HasStore(f.Data, string(f.Store)):
		return f.withStore(c, do)
	case f.Store != "":
		return usageError{fmt.Errorf("there is no store at %s: say where it is with --store", f.Store)}
	default:
		return usageError{fmt.Errorf("there is no store in %s: say which folder it is in with --data", f.Data)}
	}
}

type createToken struct {
	storeFlags

	Name  string `required:"" help:"Who submits with it, such as ci. Runs are shown as made by that name."`
	Scope string `default:"submit" enum:"read,submit,import,admin" help:"What it may do: read; submit; import, which may give dates; admin (${default})."`
}

// Run prints the token and nothing else.
func (t *createToken) Run(c *console) error {
	return t.withStore(c, func(s *store.Store) error {
		secret, err := s.CreateToken(c.ctx, t.Name, api.Scope(t.Scope))
		if err != nil {
			return err
		}
		return c.print(secret)
	})
}

type listTokens struct{ storeFlags }

// Run prints a table.
func (t *listTokens) Run(c *console) error {
	return t.withExisting(c, func(s *store.Store) error {
		tokens, err := s.ListTokens(c.ctx)
		if err != nil {
			return err
		}
		rows := []string{"ID\tNAME\tSCOPE\tCREATED\tLAST USED"}
		for _, token := range tokens {
			rows = append(rows, fmt.Sprintf("%d\t%s\t%s\t%s\t%s", token.ID, token.Name, token.Scope, day(token.CreatedAt), day(token.LastUsedAt)))
		}
		return c.printTable(rows)
	})
}

type revokeToken struct {
	storeFlags

	ID int64 `arg:"" help:"Number of the token, as in the list."`
}

// Run says nothing when it is done.
func (t *revokeToken) Run(c *console) error {
	return t.withExisting(c, func(s *store.Store) error { return s.RevokeToken(c.ctx, t.ID) })
}

// print prints a line.
func (c *console) print(line string) error {
	_, err := fmt.Fprintln(c.stdout, line)
	return err
}

// printTable prints rows of cells that are parted by tabs.
func (c *console) printTable(rows []string) error {
	table := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	_, err := io.WriteString(table, strings.Join(rows, "\n")+"\n")
	return errors.Join(err, table.Flush())
}

func day(t api.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.DateOnly)
}
