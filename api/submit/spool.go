package submit

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/gzip"
)

// spoolVersion is that of the files that are written and read here.
const spoolVersion = 1

// header is the first line of a spool. The calls follow, one a line. All is
// packed by gzip, whose end tells that none is missing.
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

// Resume sends what a spool holds to the server that it was meant for, unless
// options name another address of it, and removes it. If the server stays away again, the rest is in another spool.
func Resume(ctx context.Context, name string, options Options) (Result, error) {
	file, err := os.Open(name)
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = file.Close() }() // It was only read.
	lines, h, err := readHeader(file)
	if err != nil {
		return Result{}, fmt.Errorf("%s is no spool of Runboard, or not all of one: %w", name, err)
	}
	server, err := New(cmp.Or(options.Address, h.Address), options)
	if err != nil {
		return Result{}, err
	}
	d := server.newDelivery(h.state)
	if err := d.resume(ctx, lines); err != nil {
		return d.result(), errors.Join(err, d.abandon())
	}
	result, err := d.finish()
	if err != nil {
		return result, err
	}
	return result, os.Remove(name)
}

// readHeader reads a spool to its end, to see that it is whole, and again up to its calls.
func readHeader(file *os.File) (*json.Decoder, header, error) {
	var h header
	if unpacked, err := gzip.NewReader(file); err != nil {
		return nil, h, err
	} else if _, err := io.Copy(io.Discard, unpacked); err != nil {
		return nil, h, err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, h, err
	}
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, h, err
	}
	lines := json.NewDecoder(bufio.NewReader(unpacked))
	if err := lines.Decode(&h); err != nil {
		return nil, h, err
	}
	if h.Version != spoolVersion {
		return nil, h, fmt.Errorf("its version is %d, and this program knows version %d", h.Version, spoolVersion)
	}
	return lines, h, nil
}

func (d *delivery) resume(ctx context.Context, lines *json.Decoder) error {
	for lines.More() {
		var c call
		if err := lines.Decode(&c); err != nil {
			return fmt.Errorf("the spool cannot be read: %w", err)
		}
		if err := d.take(ctx, c); err != nil {
			return err
		}
	}
	return nil
}
