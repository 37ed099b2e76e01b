// Command decode times the decoder of IBM's SDK for Go.
//
// It is given files and the names of the models that they hold. For every line that it reads from its input, the
// number of a file, it decodes that file once as the SDK's operations do, and prints how many nanoseconds that took.
// So it can take turns with other programs.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	"github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

type text struct {
	bytes  []byte
	decode func([]byte) (any, error)
}

// kept outlives a turn, so that no decoding can be left out.
var kept any

// decode does what core's Service.Request and the operations after it do with a body that has arrived.
func decode[Model any](unmarshal core.ModelUnmarshaller) func([]byte) (any, error) {
	return func(body []byte) (any, error) {
		var raw map[string]json.RawMessage
		if err := json.NewDecoder(bytes.NewReader(body)).Decode(&raw); err != nil {
			return nil, err
		}
		var result *Model
		err := core.UnmarshalModel(raw, "", &result, unmarshal)
		return result, err
	}
}

func run() error {
	decoders := map[string]func([]byte) (any, error){
		"runs": decode[backuprecoveryv1.ProtectionGroupRunsResponse](
			backuprecoveryv1.UnmarshalProtectionGroupRunsResponse),
		"policies": decode[backuprecoveryv1.ProtectionPoliciesResponse](
			backuprecoveryv1.UnmarshalProtectionPoliciesResponse),
	}
	var texts []text
	for arguments := os.Args[1:]; len(arguments) >= 2; arguments = arguments[2:] {
		content, err := os.ReadFile(arguments[1])
		if err != nil {
			return err
		}
		decoder, known := decoders[arguments[0]]
		if !known {
			return fmt.Errorf("no model is called %s", arguments[0])
		}
		texts = append(texts, text{content, decoder})
	}
	turns := bufio.NewScanner(os.Stdin)
	for turns.Scan() {
		number, err := strconv.Atoi(turns.Text())
		if err != nil || number < 0 || number >= len(texts) {
			return fmt.Errorf("there is no file %q", turns.Text())
		}
		begun := time.Now()
		kept, err = texts[number].decode(texts[number].bytes)
		took := time.Since(begun)
		if err != nil {
			return err
		}
		fmt.Println(took.Nanoseconds())
	}
	return turns.Err()
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
