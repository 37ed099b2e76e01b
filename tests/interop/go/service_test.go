package interop

import (
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// service is IBM's service object, and the tenant whose things the tests work on.
type service struct {
	*sdk.BackupRecoveryV1
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

// serverURL is where the server listens, which serves tokens there and the API below /v2.
func serverURL(t *testing.T) string {
	t.Helper()
	return strings.TrimRight(setting(t, "STRONGROOM_URL"), "/")
}

func newService(t *testing.T) *service {
	t.Helper()
	return serviceWith(t, setting(t, "STRONGROOM_API_KEY"))
}

func serviceWith(t *testing.T, apiKey string) *service {
	t.Helper()
	authenticator, err := core.NewIamAuthenticatorBuilder().SetApiKey(apiKey).SetURL(serverURL(t)).Build()
	if err != nil {
		t.Fatal(err)
	}
	options := sdk.BackupRecoveryV1Options{URL: serverURL(t) + "/v2", Authenticator: authenticator}
	made, err := sdk.NewBackupRecoveryV1(&options)
	if err != nil {
		t.Fatal(err)
	}
	return recorded(t, made)
}

// recorded makes a service send over the wire that the tests look at.
func recorded(t *testing.T, made *sdk.BackupRecoveryV1) *service {
	t.Helper()
	made.Service.SetHTTPClient(&http.Client{Transport: wire, Timeout: patience})
	return &service{made, setting(t, "STRONGROOM_TENANT")}
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
			t.Fatalf("it does not end: %s", shown(answer))
		}
	}
}
