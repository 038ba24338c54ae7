package submit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf16"

	"golang.org/x/sys/unix"

	"github.com/runboard/runboard/api"
)

// Outcome is what a command did.
type Outcome struct {
	ExitCode int // 128 and the signal's number when a signal ended it, as in a shell.
	Elapsed  time.Duration
	Signal   os.Signal // The last one that was passed on to it; nil when none was.
	output   string
}

// goodbye is how long a command may take to end when ctx has, and what it has
// started may keep its output open.
const goodbye = 10 * time.Second

// Execute runs a command, such as a test runner, passes what it prints, and
// keeps the beginning and the end of that. Signals that want this program to end
// are passed on, and the command decides what becomes of them, so that they should
// not end ctx. The error says that it could not be run, or that ctx has ended.
func Execute(ctx context.Context, command []string, stdin io.Reader, stdout, stderr io.Writer) (Outcome, error) {
	kept := &keeper{}
	child := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // It is the caller's.
	child.Stdin, child.Stdout, child.Stderr = stdin, io.MultiWriter(stdout, kept), io.MultiWriter(stderr, kept)
	child.Cancel = func() error { return child.Process.Signal(os.Interrupt) }
	child.WaitDelay = goodbye
	begun := time.Now()
	last, err := runForwarding(child)
	elapsed := time.Since(begun)
	if ctx.Err() != nil {
		return Outcome{}, context.Cause(ctx)
	}
	if child.ProcessState == nil {
		return Outcome{}, fmt.Errorf("the command cannot be run: %w", err)
	}
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok && !errors.Is(err, exec.ErrWaitDelay) {
		return Outcome{}, fmt.Errorf("the command's output cannot be passed on: %w", err)
	}
	code := child.ProcessState.ExitCode()
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	text := fmt.Sprintf("Executing: %s\n\n%s\nExited after %f seconds with exit code %d", strings.Join(command, " "), kept, elapsed.Seconds(), code)
	return Outcome{ExitCode: code, Elapsed: elapsed, Signal: last, output: text}, nil
}

// runForwarding runs a command and passes signals on to it, of which it returns
// the last.
func runForwarding(child *exec.Cmd) (last os.Signal, err error) {
	signals := make(chan os.Signal, 8)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if !signal.Ignored(s) { // As under nohup, where the command shall ignore it, too.
			signal.Notify(signals, s)
		}
	}
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		return nil, err
	}
	isTyped := isTyped()
	ended := make(chan struct{})
	var forwarding sync.WaitGroup
	forwarding.Go(func() {
		for {
			select {
			case last = <-signals:
				// A terminal tells of its keys all that it has started.
				if !isTyped || last != os.Interrupt && last != syscall.SIGQUIT {
					_ = child.Process.Signal(last) // It may have ended just now.
				}
			case <-ended:
				return
			}
		}
	})
	err = child.Wait()
	close(ended)
	forwarding.Wait()
	return last, err
}

// isTyped reports whether a terminal signals its keys to this program, and so to
// what that has started: it is in the foreground there.
func isTyped() bool {
	for fd := range 3 {
		if group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP); err == nil {
			return group == unix.Getpgrp()
		}
	}
	return false
}

// Note adds to a thread what the Testmo CLI says of a command that it has run:
// contract 5.1.
func (o *Outcome) Note(thread *api.ThreadUpdate) {
	text := cutMiddle(o.output)
	thread.Fields = append([]api.Field{{Type: api.FieldConsole, Name: "Output", Value: &text}}, thread.Fields...)
	thread.ElapsedObserved = new(o.Elapsed.Microseconds())
}

// keptBytes is how much of the beginning and of the end is kept: no less than
// what cutMiddle leaves.
const keptBytes = 64 << 10

// keeper keeps the beginning and the end of what is written to it.
type keeper struct {
	mu         sync.Mutex
	head, tail []byte
}

func (k *keeper) Write(text []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	room := min(keptBytes-len(k.head), len(text))
	k.head = append(k.head, text[:room]...)
	k.tail = append(k.tail, text[room:]...)
	if len(k.tail) > 2*keptBytes {
		k.tail = append(k.tail[:0], k.tail[len(k.tail)-keptBytes:]...)
	}
	return len(text), nil
}

// String is what was kept, as text that every server takes. It ends a line.
func (k *keeper) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	text := strings.ReplaceAll(strings.ToValidUTF8(string(k.head)+string(k.tail), "\uFFFD"), "\x00", "")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}

// How the Testmo CLI cuts long texts, in UTF-16 units: contract 6.6.
const (
	longest  = 16_384
	keptEnds = 8182
)

func cutMiddle(text string) string {
	units := utf16.Encode([]rune(text))
	if len(units) <= longest {
		return text
	}
	head, tail := units[:keptEnds], units[len(units)-keptEnds:]
	return string(utf16.Decode(head)) + "...\n\n[...]\n\n..." + string(utf16.Decode(tail))
}
