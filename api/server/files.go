package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/runboard/runboard/api"
)

// takeFiles makes a run of the files of a form (Runboard).
func (s *server) takeFiles(ctx context.Context, c *call) (any, error) {
	projectID, err := c.id("project")
	if err != nil {
		return nil, err
	}
	if s.Intake == nil {
		return nil, &api.Error{Kind: api.KindNotFound, Message: "This server takes no files."}
	}
	once, err := c.key()
	if err != nil {
		return nil, err
	}
	c.Body = http.MaxBytesReader(c.answer, c.Body, api.MaxForm)
	form, err := c.MultipartReader()
	if err != nil {
		return nil, &api.Error{Kind: api.KindMalformed, Message: "The files are to be sent as a form: multipart/form-data.", Err: err}
	}
	taken, err := s.Intake.Take(ctx, c.secret, projectID, once, form)
	if err != nil {
		return nil, err
	}
	c.carried.unpacked = c.carried.sent
	taken.URL = s.boardOf(c.Request) + "/runs/" + strconv.FormatInt(taken.ID, 10)
	return taken, nil
}

// leftOut says which files are not in the run that was made of them, or not
// whole; "" when there are none.
func leftOut(result any) string {
	taken, _ := result.(api.Taken)
	var names []string
	for _, file := range taken.Files {
		if file.HasLeftOut() {
			names = append(names, file.File)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("Left out or not whole: %d of %d files (%s).", len(names), len(taken.Files), strings.Join(names, ", "))
}

// boardOf is where the pages are.
func (s *server) boardOf(r *http.Request) string {
	switch {
	case s.BaseURL != "":
		return s.BaseURL
	case r.TLS != nil:
		return "https://" + r.Host
	default:
		return "http://" + r.Host
	}
}
