package handlers_test

import (
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/handlers"
)

// takes is an Intake that answers as it is told to.
type takes struct {
	taken api.Taken
	err   error

	secret  string // That it was given.
	project int64
	files   string
}

func (i *takes) Take(_ context.Context, secret string, projectID int64, _ string, form *multipart.Reader) (api.Taken, error) {
	i.secret, i.project = secret, projectID
	for {
		part, err := form.NextPart()
		if err != nil {
			return i.taken, i.err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return i.taken, err
		}
		i.files += string(text)
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	inPart := api.Taken{ID: 12, Tests: 431, Files: []api.TakenFile{
		{File: "a.xml", Problems: []api.TakenProblem{{Text: "Is odd.", Minor: true}, {Line: 7, Text: "A time is no number."}}},
		{File: "files", Problems: []api.TakenProblem{{File: "c-result.json", Line: 3, Text: "The file ends."}}},
		{File: "<b>.xml", Error: "The file ends too early.", Line: 2},
	}}
	for name, test := range map[string]struct {
		intake   *takes
		own      string
		status   int
		location string
		shown    []string
	}{
		"whole": {&takes{taken: api.Taken{ID: 12}}, "secret", http.StatusSeeOther, "/runs/12", nil},
		"in part": {
			&takes{taken: inPart}, "secret", http.StatusOK, "",
			[]string{"Run 12", "431 tests", "a.xml, line 7: A time is no number.", "c-result.json, line 3: The file ends.", "<b>.xml, line 2: The file ends too early."},
		},
		"refused": {
			&takes{err: &api.Error{Kind: api.KindInvalid, Message: "It makes no sense.", Fields: map[string][]string{"source": {"Must not be empty."}, "config": {"Is not known."}}}},
			"secret", http.StatusUnprocessableEntity, "",
			[]string{"It makes no sense.", "Must not be empty.", "config is not known."},
		},
		"no token": {
			&takes{err: &api.Error{Kind: api.KindUnauthorized, Message: "The token is not known."}}, "", http.StatusUnauthorized, "", []string{"The token is not known."},
		},
		"no project": {&takes{err: api.NotFound("project", 1)}, "secret", http.StatusNotFound, "", []string{"There is no project 1."}},
		"broken":     {&takes{err: io.ErrUnexpectedEOF}, "secret", http.StatusInternalServerError, "", []string{"Something went wrong."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBoard(t, func(_ *fake, o *handlers.Options) { o.Intake, o.OwnSecret = test.intake, test.own })
			form := "--end\r\nContent-Disposition: form-data; name=files; filename=a.xml\r\n\r\n<x>\r\n--end--\r\n"
			a := b.do(t, http.MethodPost, "/projects/1/runs/import", form, http.Header{"Content-Type": {"multipart/form-data; boundary=end"}})
			require.Equal(t, test.status, a.StatusCode, a.text)
			require.Equal(t, test.location, a.location())
			require.Equal(t, test.own, test.intake.secret)
			require.EqualValues(t, 1, test.intake.project)
			require.Equal(t, "<x>", test.intake.files)
			for _, text := range test.shown {
				require.Contains(t, words(a.Find("main")), text)
			}
			require.NotContains(t, a.text, "Is odd.")
			if test.status == http.StatusOK || test.status == http.StatusUnprocessableEntity || test.status == http.StatusUnauthorized {
				require.Equal(t, test.own == "", a.Find("input[name=token]").Length() == 1, "a token is asked for where it is needed")
			}
		})
	}
}

// What is added belongs where the runs come from, and nowhere in a frame.
func TestAddingIsOfferedWhereItCanBe(t *testing.T) {
	t.Parallel()
	with := newBoard(t, func(_ *fake, o *handlers.Options) { o.Intake = &takes{} })
	a := with.get(t, "/projects/1/runs", nil)
	require.Equal(t, "/projects/1/runs/import", a.Find("form[enctype='multipart/form-data']").AttrOr("action", ""))
	require.Equal(t, 1, a.Find("datalist option[value='backend-api']").Length())
	require.Equal(t, 0, with.get(t, "/projects/1/runs?embed=1", nil).Find("input[type=file]").Length())
	require.Equal(t, http.StatusOK, with.get(t, "/projects/1/runs/import", nil).StatusCode)
	a = with.do(t, http.MethodPost, "/projects/1/runs/import", "source=x", formHeader)
	require.Equal(t, http.StatusBadRequest, a.StatusCode)

	without := newBoard(t, nil)
	require.Equal(t, 0, without.get(t, "/projects/1/runs", nil).Find("input[type=file]").Length())
	require.Equal(t, http.StatusNotFound, without.get(t, "/projects/1/runs/import", nil).StatusCode)
}
