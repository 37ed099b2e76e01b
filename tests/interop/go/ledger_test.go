package interop

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// deeds is what the server did with an operation.
type deeds struct {
	succeeded bool
	failed    bool
	// notServed: the server said that it has no handler for it.
	notServed bool
}

// ledger holds the deeds by operation. The tests run one after the other.
var ledger = map[string]*deeds{}

// note records the end of one call.
func note(name string, status int, problem *failure) {
	done := ledger[name]
	if done == nil {
		done = &deeds{}
		ledger[name] = done
	}
	switch {
	case problem == nil:
		done.succeeded = true
	case problem.unserved():
		done.notServed = true
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		done.failed = true
	}
}

// summary tells how far the server goes, and what the tests left out.
func summary() (line string, leftOut []string) {
	called, notServed := 0, 0
	for name := range operations {
		done := ledger[name]
		switch {
		case done == nil:
			leftOut = append(leftOut, name+": never called")
		case done.notServed:
			notServed++
		case !done.succeeded:
			leftOut = append(leftOut, name+": never succeeded")
		case !done.failed:
			leftOut = append(leftOut, name+": never refused a bad call")
		default:
			called++
		}
	}
	slices.Sort(leftOut)
	return fmt.Sprintf("%d operations called, %d not served yet", called, notServed), leftOut
}

// TestMain ends with the summary, and fails when an operation was left out of a whole round of tests.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if some := flag.Lookup("test.run").Value.String() + flag.Lookup("test.skip").Value.String(); some == "" {
		line, leftOut := summary()
		fmt.Println(line)
		if len(leftOut) > 0 {
			fmt.Println("left out:\n  " + strings.Join(leftOut, "\n  "))
			code = max(code, 1)
		}
	}
	os.Exit(code)
}
