package interop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
)

// object is a JSON object of a request.
type object = map[string]any

// service is the API as IBM's SDK would reach it: an authenticator, a service URL and a tenant.
type service struct {
	base   *core.BaseService
	tenant string
}

// setting reads a variable that the tests cannot do without.
func setting(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run `cargo xtask interop go`", name)
	}
	return value
}

func newService(t *testing.T) *service {
	t.Helper()
	return serviceWith(t, setting(t, "STRONGROOM_API_KEY"), setting(t, "STRONGROOM_TENANT"))
}

func serviceWith(t *testing.T, apiKey, tenant string) *service {
	t.Helper()
	url := strings.TrimRight(setting(t, "STRONGROOM_URL"), "/")
	authenticator, err := core.NewIamAuthenticatorBuilder().SetApiKey(apiKey).SetURL(url).Build()
	if err != nil {
		t.Fatal(err)
	}
	base, err := core.NewBaseService(&core.ServiceOptions{URL: url + "/v2", Authenticator: authenticator})
	if err != nil {
		t.Fatal(err)
	}
	return &service{base: base, tenant: tenant}
}

// input is what a call sends besides its operation.
type input struct {
	path  map[string]string
	query map[string]any
	body  any
}

// withID fills the only path parameter of most operations.
func withID(id any) input { return input{path: map[string]string{"id": fmt.Sprint(id)}} }

func (in input) sending(body any) input { in.body = body; return in }

func (in input) asking(query map[string]any) input { in.query = query; return in }

// failure is a refusal as IBM's core reports it.
type failure struct {
	status  int
	code    string
	message string
}

func (f *failure) Error() string { return fmt.Sprintf("%d %s: %s", f.status, f.code, f.message) }

func (f *failure) unserved() bool {
	return f.status == 501 && f.code == "NotSupported" &&
		strings.Contains(f.message, "does not serve the operation")
}

// call sends one request and decodes its answer into a T. A success with another code than the operation's, or
// a failure without the API's error body, ends the test.
func call[T any](t *testing.T, s *service, name string, in input) (T, *failure) {
	t.Helper()
	var answer T
	known, ok := operations[name]
	if !ok {
		t.Fatalf("%s is not in the table of operations", name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	// A body that is read as a stream outlives this function; the test's end cancels it.
	t.Cleanup(cancel)
	builder := core.NewRequestBuilder(known.method).WithContext(ctx)
	if _, err := builder.ResolveRequestURL(s.base.Options.URL, known.path, in.path); err != nil {
		t.Fatal(err)
	}
	builder.AddHeader("X-IBM-Tenant-Id", s.tenant)
	if known.accept != "" {
		builder.AddHeader("Accept", known.accept)
	}
	for key, value := range in.query {
		builder.AddQuery(key, text(t, value))
	}
	if in.body != nil {
		builder.AddHeader("Content-Type", "application/json")
		if _, err := builder.SetBodyContentJSON(in.body); err != nil {
			t.Fatal(err)
		}
	}
	request, err := builder.Build()
	if err != nil {
		t.Fatal(err)
	}
	// Without a result, core does not touch the body; that is how IBM's SDK calls what answers with none.
	var result any = &answer
	if known.success == 204 {
		result = nil
	}
	response, err := s.base.Request(request, result)
	if err != nil {
		problem := failureOf(t, name, response, err)
		note(name, problem.status, problem)
		return answer, problem
	}
	if response.StatusCode != known.success {
		t.Fatalf("%s: answered %d, not %d", name, response.StatusCode, known.success)
	}
	note(name, response.StatusCode, nil)
	return answer, nil
}

// text is a query parameter on the wire: lists are joined with commas.
func text(t *testing.T, value any) string {
	t.Helper()
	switch value := value.(type) {
	case string:
		return value
	case int:
		return strconv.Itoa(value)
	case int64:
		return strconv.FormatInt(value, 10)
	case bool:
		return strconv.FormatBool(value)
	case []string:
		return strings.Join(value, ",")
	case []int64:
		words := make([]string, len(value))
		for at, number := range value {
			words[at] = strconv.FormatInt(number, 10)
		}
		return strings.Join(words, ",")
	}
	t.Fatalf("%T is no query parameter", value)
	return ""
}

// failureOf reads the API's error body out of what core made of a refusal.
func failureOf(t *testing.T, name string, response *core.DetailedResponse, err error) *failure {
	t.Helper()
	if response == nil {
		t.Fatalf("%s: no answer: %v", name, err)
	}
	if response.StatusCode < 300 {
		t.Fatalf("%s: a success that does not decode: %v", name, err)
	}
	body, ok := response.GetResultAsMap()
	if !ok {
		t.Fatalf("%s: %d without a JSON body that core can read: %v", name, response.StatusCode, err)
	}
	code, _ := body["errorCode"].(string)
	message, _ := body["message"].(string)
	if code == "" || message == "" {
		t.Fatalf("%s: not the API's error body: %v", name, body)
	}
	if err.Error() != message {
		t.Fatalf("%s: core tells %q of the message %q", name, err.Error(), message)
	}
	return &failure{status: response.StatusCode, code: code, message: message}
}

// served ends the test when the call failed: as skipped where the server has no handler yet, else as failed.
func served(t *testing.T, name string, problem *failure) {
	t.Helper()
	switch {
	case problem == nil:
	case problem.unserved():
		t.Skipf("not served yet: %s", name)
	default:
		t.Fatalf("%s: %v", name, problem)
	}
}

// must calls what has to succeed.
func must[T any](t *testing.T, s *service, name string, in input) T {
	t.Helper()
	answer, problem := call[T](t, s, name, in)
	served(t, name, problem)
	return answer
}

// nothing is what a 204 is decoded into.
type nothing struct{}

// do calls what answers with no body.
func do(t *testing.T, s *service, name string, in input) {
	t.Helper()
	must[nothing](t, s, name, in)
}

// bytesOf calls what answers with a stream, and reads it to its end.
func bytesOf(t *testing.T, s *service, name string, in input) []byte {
	t.Helper()
	stream := must[io.ReadCloser](t, s, name, in)
	content, err := io.ReadAll(stream)
	if err = errors.Join(err, stream.Close()); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return content
}

// patience is longer than anything here takes, unless it hangs.
const patience = 2 * time.Minute

// eventually asks until the answer is final.
func eventually[T any](t *testing.T, ask func() (T, bool)) T {
	t.Helper()
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		answer, final := ask()
		if final {
			return answer
		}
		if time.Since(begun) > patience {
			t.Fatalf("it does not end: %+v", answer)
		}
	}
}
