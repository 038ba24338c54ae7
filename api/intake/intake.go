// Package intake makes runs of result files that are handed over at once, by a
// form: it keeps them in a folder for as long as it takes, and submits them as
// api/submit does, over an API that it is given. It must not know the store.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
	"github.com/runboard/runboard/api/submit"
)

const (
	mostForms = 4                // That are taken at the same time: each has files on disk, and keeps a core busy.
	longest   = 5 * time.Minute  // That one may take, its arrival included.
	patience  = 20 * time.Second // With a database that does not answer.
)

// Intake implements api.Intake.
type Intake struct {
	transport transport
	agent     string
	turns     *semaphore.Weighted
}

var _ api.Intake = (*Intake)(nil)

// New makes an Intake over the handler of the API, which is told that agent asks.
func New(handler http.Handler, agent string) *Intake {
	return &Intake{transport: transport{handler}, agent: agent, turns: semaphore.NewWeighted(mostForms)}
}

// Take implements api.Intake. Once the files have arrived, it does not end with
// its context: who has gone has handed them over.
func (i *Intake) Take(ctx context.Context, secret string, projectID int64, once string, form *multipart.Reader) (api.Taken, error) {
	arriving, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	deadline, _ := arriving.Deadline()
	u, err := i.receive(arriving, secret, projectID, form)
	if u != nil {
		defer u.drop()
	}
	if err != nil {
		return u.typed(), err
	}
	ctx, cancel = context.WithDeadline(context.WithoutCancel(ctx), deadline)
	defer cancel()
	return i.submit(ctx, u, projectID, once)
}

// submit makes the run.
func (i *Intake) submit(ctx context.Context, u *upload, projectID int64, once string) (api.Taken, error) {
	taken := u.typed()
	server, err := i.server(u)
	if err != nil {
		return taken, err
	}
	result, read, err := server.Submit(ctx, submit.Submission{
		Key: keyOf(once, projectID),
		Run: submit.Run{ProjectID: projectID, NewRun: u.run()},
		Files: submit.Files{
			Patterns: []string{u.folder}, Rename: u.rename,
			OnFile: func(read report.Report, err error) { taken.Files = append(taken.Files, u.fileOf(read, err)) },
		},
	})
	taken.ID, taken.Tests = result.RunID, result.Tests
	switch {
	case err == nil && result.Away == nil:
		return taken, nil
	case result.RunID != 0:
		return taken, i.broken(ctx, server, once, result, errors.Join(err, result.Away))
	case read.Files+read.Tests == 0:
		return taken, unreadable(taken.Files)
	}
	return taken, errors.Join(err, result.Away)
}

func (i *Intake) server(u *upload) (*submit.Server, error) {
	return submit.New("http://"+ownHost, submit.Options{
		Token: u.secret, UserAgent: i.agent, Timeout: longest, Patience: patience, Folder: u.spool, Transport: i.transport,
	})
}

// broken is the error for a run that could not be made whole. It must not seem to
// go on, unless the same form can still make it whole.
func (i *Intake) broken(ctx context.Context, server *submit.Server, once string, result submit.Result, cause error) error {
	public := *api.Public(cause)
	if once != "" && public.Kind == api.KindInvalid {
		return cause // The key is of another form, and so is what the run holds.
	}
	public.Message = fmt.Sprintf("Run %d holds only the first %d tests: %s", result.RunID, result.Tests, public.Message)
	public.Err = cause
	if once == "" {
		_, err := server.Complete(ctx, result.RunID, api.Attachments{}, api.RunEnd{})
		public.Err = errors.Join(cause, err)
	}
	return &public
}

// unreadable is the error for a form that is no run.
func unreadable(files []api.TakenFile) error {
	refusal := &api.Error{Kind: api.KindInvalid, Message: "None of the files can be read.", Fields: map[string][]string{}}
	for _, file := range files {
		text := file.File
		if file.Line > 0 {
			text += fmt.Sprintf(", line %d", file.Line)
		}
		refusal.Fields[api.TakenFiles] = append(refusal.Fields[api.TakenFiles], text+": "+file.Error)
	}
	return refusal
}

// keyOf is what the keys of the requests begin with, of which each has its own;
// "" for new ones.
func keyOf(once string, projectID int64) string {
	if once == "" {
		return ""
	}
	hash := sha256.Sum256(fmt.Appendf(nil, "import %d %s", projectID, once))
	return hex.EncodeToString(hash[:])
}

// typed is what the form says, before anything is made of it; u may be nil.
func (u *upload) typed() api.Taken {
	taken := api.Taken{Files: []api.TakenFile{}}
	if u != nil {
		taken.Source, taken.Name, taken.Secret, taken.Sent = u.source, u.name, u.secret, u.sent
	}
	return taken
}

// run is what the form says of the run.
func (u *upload) run() api.NewRun {
	run := api.NewRun{Name: u.name, Source: u.source, Config: u.config, Milestone: u.milestone, Tags: u.tags}
	if run.Name == "" {
		run.Name = run.Source
	}
	return run
}

// rename tells of a file by the name that it came with.
func (u *upload) rename(read report.Report, err error) (report.Report, error) {
	read.File = u.nameOf(read.File)
	for i := range read.Problems {
		if of := &read.Problems[i].File; *of != "" {
			*of = u.nameOf(*of)
		}
	}
	if wrong, ok := errors.AsType[*report.Error](err); ok {
		err = &report.Error{File: read.File, Line: wrong.Line, Text: strings.ReplaceAll(wrong.Text, u.folder+"/", ""), Err: wrong.Err}
	}
	return read, err
}

// fileOf is what was read of a file.
func (u *upload) fileOf(read report.Report, err error) api.TakenFile {
	file := api.TakenFile{
		File: read.File, Format: read.Format, Tests: read.Tests, Passed: read.Passed, Failed: read.Failed,
		Errors: read.Errors, Skipped: read.Skipped, Untested: read.Untested, Elapsed: read.Elapsed,
		Problems: make([]api.TakenProblem, len(read.Problems)),
	}
	for i, problem := range read.Problems {
		file.Problems[i] = api.TakenProblem{File: problem.File, Line: problem.Line, Text: problem.Text, Minor: problem.Minor}
	}
	if wrong, ok := errors.AsType[*report.Error](err); ok {
		if len(u.names) > 1 || u.hasListed {
			wrong = wrong.Brief()
		}
		u.hasListed = u.hasListed || errors.Is(err, report.ErrUnknown)
		file.Error, file.Line = wrong.Text, wrong.Line
	}
	return file
}
