package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/runboard/runboard/api"
)

// The bounds of a form, beside that of all of it.
const (
	maxFiles = 1000
	maxText  = 4 << 10 // Bytes of a text.
	maxTexts = 200
)

// upload is a form that has arrived.
type upload struct {
	secret                          string
	source, name, config, milestone string
	tags                            []string

	root   string            // Holds the others, and is removed in the end.
	folder string            // Of the files.
	spool  string            // Of what could not be submitted.
	names  map[string]string // By which the files came, by their paths in folder.
	texts  int
	sent   int64 // Bytes of texts and files.

	hasListed bool // The formats that are known have been told.

	release func() // Gives back the turn; nil before it has one.
}

// receive keeps a form. The upload is to be dropped, also with an error.
func (i *Intake) receive(ctx context.Context, secret string, projectID int64, form *multipart.Reader) (*upload, error) {
	root, err := os.MkdirTemp("", "runboard-import-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for files: %w", err)
	}
	u := &upload{
		secret: secret, root: root, folder: filepath.Join(root, "files"), spool: filepath.Join(root, "spool"),
		names: map[string]string{},
	}
	for _, folder := range []string{u.folder, u.spool} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return u, fmt.Errorf("making a folder for files: %w", err)
		}
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return u, u.cut(ctx, err)
		}
		if part.FileName() == "" {
			err = u.text(part, secret == "")
		} else {
			// Who may not add anything takes nobody's turn.
			if u.release == nil {
				err = i.enter(ctx, u, projectID)
			}
			if err == nil {
				err = u.file(part)
			}
		}
		if err != nil {
			return u, u.cut(ctx, err)
		}
	}
	return u, u.check()
}

// check refuses a form without what a run needs.
func (u *upload) check() error {
	var problems api.Problems
	if strings.TrimSpace(u.source) == "" {
		problems.Add(api.TakenSource, "Must not be empty.")
	}
	if len(u.names) == 0 {
		problems.Add(api.TakenFiles, "Must hold one result file at least.")
	}
	return problems.Err()
}

// text takes a part that is no file. A chooser without files is such a one.
func (u *upload) text(part *multipart.Part, takesToken bool) error {
	value, err := io.ReadAll(io.LimitReader(part, maxText+1))
	if err != nil {
		return err
	}
	var problems api.Problems
	name, text := part.FormName(), string(value)
	u.texts++
	u.sent += int64(len(value))
	switch {
	case len(value) > maxText || u.texts > maxTexts:
		return &api.Error{Kind: api.KindTooLarge, Message: "The texts of the form are too long."}
	case !utf8.ValidString(text):
		problems.Add(name, "Must be valid UTF-8.")
	case name == api.TakenSource:
		u.source = text
	case name == "name":
		u.name = text
	case name == "config":
		u.config = text
	case name == "milestone":
		u.milestone = text
	case name == "tags":
		for tag := range strings.SplitSeq(text, ",") {
			if tag = strings.TrimSpace(tag); tag != "" {
				u.tags = append(u.tags, tag)
			}
		}
	case name == api.TakenToken && takesToken:
		u.secret = strings.TrimSpace(text)
	case name == api.TakenFiles && text == "":
	case name == api.TakenFiles:
		problems.Add(name, "Must be files.")
	default:
		problems.Add(cmp.Or(strings.Trim(fmt.Sprintf("%.40q", name), `"`), "(no name)"), "Is not known: a form takes source, name, config, milestone, tags and files.")
	}
	return problems.Err()
}

// file keeps a file under a name that cannot lead anywhere else.
func (u *upload) file(part *multipart.Part) error {
	if len(u.names) == maxFiles {
		return &api.Error{Kind: api.KindTooLarge, Message: fmt.Sprintf("There are more than %d files: pack them into one.", maxFiles)}
	}
	name := filepath.Base(filepath.FromSlash(strings.ToValidUTF8(part.FileName(), "_")))
	safe := strings.Map(func(r rune) rune {
		if r < ' ' || r == '/' || r == '\\' || r == 0x7f {
			return '_'
		}
		return r
	}, name)
	safe = shortened(strings.TrimLeft(safe, ".")) // Hidden files would be passed over.
	path := filepath.Join(u.folder, safe)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	for n := 2; errors.Is(err, fs.ErrExist); n++ {
		path = filepath.Join(u.folder, fmt.Sprintf("%d-%s", n, safe))
		file, err = os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	}
	if err != nil {
		return fmt.Errorf("keeping a file: %w", err)
	}
	u.names[path] = name
	size, err := io.Copy(file, part)
	u.sent += size
	return errors.Join(err, file.Close())
}

// shortened is a name that every file system takes, with the end that it had.
func shortened(name string) string {
	const most = 200 // Bytes.
	if name == "" {
		return "file"
	}
	if len(name) > most {
		name = strings.ToValidUTF8(name[len(name)-most:], "")
	}
	return name
}

// cut says that a form did not arrive, unless it was refused.
func (u *upload) cut(ctx context.Context, err error) error {
	if _, isRefusal := errors.AsType[*api.Error](err); isRefusal {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if _, isLarge := errors.AsType[*http.MaxBytesError](err); isLarge {
		return &api.Error{
			Kind: api.KindTooLarge, Message: fmt.Sprintf("The files are larger than %d MiB: pack them, or send them in several goes.", api.MaxForm>>20),
		}
	}
	if _, isOurs := errors.AsType[*fs.PathError](err); isOurs {
		return err
	}
	return &api.Error{Kind: api.KindMalformed, Message: "The form did not arrive whole.", Err: err}
}

// nameOf is what a path is called before people; "files" for all of them together.
func (u *upload) nameOf(path string) string {
	if name := u.names[path]; name != "" {
		return name
	}
	// Of an archive.
	for kept, name := range u.names {
		if rest, ok := strings.CutPrefix(path, kept+"/"); ok {
			return name + "/" + rest
		}
	}
	if rest, err := filepath.Rel(u.folder, path); err == nil && rest != "." {
		return rest
	}
	return "files"
}

// enter takes a turn for a form whose sender may add to the project.
func (i *Intake) enter(ctx context.Context, u *upload, projectID int64) error {
	if err := i.admit(ctx, u.secret, projectID); err != nil {
		return err
	}
	if !i.turns.TryAcquire(1) {
		return &api.Error{Kind: api.KindUnavailable, Message: "The server takes other files at the moment.", RetryAfter: patience}
	}
	u.release = func() { i.turns.Release(1) }
	return nil
}

// drop removes all files, and lets others have their turn.
func (u *upload) drop() {
	_ = os.RemoveAll(u.root) // The system's folder for such files is cleared anyway.
	if u.release != nil {
		u.release()
	}
}
