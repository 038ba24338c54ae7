package submit

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"
)

// spoolVersion is that of the files that are written and read here.
const spoolVersion = 1

// header is the first line of a spool. The calls follow, one a line. All that is
// packed by gzip, whose end tells that none is missing. Notes follow, once it is
// being resumed: see note.
type header struct {
	Version int    `json:"runboard_spool"`
	Address string `json:"address"`
	state
}

// spool takes the calls that could not be sent.
type spool struct {
	folder string
	file   *os.File
	packed *gzip.Writer
	lines  *json.Encoder
}

// newSpool begins a file that only its owner may read, as results may hold secrets.
func newSpool(folder string, h header) (*spool, error) {
	h.Version = spoolVersion
	file, err := os.CreateTemp(folder, ".runboard-*")
	if err != nil {
		return nil, fmt.Errorf("what was not sent cannot be kept: %w", err)
	}
	packed := gzip.NewWriter(file)
	s := &spool{folder: folder, file: file, packed: packed, lines: json.NewEncoder(packed)}
	if err := s.write(h); err != nil {
		return nil, errors.Join(err, s.drop())
	}
	return s, nil
}

func (s *spool) write(line any) error {
	if err := s.lines.Encode(line); err != nil {
		return fmt.Errorf("what was not sent cannot be kept: %w", err)
	}
	return nil
}

func (s *spool) writeAll(calls []call) error {
	for _, c := range calls {
		if err := s.write(c); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets everything.
func (s *spool) drop() error {
	return errors.Join(s.file.Close(), os.Remove(s.file.Name()))
}

// keep makes the file whole and gives it its name, which it returns.
func (s *spool) keep() (string, error) {
	if err := errors.Join(s.packed.Close(), s.file.Sync(), s.file.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("what was not sent cannot be kept: %w", err), os.Remove(s.file.Name()))
	}
	name := filepath.Join(s.folder, fmt.Sprintf("runboard-%s-%s.spool", time.Now().UTC().Format("20060102-150405"), newKey()[:6]))
	return name, os.Rename(s.file.Name(), name)
}
