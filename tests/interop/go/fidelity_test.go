package interop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"reflect"
	"strings"
	"testing"

	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// met are the members of the SDK's models that came in some answer, as Model.member.
var met = map[string]bool{}

// nothingIsLost compares the last answer as it came with what the SDK made of it. Every member must be there
// under the same name and with the same value, none may be missing that the SDK requires, and a text must be
// one of the values that the SDK lists. Nothing is excused: it would be a name, a type or a value of ours that
// is not IBM's.
func nothingIsLost(t *testing.T, name string, result any) {
	t.Helper()
	if _, isStream := result.(io.Reader); isStream {
		return
	}
	holds(t, name, result, wire.body)
}

// keeps checks that an answer says all that a request, or a part of one, has said.
func keeps(t *testing.T, what string, answer, request any) {
	t.Helper()
	said := map[string]any{}
	if err := json.Unmarshal([]byte(shown(request)), &said); err != nil {
		t.Fatal(err)
	}
	// What options have besides the body.
	delete(said, "X-IBM-Tenant-Id")
	delete(said, "Headers")
	holds(t, what, answer, []byte(shown(said)))
}

// holds checks that a model has all that JSON says; it may have more.
func holds(t *testing.T, what string, model any, text []byte) {
	t.Helper()
	for _, loss := range losses(what, decoded(t, text), reflect.ValueOf(model)) {
		t.Error(loss)
	}
}

// decoded is JSON with its numbers as they are written: an id of 64 bits is none of Go's floating numbers.
func decoded(t *testing.T, text []byte) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var raw any
	if err := decoder.Decode(&raw); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return raw
}

// losses goes through JSON and tells what of it the model does not have.
func losses(path string, raw any, model reflect.Value) []string {
	if raw == nil {
		// An absent member and one that is null are the same to the SDK.
		return nil
	}
	for model.Kind() == reflect.Pointer || model.Kind() == reflect.Interface {
		if model.IsNil() {
			return []string{fmt.Sprintf("%s: %s is lost", path, shown(raw))}
		}
		model = model.Elem()
	}
	switch raw := raw.(type) {
	case map[string]any:
		if model.Kind() == reflect.Struct {
			return lostMembers(path, raw, model)
		}
	case []any:
		if model.Kind() == reflect.Slice && model.Len() == len(raw) {
			var found []string
			for at, item := range raw {
				found = append(found, losses(fmt.Sprintf("%s[%d]", path, at), item, model.Index(at))...)
			}
			return found
		}
	}
	// What a model leaves open, too, is compared as text, in which Go sorts the members.
	if want, got := shown(raw), shown(model.Interface()); want != got {
		return []string{fmt.Sprintf("%s: %s has become %s", path, want, got)}
	}
	return nil
}

func lostMembers(path string, raw map[string]any, model reflect.Value) []string {
	var found []string
	known := map[string]bool{}
	for _, field := range reflect.VisibleFields(model.Type()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		known[name] = true
		value, came := raw[name]
		if !came {
			if strings.Contains(field.Tag.Get("validate"), "required") {
				found = append(found, fmt.Sprintf("%s.%s: is required and did not come", path, name))
			}
			continue
		}
		met[model.Type().Name()+"."+name] = true
		found = append(found, losses(path+"."+name, value, model.FieldByIndex(field.Index))...)
		found = append(found, unlisted(path+"."+name, value, listed[model.Type().Name()+"_"+field.Name])...)
	}
	for name, value := range raw {
		if !known[name] {
			found = append(found, fmt.Sprintf("%s.%s: %s is no member of %s", path, name, shown(value), model.Type()))
		}
	}
	return found
}

// Without this the tests would pass however little was compared.
func TestLossesAreFound(t *testing.T) {
	type inner struct {
		Kept *int64 `json:"kept" validate:"required"`
	}
	type outer struct {
		Inner *inner   `json:"inner,omitempty"`
		List  []string `json:"list,omitempty"`
	}
	defer func(before map[string]bool) { met = before }(maps.Clone(met))
	large := int64(9007199254740993)
	model := reflect.ValueOf(&outer{Inner: &inner{&large}, List: []string{"a"}})
	status := "Strange"
	strange := reflect.ValueOf(&sdk.Recovery{Status: &status})
	for _, found := range []struct {
		text  string
		model reflect.Value
		loss  string
	}{
		{`{"inner": {"kept": 9007199254740993}, "list": ["a"]}`, model, ""},
		{`{"inner": {"kept": 9007199254740992}}`, model, "x.inner.kept"},
		{`{"inner": {"kept": "9007199254740993"}}`, model, "x.inner.kept"},
		{`{"inner": {}}`, model, "x.inner.kept"},
		{`{"inner": null}`, model, ""},
		{`{"other": []}`, model, "x.other"},
		{`{"list": ["b"]}`, model, "x.list[0]"},
		{`{"list": ["a", "b"]}`, model, "x.list"},
		{`{"list": {}}`, model, "x.list"},
		{`{"list": ["a"]}`, reflect.ValueOf(&outer{}), "x.list"},
		{`{"status": "Strange"}`, strange, "x.status"},
	} {
		var got []string
		for _, loss := range losses("x", decoded(t, []byte(found.text)), found.model) {
			path, _, _ := strings.Cut(loss, ":")
			got = append(got, path)
		}
		if strings.Join(got, " ") != found.loss {
			t.Errorf("%s: %q, not %q", found.text, got, found.loss)
		}
	}
}
