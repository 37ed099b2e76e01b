package interop

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
)

// operation is a generated method that answers with a model or a stream.
type operation[O, R any] func(*O) (R, *core.DetailedResponse, error)

// order is a generated method of which the SDK gives the caller no body.
type order[O any] func(*O) (*core.DetailedResponse, error)

// nameOf is the name of an operation, which that of its options is made from.
func nameOf[O any]() string {
	return strings.TrimSuffix(reflect.TypeFor[O]().Name(), "Options")
}

// successes are the codes of the operations that end well with another one than 200.
var successes = map[string]int{
	"CreateDataSourceConnection":            http.StatusCreated,
	"CreateDownloadFilesAndFoldersRecovery": http.StatusCreated,
	"CreateProtectionGroup":                 http.StatusCreated,
	"CreateProtectionPolicy":                http.StatusCreated,
	"CreateRecovery":                        http.StatusCreated,
	"CreateUpgradeTask":                     http.StatusCreated,
	"GetRestorePointsInTimeRange":           http.StatusCreated,
	"RegisterProtectionSource":              http.StatusCreated,

	"CreateProtectionGroupRun":          http.StatusAccepted,
	"PerformActionOnProtectionGroupRun": http.StatusAccepted,

	"DeleteDataSourceConnection":         http.StatusNoContent,
	"DeleteDataSourceConnector":          http.StatusNoContent,
	"DeleteProtectionGroup":              http.StatusNoContent,
	"DeleteProtectionPolicy":             http.StatusNoContent,
	"DeleteProtectionSourceRegistration": http.StatusNoContent,
	"RefreshProtectionSourceById":        http.StatusNoContent,

	"UpdateProtectionGroupRun": http.StatusMultiStatus,
}

// call makes one call and holds its end against what it has to be: a success has the operation's code and is
// decoded without a loss; a failure has the API's error body.
func call[O, R any](t *testing.T, method operation[O, R], options *O) (R, *failure) {
	t.Helper()
	result, response, err := method(options)
	problem := ended(t, nameOf[O](), response, err)
	if problem == nil {
		nothingIsLost(t, nameOf[O](), result)
	}
	return result, problem
}

// send makes one call of which the SDK gives no body.
func send[O any](t *testing.T, method order[O], options *O) *failure {
	t.Helper()
	response, err := method(options)
	return ended(t, nameOf[O](), response, err)
}

// must makes a call that has to succeed.
func must[O, R any](t *testing.T, method operation[O, R], options *O) R {
	t.Helper()
	result, problem := call(t, method, options)
	if problem != nil {
		t.Fatalf("%s: %v", nameOf[O](), problem)
	}
	return result
}

// do makes a call that has to succeed, and of which the SDK gives no body.
func do[O any](t *testing.T, method order[O], options *O) {
	t.Helper()
	if problem := send(t, method, options); problem != nil {
		t.Fatalf("%s: %v", nameOf[O](), problem)
	}
}

// download makes a call whose body the SDK closes unread, and gives what came over the wire.
func download[O any](t *testing.T, method order[O], options *O) []byte {
	t.Helper()
	do(t, method, options)
	return wire.body
}

func ended(t *testing.T, name string, response *core.DetailedResponse, err error) *failure {
	t.Helper()
	if err != nil {
		problem := failureOf(t, name, err)
		note(name, problem)
		return problem
	}
	if want := cmp.Or(successes[name], http.StatusOK); response.StatusCode != want {
		t.Fatalf("%s: answered %d, not %d", name, response.StatusCode, want)
	}
	note(name, nil)
	return nil
}

// failure is a refusal as the SDK reports it.
type failure struct {
	status  int
	code    string
	message string
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s: %s", f.status, f.code, f.message) }

// failureOf reads the API's error body out of what the SDK made of a refusal.
func failureOf(t *testing.T, name string, err error) *failure {
	t.Helper()
	var problem *core.HTTPProblem
	if !errors.As(err, &problem) {
		t.Fatalf("%s: no answer, or a success that does not decode: %v", name, err)
	}
	if !strings.EqualFold(problem.OperationID, name) {
		t.Fatalf("%s: the problem is said to be one of %s", name, problem.OperationID)
	}
	body, ok := problem.Response.GetResultAsMap()
	if !ok {
		t.Fatalf("%s: %d without a JSON body that the SDK can read: %v", name, problem.Response.StatusCode, err)
	}
	var told failure
	told.status = problem.Response.StatusCode
	told.code, _ = body["errorCode"].(string)
	told.message, _ = body["message"].(string)
	taskLogID, _ := body["taskLogId"].(string)
	if told.code == "" || told.message == "" || taskLogID == "" {
		t.Fatalf("%s: not the API's error body: %v", name, body)
	}
	if err.Error() != told.message {
		t.Fatalf("%s: the SDK tells %q of the message %q", name, err.Error(), told.message)
	}
	// What the SDK prints of a problem when it is asked for everything.
	if all := problem.GetDebugMessage(); !strings.Contains(all, told.code) {
		t.Fatalf("%s: the SDK does not find the code %q: %s", name, told.code, all)
	}
	return &told
}
