package interop

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// elsewhere are the methods of the SDK's service that are no operations of the API served here: they go to
// /irisservices of the host, which the API's documentation says nothing of.
var elsewhere = []string{"ListProtectionSources", "ListProtectionSourcesRegistrationInfo"}

// operations are the names of all other methods of the SDK's service that make a call.
func operations() []string {
	var names []string
	generated := reflect.TypeFor[*sdk.BackupRecoveryV1]()
	for at := range generated.NumMethod() {
		method := generated.Method(at).Type
		if method.NumIn() != 2 || method.In(1).Kind() != reflect.Pointer {
			continue
		}
		name, takesOptions := strings.CutSuffix(method.In(1).Elem().Name(), "Options")
		if takesOptions && !slices.Contains(elsewhere, name) {
			names = append(names, name)
		}
	}
	return names
}

// deeds is what the server did with an operation.
type deeds struct {
	succeeded bool
	failed    bool
}

// ledger holds the deeds by operation. The tests run one after the other.
var ledger = map[string]*deeds{}

// note records the end of one call.
func note(name string, problem *failure) {
	done := ledger[name]
	if done == nil {
		done = &deeds{}
		ledger[name] = done
	}
	switch {
	case problem == nil:
		done.succeeded = true
	case problem.status >= http.StatusBadRequest && problem.status < http.StatusInternalServerError:
		done.failed = true
	}
}

// leftOut tells what the tests did not do.
func leftOut() []string {
	var found []string
	for _, name := range operations() {
		done := ledger[name]
		switch {
		case done == nil:
			found = append(found, name+": never called")
		case !done.succeeded:
			found = append(found, name+": never succeeded")
		case !done.failed:
			found = append(found, name+": never refused a bad call")
		}
	}
	slices.Sort(found)
	return found
}

// TestMain ends with a summary, and fails when an operation was left out of a whole round of tests.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if some := flag.Lookup("test.run").Value.String() + flag.Lookup("test.skip").Value.String(); some == "" {
		fmt.Printf("%d operations in the SDK, %d called; %d members of its models met\n",
			len(operations()), len(ledger), len(met))
		if found := leftOut(); len(found) > 0 {
			fmt.Println("left out:\n  " + strings.Join(found, "\n  "))
			code = max(code, 1)
		}
	}
	os.Exit(code)
}
