package api_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
)

func TestKindsAndHTTPStatuses(t *testing.T) {
	t.Parallel()
	for kind, status := range map[api.Kind]int{
		api.KindMalformed: 400, api.KindUnauthorized: 401, api.KindForbidden: 403, api.KindNotFound: 404, api.KindMethod: 405,
		api.KindTooLarge: 413, api.KindLongQuery: 414, api.KindInvalid: 422, api.KindRateLimited: 429,
		api.KindInternal: 500, api.KindUnavailable: 503,
	} {
		require.Equal(t, status, kind.HTTPStatus(), kind)
		require.Equal(t, kind, api.KindOf(status), status)
	}
	require.Equal(t, 500, api.Kind("no such").HTTPStatus())
	for status, kind := range map[int]api.Kind{
		402: api.KindMalformed, 409: api.KindMalformed, 418: api.KindMalformed, 451: api.KindMalformed,
		501: api.KindUnavailable, 502: api.KindUnavailable, 504: api.KindUnavailable, 599: api.KindUnavailable,
	} {
		require.Equal(t, kind, api.KindOf(status), status)
	}
}

func TestErrorsTellTheReaderAndTheLog(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk full")
	err := fmt.Errorf("listing runs: %w", &api.Error{Kind: api.KindUnavailable, Message: "Later.", Err: cause})
	require.EqualError(t, err, "listing runs: Later: disk full")
	require.ErrorIs(t, err, cause)
	require.True(t, api.IsKind(err, api.KindUnavailable))
	require.False(t, api.IsKind(err, api.KindInternal))
	require.False(t, api.IsKind(cause, api.KindInternal))
	require.False(t, api.IsKind(nil, api.KindInternal))
	require.Equal(t, &api.Error{Kind: api.KindNotFound, Message: "There is no automation run 12."}, api.NotFound("automation run", 12))
	require.Equal(t, &api.Error{Kind: api.KindInvalid, Message: "Automation run 12 is completed."}, api.Refused("Automation run %d is completed.", 12))
}

func TestProblemsAreCollected(t *testing.T) {
	t.Parallel()
	var problems api.Problems
	require.NoError(t, problems.Err())
	problems.Add("name", "Is missing.")
	problems.Add("tests.3.status", "There is no status %q.", "50%")
	problems.Add("name", "Must be short.")
	require.Equal(t, &api.Error{
		Kind: api.KindInvalid, Message: "The given data was invalid.",
		Fields: map[string][]string{"name": {"Is missing.", "Must be short."}, "tests.3.status": {`There is no status "50%".`}},
	}, problems.Err())
}

func TestWhatIsPublicOfAnError(t *testing.T) {
	t.Parallel()
	const secret = "no such table: runs"
	refusal := &api.Error{Kind: api.KindInvalid, Message: "Not now.", Fields: map[string][]string{"name": {"Is taken."}}, Err: errors.New(secret)}
	for name, test := range map[string]struct {
		err     error
		kind    api.Kind
		message string
	}{
		"a refusal":             {fmt.Errorf("creating: %w", refusal), api.KindInvalid, "Not now."},
		"anything else":         {errors.New(secret), api.KindInternal, "Something went wrong."},
		"internal":              {&api.Error{Kind: api.KindInternal, Message: secret}, api.KindInternal, "Something went wrong."},
		"who has gone":          {fmt.Errorf("%s: %w", secret, context.Canceled), api.KindInternal, "Something went wrong."},
		"a deadline":            {fmt.Errorf("%s: %w", secret, context.DeadlineExceeded), api.KindUnavailable, "This takes too long at the moment."},
		"a deadline with words": {&api.Error{Kind: api.KindUnavailable, Message: "Later.", Err: context.DeadlineExceeded}, api.KindUnavailable, "Later."},
	} {
		public := api.Public(test.err)
		require.Equal(t, test.kind, public.Kind, name)
		require.Equal(t, test.message, public.Message, name)
	}
	require.Same(t, refusal, api.Public(fmt.Errorf("creating: %w", refusal)), "with its fields")
}

func TestWordsNameTheFields(t *testing.T) {
	t.Parallel()
	invalid := &api.Error{Message: "The given data was invalid.", Fields: map[string][]string{
		"status": {"May hold 2 to 4."}, "name": {"Must not be empty.", "Is required."}, "config": {"The project has no config."}, "x": {"Maybe."},
	}}
	require.Equal(t, "The given data was invalid. config: The project has no config. name must not be empty. name is required. "+
		"status may hold 2 to 4. x: Maybe.", invalid.Words())
	require.Equal(t, "Not now.", api.Refused("Not now.").Words())
}

func TestSecondsToWait(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]int{-time.Second: 0, 0: 0, time.Nanosecond: 1, time.Second: 1, 1500 * time.Millisecond: 2, time.Hour: 3600} {
		require.Equal(t, want, (&api.Error{RetryAfter: wait}).RetrySeconds(), wait)
	}
}
