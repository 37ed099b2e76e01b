package interop

import (
	"strings"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
)

const (
	// Ids in the right form that nothing has.
	noID     = "1:2:3"
	noNumber = int64(987654321)
)

// codes are what the server says in errorCode with each status.
var codes = map[int]string{
	400: "InvalidRequest", 401: "Unauthorized", 403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "NotSupported",
}

// refused checks that a call failed with this status, its code, and a message that names this.
func refused(t *testing.T, problem *failure, status int, named string) {
	t.Helper()
	switch {
	case problem == nil:
		t.Error("a bad call succeeded")
	case problem.status != status || problem.code != codes[status]:
		t.Errorf("refused with %v, not %d %s", problem, status, codes[status])
	case !strings.Contains(problem.message, named):
		t.Errorf("%q is not named: %v", named, problem)
	}
}

// refusal is a bad call and what it must end with.
type refusal struct {
	operation string
	call      func(*testing.T) *failure
	status    int
	named     string
}

func bad[O, R any](method func(*O) (R, *core.DetailedResponse, error), options *O, status int, named string) refusal {
	return refusal{nameOf[O](), func(t *testing.T) *failure {
		_, problem := call(t, method, options)
		return problem
	}, status, named}
}

func badOrder[O any](method order[O], options *O, status int, named string) refusal {
	return refusal{nameOf[O](), func(t *testing.T) *failure { return send(t, method, options) }, status, named}
}

// refuseAll makes each bad call in a test of its own.
func refuseAll(t *testing.T, cases ...refusal) {
	t.Helper()
	for _, bad := range cases {
		t.Run(bad.operation, func(t *testing.T) { refused(t, bad.call(t), bad.status, bad.named) })
	}
}

// Whom the tenant does not belong to, and who names none. Every operation has the tenant as a header; these
// lists have no parameter besides with which they could be called badly.
func TestCallersAreTold(t *testing.T) {
	s := newService(t)
	other := "somebody-else/"
	refuseAll(t,
		bad(s.GetDataSourceConnections, s.NewGetDataSourceConnectionsOptions(other), 403, other),
		bad(s.GetDataSourceConnectors, s.NewGetDataSourceConnectorsOptions(other), 403, other),
		bad(s.GetConnectorMetadata, s.NewGetConnectorMetadataOptions(other), 403, other),
		bad(s.GetUpgradeTasks, s.NewGetUpgradeTasksOptions(other), 403, other),
		bad(s.GetProtectionPolicies, s.NewGetProtectionPoliciesOptions(""), 400, "X-IBM-Tenant-ID"),
		// The one operation for which this version of the SDK takes no tenant with its constructor.
		bad(s.CreateDataSourceConnection, s.NewCreateDataSourceConnectionOptions("x"), 400, "X-IBM-Tenant-ID"),
	)
}
