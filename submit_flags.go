package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/submit"
)

// filesFirst puts the files that submit is given before its flags, wherever they
// stand: kong takes those on one side of a flag only. Root has all commands.
func filesFirst(args []string, root *kong.Node) []string {
	if len(args) == 0 || args[0] != "submit" {
		return args
	}
	isSwitch := map[string]bool{}
	err := kong.Visit(root, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && flag.IsBool() {
			isSwitch["--"+flag.Name] = true
		}
		return next(nil)
	})
	if err != nil {
		return args
	}
	var files, flags []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			files = append(files, arg)
			continue
		}
		flags = append(flags, arg)
		if takesNext := strings.HasPrefix(arg, "--") && !strings.Contains(arg, "=") && !isSwitch[arg]; takesNext && i+1 < len(args) {
			i++
			flags = append(flags, args[i])
		}
	}
	return append(files, flags...)
}

// serverFlags say where results go.
type serverFlags struct {
	URL       string        `name:"url" help:"Address of a Runboard, or of anything with the API of Testmo (http://127.0.0.1:8080)."`
	TokenFile string        `placeholder:"FILE" help:"File that holds the token, instead of RUNBOARD_TOKEN or TESTMO_TOKEN."`
	Patience  time.Duration `default:"2m" help:"How long a server that does not answer is asked again (${default})."`
	Spool     string        `default:"." placeholder:"FOLDER" help:"Where what could not be sent is kept (${default})."`
}

// defaultURL is where runboard serve listens by itself.
const defaultURL = "http://127.0.0.1:8080"

// options are how to talk to the server.
func (f *serverFlags) options(c *console) (submit.Options, error) {
	if f.Patience < 0 {
		return submit.Options{}, usageError{errors.New("--patience must be 0s or more")}
	}
	if err := canKeep(f.Spool); err != nil {
		return submit.Options{}, usageError{fmt.Errorf("--spool: nothing can be kept there: %w", err)}
	}
	token := strings.TrimSpace(cmp.Or(c.env["RUNBOARD_TOKEN"], c.env["TESTMO_TOKEN"]))
	if f.TokenFile != "" {
		text, err := os.ReadFile(f.TokenFile)
		if err != nil {
			return submit.Options{}, usageError{fmt.Errorf("the token cannot be read: %w", err)}
		}
		token = strings.TrimSpace(string(text))
	}
	if token == "" {
		return submit.Options{}, usageError{errors.New("there is no token: it is taken from RUNBOARD_TOKEN, TESTMO_TOKEN or --token-file")}
	}
	return submit.Options{
		Token: token, UserAgent: "Runboard/" + version(), Patience: f.Patience, Folder: f.Spool,
		OnWait: c.sayWait,
	}, nil
}

// canKeep tries whether a folder takes files, before it is needed.
func canKeep(folder string) error {
	file, err := os.CreateTemp(folder, ".runboard-*")
	if err != nil {
		return err
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// server is the server.
func (f *serverFlags) server(options submit.Options) (*submit.Server, error) {
	server, err := submit.New(cmp.Or(f.URL, defaultURL), options)
	if errors.Is(err, api.ErrToken) {
		return nil, usageError{err}
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("--url: %w", err)}
	}
	return server, nil
}

// runFlags describe a run that is to be made.
type runFlags struct {
	Project   int64    `default:"1" help:"Number of the project (${default})."`
	Name      string   `help:"Name of the run. By default that of the CI build, or of the source."`
	Source    string   `help:"What reports over and over, such as backend."`
	Config    string   `help:"Configuration that was tested, of those that the project has."`
	Milestone string   `help:"Milestone that the run belongs to, of those that the project has."`
	Tag       []string `help:"Tags of the run."`
}

// run is the run, in a build.
func (f *runFlags) run(build submit.Build, more api.Attachments) (submit.Run, error) {
	if f.Source == "" {
		return submit.Run{}, usageError{errors.New("missing flags: --source=STRING")}
	}
	name := f.Name
	if name == "" {
		name = build.Name
	}
	if name == "" {
		name = f.Source
	}
	run := submit.Run{ProjectID: f.Project, NewRun: api.NewRun{
		Name: name, Source: f.Source, Config: f.Config, Milestone: f.Milestone, Tags: f.Tag, Attachments: more,
	}}
	build.Describe(&run.Attachments)
	return run, nil
}

// moreFlags are what can be hung onto runs and threads.
type moreFlags struct {
	Field    []fieldFlag `sep:"none" placeholder:"TYPE:NAME=VALUE" help:"A text. The type is string, text, html, console or url."`
	Link     []namedURL  `sep:"none" placeholder:"NAME=URL" help:"A link of the run."`
	Artifact []namedURL  `sep:"none" placeholder:"NAME=URL" help:"A file that can be had elsewhere."`
}

func (f *moreFlags) attachments() api.Attachments {
	var more api.Attachments
	for _, field := range f.Field {
		more.Fields = append(more.Fields, api.Field(field))
	}
	for _, link := range f.Link {
		more.Links = append(more.Links, api.Link{Name: link.name, URL: link.url})
	}
	for _, artifact := range f.Artifact {
		more.Artifacts = append(more.Artifacts, api.Artifact{Name: artifact.name, URL: artifact.url})
	}
	return more
}

// fieldFlag is a field as one word.
type fieldFlag api.Field

// UnmarshalText takes "type:name=value".
func (f *fieldFlag) UnmarshalText(text []byte) error {
	types := map[string]api.FieldType{
		"string": api.FieldString, "text": api.FieldText, "html": api.FieldHTML, "console": api.FieldConsole, "url": api.FieldURL,
	}
	kind, rest, _ := strings.Cut(string(text), ":")
	name, value, isGiven := strings.Cut(rest, "=")
	fieldType, isKnown := types[kind]
	switch {
	case !isKnown || !isGiven || name == "":
		return fmt.Errorf("must be like string:Version=1.2, and the type one of %s", strings.Join(slices.Sorted(maps.Keys(types)), ", "))
	case fieldType == api.FieldURL && !isWeb(value):
		return errors.New("must hold an address that begins with http:// or https://")
	}
	*f = fieldFlag{Type: fieldType, Name: name, Value: &value}
	return nil
}

// namedURL is an address with a name.
type namedURL struct{ name, url string }

// UnmarshalText takes "name=url".
func (n *namedURL) UnmarshalText(text []byte) error {
	name, address, _ := strings.Cut(string(text), "=")
	if name == "" || !isWeb(address) {
		return errors.New("must be like Build=https://ci.example.com/12")
	}
	*n = namedURL{name, address}
	return nil
}

func isWeb(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}
