package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/store"
)

// A project may have had more sources than a statement can have arguments, as
// where each branch of a repository made one.
func TestManySources(t *testing.T) {
	t.Parallel()
	const many = 33_000
	for name, newURL := range databases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := newURL(t)
			s := openStore(t, url, store.Options{})
			w := writerOf(t, s)
			other, err := s.CreateProject(t.Context(), "Elsewhere")
			require.NoError(t, err)
			_, err = w.CreateRun(t.Context(), other, api.NewRun{Name: "x", Source: "elsewhere"})
			require.NoError(t, err)
			numbers := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", many)
			for _, insert := range []string{
				`INSERT INTO sources (id, project_id, name, name_key, created_at, created_by)
					SELECT i + 100, 1, 'source ' || i, 'source ' || i, 1, 1 FROM n`,
				`INSERT INTO runs (id, project_id, source_id, name, tags, status, counters, created_at, created_by, completed_at)
					SELECT i + 100, 1, i + 100, 'x', '[]', 2, r.counters, i, 1, i FROM n, runs r`,
			} {
				_, err := rawDB(t, url).ExecContext(t.Context(), numbers+insert)
				require.NoError(t, err)
			}
			filter := api.NewRunFilter()
			facets, err := s.RunFacets(t.Context(), 1, filter, time.UTC, time.Now())
			require.NoError(t, err)
			require.Len(t, facets.Sources, many)
			require.Equal(t, api.Facet{ID: 101, Name: "source 1", Count: 1}, facets.Sources[0])
			require.Equal(t, api.Facet{ID: 10_099, Name: "source 9999", Count: 1}, facets.Sources[many-1])

			filter.SourceIDs = []int64{1, 33_100}
			facets, err = s.RunFacets(t.Context(), 1, filter, time.UTC, time.Now())
			require.NoError(t, err)
			require.Equal(t, api.Facet{ID: 1, Name: "elsewhere"}, facets.Sources[many], "the source of another project that was asked for")
			require.Equal(t, 1, facets.Total)
		})
	}
}
