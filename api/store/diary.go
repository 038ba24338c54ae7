package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/runboard/runboard/api"
)

// The bounds of the diary.
const (
	diaryQueue = 1024        // Entries that wait to be written.
	diaryBatch = 200         // That are written at once.
	diaryPause = time.Second // From the first of them to a write, which many share.
	diaryMost  = 500_000     // Rows.
	diaryPiece = 2_000       // Rows that are deleted at once.
	diarySweep = 10 * time.Minute
	strangers  = 100 // Entries an hour of those who have no token, who are not to fill the disk.
)

// diary writes down requests, away from them: they do not wait for it.
type diary struct {
	waiting chan api.DiaryEntry
	stop    context.CancelFunc
	done    sync.WaitGroup

	mu       sync.Mutex
	hour     int64 // Since 1970.
	unknown  int   // Entries of strangers in that hour.
	isBehind bool  // Entries have been lost.
}

// start writes until stop is called, and then what waits.
func (d *diary) start(ctx context.Context, s *Store) {
	lasting := context.WithoutCancel(ctx)
	running, stop := context.WithCancel(lasting)
	d.stop, d.waiting = stop, make(chan api.DiaryEntry, diaryQueue)
	d.done.Go(func() {
		var swept time.Time
		for {
			if time.Since(swept) > diarySweep {
				swept = time.Now()
				s.sweepDiary(running)
			}
			select {
			case first := <-d.waiting:
				more := time.NewTimer(diaryPause)
				select {
				case <-more.C:
				case <-running.Done():
				}
				more.Stop()
				s.writeDiary(lasting, first)
			case <-running.Done():
				s.writeDiary(lasting)
				return
			}
		}
	})
}

// NoteInDiary keeps an entry, a moment later. When very many come at once, or
// from strangers, some are not kept.
func (s *Store) NoteInDiary(entry api.DiaryEntry) {
	entry.At = api.UnixMilliTime(s.millis())
	if entry.TokenID == api.NoToken && !s.diary.admits(entry.At.Millis()/time.Hour.Milliseconds()) {
		return
	}
	select {
	case s.diary.waiting <- entry:
	default:
		if s.diary.falls() {
			s.log.Warn("more is submitted than the diary can keep")
		}
	}
}

// admits reports whether one more stranger is kept in an hour.
func (d *diary) admits(hour int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hour != hour {
		d.hour, d.unknown = hour, 0
	}
	d.unknown++
	return d.unknown <= strangers
}

// falls reports whether this is the first entry that is lost since a write.
func (d *diary) falls() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	isFirst := !d.isBehind
	d.isBehind = true
	return isFirst
}

// writeDiary writes entries, and all that wait.
func (s *Store) writeDiary(ctx context.Context, entries ...api.DiaryEntry) {
	for {
		for len(entries) < diaryBatch && len(s.diary.waiting) > 0 {
			entries = append(entries, <-s.diary.waiting)
		}
		if len(entries) == 0 {
			break
		}
		rows := make([][]any, len(entries))
		for i, e := range entries {
			rows[i] = []any{
				e.At.Millis(), e.TokenID, e.Name, e.Route, e.ProjectID, e.RunID, e.ThreadID, e.Status, e.Reason,
				e.Sent, e.Unpacked, e.Tests, e.Elapsed, e.Client,
			}
		}
		entries = nil
		err := s.write(ctx, "writing the diary", func(tx *sql.Tx) (int64, error) {
			return 0, insertAll(ctx, tx, "diary ("+diaryColumns+")", rows, "")
		})
		if err != nil {
			s.log.WarnContext(ctx, "requests are missing in the diary", "requests", len(rows), "error", err)
		}
	}
	s.diary.mu.Lock()
	s.diary.isBehind = false
	s.diary.mu.Unlock()
}

const diaryColumns = "at, token_id, name, route, project_id, run_id, thread_id, status, reason, sent, unpacked, tests, elapsed, client"

