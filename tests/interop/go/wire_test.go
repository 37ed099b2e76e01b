package interop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// recorder is an HTTP transport that keeps the last answer as it came, before the SDK made anything of it.
type recorder struct {
	status int
	body   []byte
}

// wire is what every service here sends over. The tests run one after the other.
var wire = &recorder{}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	r.status = answer.StatusCode
	r.body, err = io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(r.body))
	return answer, nil
}

// shown is a model as JSON, since its members are pointers.
func shown(model any) string {
	text, err := json.Marshal(model)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(text)
}
