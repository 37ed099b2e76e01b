package interop

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// configuration is what IBM's documentation has a user write down, here for our server.
func configuration(t *testing.T) map[string]string {
	return map[string]string{
		"BACKUP_RECOVERY_URL":            serverURL(t) + "/v2",
		"BACKUP_RECOVERY_AUTH_TYPE":      "iam",
		"BACKUP_RECOVERY_AUTH_URL":       serverURL(t),
		"BACKUP_RECOVERY_APIKEY":         setting(t, "STRONGROOM_API_KEY"),
		"BACKUP_RECOVERY_ENABLE_RETRIES": "true",
		"BACKUP_RECOVERY_MAX_RETRIES":    "2",
	}
}

// configured is a service for which the program says nothing itself.
func configured(t *testing.T) *service {
	t.Helper()
	made, err := sdk.NewBackupRecoveryV1UsingExternalConfig(&sdk.BackupRecoveryV1Options{})
	if err != nil {
		t.Fatal(err)
	}
	if made.GetServiceURL() != serverURL(t)+"/v2" {
		t.Errorf("the service is at %q", made.GetServiceURL())
	}
	return recorded(t, made)
}

func TestServiceIsConfiguredByTheEnvironment(t *testing.T) {
	for name, value := range configuration(t) {
		t.Setenv(name, value)
	}
	s := configured(t)
	must(t, s.GetProtectionPolicies, s.NewGetProtectionPoliciesOptions(s.tenant))
}

func TestServiceIsConfiguredByAFile(t *testing.T) {
	var lines strings.Builder
	for name, value := range configuration(t) {
		lines.WriteString(name + "=" + value + "\n")
	}
	file := filepath.Join(t.TempDir(), "ibm-credentials.env")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("IBM_CREDENTIALS_FILE", file)
	s := configured(t)
	must(t, s.GetProtectionPolicies, s.NewGetProtectionPoliciesOptions(s.tenant))
}

// forgetful loses the first answer.
type forgetful struct{ asked int }

func (f *forgetful) RoundTrip(request *http.Request) (*http.Response, error) {
	f.asked++
	answer, err := wire.RoundTrip(request)
	if f.asked == 1 && err == nil {
		return nil, io.ErrUnexpectedEOF
	}
	return answer, err
}

// The server has to take the same body twice.
func TestCallsAreTriedAgain(t *testing.T) {
	s := newService(t)
	network := &forgetful{}
	s.Service.SetHTTPClient(&http.Client{Transport: network, Timeout: patience})
	options := s.NewSearchIndexedObjectsOptions(s.tenant, sdk.SearchIndexedObjectsOptions_ObjectType_Files)
	options.FileParams = &sdk.SearchFileRequestParams{SearchString: new(string)}
	*options.FileParams.SearchString = "nothing has this name"
	if _, _, err := s.SearchIndexedObjects(options); err == nil {
		t.Error("an answer was lost, and nothing was said of it")
	}
	network.asked = 0
	s.EnableRetries(1, time.Millisecond)
	found := must(t, s.SearchIndexedObjects, options)
	if network.asked != 2 || *found.Count != 0 {
		t.Errorf("asked %d times, found %s", network.asked, shown(found))
	}
	// A refusal is final.
	network.asked = 1
	_, problem := call(t, s.GetProtectionPolicyByID, s.NewGetProtectionPolicyByIdOptions(noID, s.tenant))
	refused(t, problem, 404, noID)
	if network.asked != 2 {
		t.Errorf("a refusal was asked for %d times", network.asked-1)
	}
}

func TestBodiesMayBeCompressed(t *testing.T) {
	s := newService(t)
	s.SetEnableGzipCompression(true)
	made := must(t, s.CreateProtectionPolicy, s.NewCreateProtectionPolicyOptions(s.tenant, t.Name(), dailyFor(7)))
	do(t, s.DeleteProtectionPolicy, s.NewDeleteProtectionPolicyOptions(*made.ID, s.tenant))
}
