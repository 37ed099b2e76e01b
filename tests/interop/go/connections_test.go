package interop

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"testing"
)

func withConnection(id string) input { return input{path: map[string]string{"connectionId": id}} }

func withConnector(id string) input { return input{path: map[string]string{"connectorId": id}} }

func TestConnectionLivesAndDies(t *testing.T) {
	s := newService(t)
	named := func(name string) object { return object{"connectionName": name} }
	made := must[connection](t, s, "createDataSourceConnection", input{body: named("Frankfurt")})
	if made.ConnectionID == "" || made.ConnectionName != "Frankfurt" || len(made.ConnectorIDs) != 0 {
		t.Errorf("made: %+v", made)
	}
	_, problem := call[connection](t, s, "createDataSourceConnection", input{body: named("Frankfurt")})
	refused(t, problem, 409, "")
	in := withConnection(made.ConnectionID)
	changed := must[connection](t, s, "patchDataSourceConnection", in.sending(named("Berlin")))
	if changed.ConnectionID != made.ConnectionID || changed.ConnectionName != "Berlin" {
		t.Errorf("changed: %+v", changed)
	}
	// The SDK reads the token as one JSON string.
	token := must[*string](t, s, "generateDataSourceConnectionRegistrationToken", in)
	if token == nil || *token == "" {
		t.Error("there is no token")
	}
	ids := input{}.asking(map[string]any{"connectionIds": []string{made.ConnectionID, "1"}})
	listed := must[connectionList](t, s, "getDataSourceConnections", ids).Connections
	if len(listed) != 1 || listed[0].ConnectionName != "Berlin" {
		t.Errorf("listed: %+v", listed)
	}
	do(t, s, "deleteDataSourceConnection", in)
	if left := must[connectionList](t, s, "getDataSourceConnections", ids).Connections; len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

func TestConnectionsAreListed(t *testing.T) {
	names := input{}.asking(map[string]any{"connectionNames": []string{"nobody has this name"}})
	listed := must[connectionList](t, newService(t), "getDataSourceConnections", names).Connections
	if len(listed) != 0 {
		t.Errorf("listed: %+v", listed)
	}
}

func TestConnectorsAreListed(t *testing.T) {
	listed := must[connectorList](t, newService(t), "getDataSourceConnectors", input{}).Connectors
	if len(listed) != 0 {
		t.Errorf("nothing has connected, and listed are %+v", listed)
	}
}

func TestConnectorLivesAndDies(t *testing.T) {
	s := newService(t)
	made := must[connection](t, s, "createDataSourceConnection", input{body: object{"connectionName": "Oslo"}})
	t.Cleanup(func() { do(t, s, "deleteDataSourceConnection", withConnection(made.ConnectionID)) })
	token := must[*string](t, s, "generateDataSourceConnectionRegistrationToken", withConnection(made.ConnectionID))
	id := registerConnector(t, *token, "here")
	in := withConnector(id)
	renamed := must[connector](t, s, "patchDataSourceConnector", in.sending(object{"connectorName": "there"}))
	if renamed.ConnectorID != id || renamed.ConnectorName != "there" {
		t.Errorf("renamed: %+v", renamed)
	}
	do(t, s, "deleteDataSourceConnector", in)
	if left := must[connectorList](t, s, "getDataSourceConnectors", input{}).Connectors; len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

// registerConnector does what a connector does by itself, outside the vendor's API, and gives its id.
func registerConnector(t *testing.T, token, name string) string {
	t.Helper()
	body, err := json.Marshal(object{"token": token, "name": name})
	if err != nil {
		t.Fatal(err)
	}
	url := os.Getenv("STRONGROOM_URL") + "/connectors/register"
	answer, err := http.Post(url, "application/json", bytes.NewReader(body))
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
	must[connectorMetadata](t, newService(t), "getConnectorMetadata", input{})
}

func TestBadCallsOfConnectionsAreRefused(t *testing.T) {
	refuseAll(t, []refusal{
		{"createDataSourceConnection", input{body: object{}}, 400, "connectionName"},
		{"patchDataSourceConnection", withConnection("1").sending(object{"connectionName": "x"}), 404, ""},
		{"deleteDataSourceConnection", withConnection("1"), 404, ""},
		{"generateDataSourceConnectionRegistrationToken", withConnection("1"), 404, ""},
		{"patchDataSourceConnector", withConnector("1").sending(object{"connectorName": "x"}), 404, ""},
		{"deleteDataSourceConnector", withConnector("1"), 404, ""},
	})
}

// Lists without a parameter that could be wrong still have a tenant that could be.
func TestListsOfConnectionsAreTheTenants(t *testing.T) {
	for _, name := range []string{
		"getDataSourceConnections", "getDataSourceConnectors", "getConnectorMetadata", "getUpgradeTasks",
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.tenant = "somebody-else/"
			_, problem := call[any](t, s, name, input{})
			refused(t, problem, 403, "")
		})
	}
}
