package handlers

import (
	"cmp"
	"fmt"
	"runtime/debug"
	"sync"
)

// together runs tasks at the same time and waits for them all. The error is
// that of the first one that has any. A task that panics has failed with an
// error that holds its stack: outside of the goroutine of a request nothing
// else would keep it from ending the process.
func together(tasks ...func() error) error {
	var wait sync.WaitGroup
	errs := make([]error, len(tasks))
	for i, task := range tasks {
		wait.Go(func() {
			defer func() {
				if cause := recover(); cause != nil {
					errs[i] = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
				}
			}()
			errs[i] = task()
		})
	}
	wait.Wait()
	return cmp.Or(errs...)
}
