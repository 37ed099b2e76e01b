package interop

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// connect makes a connection for the time of the test.
func (s *service) connect(t *testing.T, name string) *sdk.DataSourceConnection {
	t.Helper()
	// The constructor takes no tenant in this version of the SDK; the header is required all the same.
	options := s.NewCreateDataSourceConnectionOptions(name).SetXIBMTenantID(s.tenant).
		SetConnectionEnvType(sdk.CreateDataSourceConnectionOptions_ConnectionEnvType_Kiksvpc)
	made := must(t, s.CreateDataSourceConnection, options)
	keeps(t, "made", made, options)
	t.Cleanup(func() {
		remove(t, s.DeleteDataSourceConnection, s.NewDeleteDataSourceConnectionOptions(*made.ConnectionID, s.tenant))
	})
	return made
}

func (s *service) token(t *testing.T, connection string) string {
	t.Helper()
	options := s.NewGenerateDataSourceConnectionRegistrationTokenOptions(connection, s.tenant)
	token := must(t, s.GenerateDataSourceConnectionRegistrationToken, options)
	if token == nil || *token == "" {
		t.Fatal("there is no token")
	}
	return *token
}

func TestConnectionLivesAndDies(t *testing.T) {
	s := newService(t)
	made := s.connect(t, "Frankfurt")
	if *made.ConnectionID == "" || len(made.ConnectorIds) != 0 || *made.RegistrationToken == "" {
		t.Errorf("made: %s", shown(made))
	}
	rename := s.NewPatchDataSourceConnectionOptions(*made.ConnectionID, s.tenant, "Berlin")
	changed := must(t, s.PatchDataSourceConnection, rename)
	if *changed.ConnectionID != *made.ConnectionID || *changed.ConnectionName != "Berlin" {
		t.Errorf("changed: %s", shown(changed))
	}
	if token := s.token(t, *made.ConnectionID); token == *made.RegistrationToken {
		t.Error("the token is the first one again")
	}
	some := s.NewGetDataSourceConnectionsOptions(s.tenant).SetConnectionIds([]string{*made.ConnectionID, "1"})
	listed := must(t, s.GetDataSourceConnections, some).Connections
	if len(listed) != 1 || *listed[0].ConnectionName != "Berlin" {
		t.Errorf("listed: %s", shown(listed))
	}
	do(t, s.DeleteDataSourceConnection, s.NewDeleteDataSourceConnectionOptions(*made.ConnectionID, s.tenant))
	if left := must(t, s.GetDataSourceConnections, some).Connections; len(left) != 0 {
		t.Errorf("left: %s", shown(left))
	}
}

func TestConnectorLivesAndDies(t *testing.T) {
	s := newService(t)
	connection := *s.connect(t, "Oslo").ConnectionID
	id := registerConnector(t, s.token(t, connection), "here")
	some := s.NewGetDataSourceConnectorsOptions(s.tenant).SetConnectionID(connection).SetConnectorNames([]string{"here"})
	listed := must(t, s.GetDataSourceConnectors, some).Connectors
	if len(listed) != 1 || *listed[0].ConnectorID != id || *listed[0].SoftwareVersion != "1.2.3" ||
		!*listed[0].ConnectivityStatus.IsConnected {
		t.Errorf("listed: %s", shown(listed))
	}
	rename := s.NewPatchDataSourceConnectorOptions(id, s.tenant).SetConnectorName("there")
	renamed := must(t, s.PatchDataSourceConnector, rename)
	if *renamed.ConnectorID != id || *renamed.ConnectorName != "there" || *renamed.ConnectionID != connection {
		t.Errorf("renamed: %s", shown(renamed))
	}
	do(t, s.DeleteDataSourceConnector, s.NewDeleteDataSourceConnectorOptions(id, s.tenant))
	all := s.NewGetDataSourceConnectorsOptions(s.tenant)
	if left := must(t, s.GetDataSourceConnectors, all).Connectors; len(left) != 0 {
		t.Errorf("left: %s", shown(left))
	}
}

// registerConnector does what a connector does by itself, outside the vendor's API, and gives its id.
func registerConnector(t *testing.T, token, name string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{
		"token": token, "name": name, "softwareVersion": "1.2.3", "patchVersion": "p1",
		"clusterSideIp": "172.20.4.11", "tenantSideIp": "10.20.30.5",
	})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(serverURL(t)+"/connectors/register", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var registered struct {
		ConnectorID string `json:"connectorId"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&registered); err != nil || answer.StatusCode != 201 {
		t.Fatalf("%d: %v", answer.StatusCode, err)
	}
	return registered.ConnectorID
}

func TestConnectorMetadataIsTold(t *testing.T) {
	s := newService(t)
	metadata := must(t, s.GetConnectorMetadata, s.NewGetConnectorMetadataOptions(s.tenant))
	// This server has no images to offer.
	if len(metadata.ConnectorImageMetadata.ConnectorImageFileList) != 0 || len(metadata.K8sConnectorInfoList) != 0 {
		t.Errorf("told: %s", shown(metadata))
	}
}

func TestBadCallsOfConnectionsAreRefused(t *testing.T) {
	s := newService(t)
	s.connect(t, "Rome")
	again := s.NewCreateDataSourceConnectionOptions("Rome").SetXIBMTenantID(s.tenant)
	token := s.NewGenerateDataSourceConnectionRegistrationTokenOptions("1", s.tenant)
	rename := s.NewPatchDataSourceConnectorOptions("1", s.tenant).SetConnectorName("x")
	refuseAll(t,
		bad(s.CreateDataSourceConnection, again, 409, "Rome"),
		bad(s.PatchDataSourceConnection, s.NewPatchDataSourceConnectionOptions("1", s.tenant, "x"), 404, "1"),
		badOrder(s.DeleteDataSourceConnection, s.NewDeleteDataSourceConnectionOptions("1", s.tenant), 404, "1"),
		bad(s.GenerateDataSourceConnectionRegistrationToken, token, 404, "1"),
		bad(s.PatchDataSourceConnector, rename, 404, "1"),
		badOrder(s.DeleteDataSourceConnector, s.NewDeleteDataSourceConnectorOptions("1", s.tenant), 404, "1"),
	)
}
