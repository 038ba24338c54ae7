package report

import (
	"regexp"
	"sync"
)

// pattern is an expression that is compiled when it is first asked for: who reads
// files of one format needs few of them, and all of them are 0.3 MB.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
