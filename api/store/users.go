package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/runboard/runboard/api"
)

// userFor is the user of that name, made when there is none.
func (s *Store) userFor(ctx context.Context, tx *sql.Tx, name string, isAPI int) (int64, error) {
	_, err := tx.ExecContext(ctx, "INSERT INTO users (name, is_api, created_at) VALUES ($1, $2, $3) ON CONFLICT (is_api, name) DO NOTHING",
		name, isAPI, s.millis())
	if err != nil {
		return 0, err
	}
	return queryOne(ctx, tx, scanID, "SELECT id FROM users WHERE is_api = $1 AND name = $2", isAPI, name)
}

// Board is the board itself, which may submit what its readers hand over.
func (s *Store) Board(ctx context.Context) (api.Actor, error) {
	actor := api.Actor{TokenID: api.BoardToken, Name: systemUser, Scope: api.ScopeSubmit}
	err := s.write(ctx, "looking for the user of the board", func(tx *sql.Tx) (_ int64, err error) {
		actor.ID, err = s.userFor(ctx, tx, systemUser, 0)
		return 0, err
	})
	return actor, err
}

const userColumns = "id, name, is_api, created_at"

func scanUser(r row) (api.User, error) {
	user := api.User{Type: 1, Notifications: 1, IsActive: true, Groups: []int64{}}
	var createdAt int64
	err := r.Scan(&user.ID, &user.Name, &user.IsAPI, &createdAt)
	user.CreatedAt = api.UnixMilliTime(createdAt)
	return user, err
}

// User is one user.
func (s *Store) User(ctx context.Context, id int64) (api.User, error) {
	user, err := queryOne(ctx, s.ro, scanUser, "SELECT "+userColumns+" FROM users WHERE id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return user, api.NotFound("user", id)
	}
	return user, fail("reading a user", err)
}

// ListUsers is a page of all users, oldest first.
func (s *Store) ListUsers(ctx context.Context, filter api.ListFilter) (api.Page[api.User], error) {
	users, err := queryAll(ctx, s.ro, scanUser, "SELECT "+userColumns+" FROM users ORDER BY id")
	return pageOf(users, filter.Page, filter.PerPage), fail("listing users", err)
}

// ListProjectUsers names those who may be the creator of a project's runs: every
// user, by name, then by id.
func (s *Store) ListProjectUsers(ctx context.Context, projectID int64, filter api.ListFilter) (api.Page[api.Named], error) {
	if err := requireProject(ctx, s.ro, projectID); err != nil {
		return api.Page[api.Named]{}, err
	}
	users, err := queryAll(ctx, s.ro, scanNamed, "SELECT id, name FROM users")
	slices.SortFunc(users, func(a, b api.Named) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	return pageOf(users, filter.Page, filter.PerPage), fail("listing users", err)
}
