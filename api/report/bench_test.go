package report_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/runboard/runboard/api"
	"github.com/runboard/runboard/api/report"
)

// BenchmarkJUnit reads 100,000 tests, and tells how fast that is beside a bare
// loop over the tokens of encoding/xml, and how much memory is in use on the way.
func BenchmarkJUnit(b *testing.B) {
	file := junitOf(100_000)
	loop := tokenLoop(b, file)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	var peak uint64
	for b.Loop() {
		tests := 0
		read, err := report.Read(b.Context(), "large.xml", bytes.NewReader(file), report.Options{}, func(api.NewTest) error {
			if tests++; tests%20_000 == 0 {
				b.StopTimer()
				peak = max(peak, inUse()-uint64(len(file)))
				b.StartTimer()
			}
			return nil
		})
		require.NoError(b, err)
		require.Equal(b, 100_000, read.Tests)
	}
	perRead := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(float64(loop)/float64(perRead), "x-token-loop")
	b.ReportMetric(float64(peak)/(1<<20), "MiB-in-use")
}

// tokenLoop is how long a bare loop over the tokens of a file takes.
func tokenLoop(b *testing.B, file []byte) time.Duration {
	b.Helper()
	best := time.Duration(0)
	for range 3 {
		start := time.Now()
		tokens := xml.NewDecoder(bytes.NewReader(file))
		for {
			if token, _ := tokens.Token(); token == nil {
				break
			}
		}
		if took := time.Since(start); best == 0 || took < best {
			best = took
		}
	}
	return best
}

// inUse is the memory of live objects, in bytes.
func inUse() uint64 {
	runtime.GC()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.HeapAlloc
}

// junitOf is a file of so many tests in suites of 100, of which every tenth failed.
func junitOf(tests int) []byte {
	var file bytes.Buffer
	file.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<testsuites>\n")
	for i := range tests {
		if i%100 == 0 {
			fmt.Fprintf(&file, `  <testsuite name="com.example.Suite%d" tests="100" time="12.345">`+"\n", i/100)
		}
		fmt.Fprintf(&file, `    <testcase name="does what it should, case %d" classname="com.example.Suite%d" time="0.123"`, i, i/100)
		if i%10 == 0 {
			file.WriteString(`><failure message="expected 1 &amp; got 2" type="AssertionError">at com.example.Suite.test(Suite.java:42)</failure></testcase>` + "\n")
		} else {
			file.WriteString("/>\n")
		}
		if i%100 == 99 {
			file.WriteString("  </testsuite>\n")
		}
	}
	file.WriteString("</testsuites>\n")
	return file.Bytes()
}