// sweepDiary deletes what is too old, and the oldest of too many, in pieces that
// keep nobody waiting. Ids come in the order of time.
func (s *Store) sweepDiary(ctx context.Context) {
	for ctx.Err() == nil {
		result, err := s.rw.ExecContext(ctx, `DELETE FROM diary WHERE id IN (
			SELECT id FROM (SELECT id, at FROM diary ORDER BY id LIMIT $1) oldest
			WHERE at < $2 OR id <= (SELECT max(id) FROM diary) - $3)`,
			diaryPiece, s.millis()-api.DiaryKept.Milliseconds(), diaryMost)
		if err != nil {
			if ctx.Err() == nil {
				s.log.WarnContext(ctx, "the diary could not be swept", "error", err)
			}
			return
		}
		if deleted, err := result.RowsAffected(); err != nil || deleted < diaryPiece {
			return
		}
	}
}

// ListDiary implements api.Diary.
func (s *Store) ListDiary(ctx context.Context, filter api.DiaryFilter) (page api.Page[api.DiaryEntry], err error) {
	var a args
	where := "d.at >= " + a.add(s.millis()-api.DiaryKept.Milliseconds())
	if id, isOne := filter.TokenID(); isOne {
		where += " AND d.token_id = " + a.add(id)
	}
	switch filter.Outcome {
	case api.OutcomeAccepted:
		where += " AND d.status < 400"
	case api.OutcomeRefused:
		where += " AND d.status >= 400"
	}
	total, err := queryOne(ctx, s.ro, scanID, "SELECT count(*) FROM diary d WHERE "+where, a...)
	if err != nil {
		return page, fail("counting the diary", err)
	}
	// What is about a thread is about its run, too.
	entries, err := queryAll(ctx, s.ro, scanEntry, `SELECT d.id, d.at, d.token_id, d.name, d.route, d.project_id,
			CASE d.run_id WHEN 0 THEN COALESCE(t.run_id, 0) ELSE d.run_id END,
			d.thread_id, d.status, d.reason, d.sent, d.unpacked, d.tests, d.elapsed, d.client
		FROM diary d LEFT JOIN threads t ON t.id = d.thread_id WHERE `+where+
		" ORDER BY d.id DESC LIMIT "+a.add(api.DiaryRows)+" OFFSET "+a.add((filter.Page-1)*api.DiaryRows), a...)
	return api.NewPage(entries, filter.Page, api.DiaryRows, int(total)), fail("reading the diary", err)
}

func scanEntry(r row) (e api.DiaryEntry, err error) {
	var at int64
	err = r.Scan(&e.ID, &at, &e.TokenID, &e.Name, &e.Route, &e.ProjectID, &e.RunID, &e.ThreadID, &e.Status, &e.Reason,
		&e.Sent, &e.Unpacked, &e.Tests, &e.Elapsed, &e.Client)
	e.At = api.UnixMilliTime(at)
	return e, err
}

// DiaryTokens implements api.Diary.
func (s *Store) DiaryTokens(ctx context.Context) ([]api.DiaryToken, error) {
	tokens, err := queryAll(ctx, s.ro, func(r row) (t api.DiaryToken, err error) {
		var acceptedAt, at int64
		err = r.Scan(&t.TokenID, &t.Name, &t.Accepted, &t.Refused, &acceptedAt, &at)
		t.AcceptedAt, t.At = api.UnixMilliTime(acceptedAt), api.UnixMilliTime(at)
		return t, err
	}, `SELECT token_id, max(name), sum(CASE WHEN status < 400 THEN 1 ELSE 0 END), sum(CASE WHEN status < 400 THEN 0 ELSE 1 END),
			max(CASE WHEN status < 400 THEN at ELSE 0 END), max(at)
		FROM diary WHERE at >= $1 GROUP BY token_id ORDER BY max(id) DESC`, s.millis()-api.DiaryKept.Milliseconds())
	return tokens, fail("counting the diary", err)
}
