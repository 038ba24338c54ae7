package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

func TestTokenLifecycle(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, newURL(t), store.Options{})
			first, err := s.CreateToken(t.Context(), " ci ", api.ScopeSubmit)
			require.NoError(t, err)
			second, err := s.CreateToken(t.Context(), "ci", api.ScopeAdmin)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(first, "runboard_"))
			require.GreaterOrEqual(t, len(first), len("runboard_")+26, "26 characters of base 32 are 130 bits")
			require.NotEqual(t, first, second)

			actor, err := s.Authenticate(t.Context(), first)
			require.NoError(t, err)
			require.Equal(t, "ci", actor.Name)
			require.Equal(t, api.ScopeSubmit, actor.Scope)
			admin, err := s.Authenticate(t.Context(), second)
			require.NoError(t, err)
			require.Equal(t, actor.ID, admin.ID, "both tokens act as the user of their name")
			user, err := s.User(t.Context(), actor.ID)
			require.NoError(t, err)
			require.True(t, user.IsAPI)

			tokens, err := s.ListTokens(t.Context())
			require.NoError(t, err)
			require.Len(t, tokens, 2)
			require.NoError(t, s.RevokeToken(t.Context(), tokens[0].ID))
			_, err = s.Authenticate(t.Context(), first)
			require.True(t, api.IsKind(err, api.KindUnauthorized), "%v", err)
			require.NotContains(t, err.Error(), first)
			_, err = s.Authenticate(t.Context(), second)
			require.NoError(t, err, "the other token goes on working")
			require.True(t, api.IsKind(s.RevokeToken(t.Context(), tokens[0].ID), api.KindNotFound))
		})
	}
}

func TestTokenRefusals(t *testing.T) {
	t.Parallel()
	s := openSQLite(t, sqliteURL(t))
	for _, secret := range []string{"", "runboard_", "' OR 1=1 --", strings.Repeat("x", 1<<16)} {
		_, err := s.Authenticate(t.Context(), secret)
		require.True(t, api.IsKind(err, api.KindUnauthorized), "%v", err)
	}
	for field, create := range map[string]func() (string, error){
		"name":  func() (string, error) { return s.CreateToken(t.Context(), "  ", api.ScopeRead) },
		"scope": func() (string, error) { return s.CreateToken(t.Context(), "ci", "everything") },
	} {
		_, err := create()
		requireField(t, err, field)
	}
}

// What one process does to tokens takes effect in the other one at once.
func TestTokensOfAnotherProcess(t *testing.T) {
	t.Parallel()
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			server, command := openStore(t, url, store.Options{}), openStore(t, url, store.Options{})
			secret, err := command.CreateToken(t.Context(), "ci", api.ScopeRead)
			require.NoError(t, err)
			_, err = server.Authenticate(t.Context(), secret)
			require.NoError(t, err)
			tokens, err := command.ListTokens(t.Context())
			require.NoError(t, err)
			require.NoError(t, command.RevokeToken(t.Context(), tokens[0].ID))
			_, err = server.Authenticate(t.Context(), secret)
			require.True(t, api.IsKind(err, api.KindUnauthorized), "%v", err)
		})
	}
}

// The last use is known to the minute, and written by none of the requests.
func TestTokenLastUse(t *testing.T) {
	t.Parallel()
	clock := newClock()
	s := openStore(t, sqliteURL(t), store.Options{Now: clock.Now})
	secret, err := s.CreateToken(t.Context(), "ci", api.ScopeRead)
	require.NoError(t, err)
	use := func() {
		_, err := s.Authenticate(t.Context(), secret)
		require.NoError(t, err)
	}
	lastUse := func() api.Time {
		tokens, err := s.ListTokens(t.Context())
		require.NoError(t, err)
		return tokens[0].LastUsedAt
	}
	require.True(t, lastUse().IsZero())
	first := api.NewTime(clock.Now())
	use()
	require.Eventually(t, func() bool { return lastUse() == first }, 10*time.Second, time.Millisecond)
	clock.Advance(59 * time.Second)
	use()
	clock.Advance(time.Second)
	use()
	require.Eventually(t, func() bool { return lastUse() == api.NewTime(clock.Now()) }, 10*time.Second, time.Millisecond)
	require.Equal(t, first.Add(time.Minute), lastUse().Time)
}
