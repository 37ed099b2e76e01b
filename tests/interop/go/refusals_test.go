package interop

import (
	"strings"
	"testing"
)

// refused checks that a call failed with this code (0: any of 400 to 499) and a message that names this.
func refused(t *testing.T, problem *failure, status int, named string) {
	t.Helper()
	switch {
	case problem == nil:
		t.Error("a bad call succeeded")
	case status == 0 && (problem.status < 400 || problem.status > 499):
		t.Errorf("refused with %v", problem)
	case status != 0 && problem.status != status:
		t.Errorf("refused with %v, not %d", problem, status)
	case !strings.Contains(problem.message, named):
		t.Errorf("%q is not named: %v", named, problem)
	}
}

// refusal is a bad call and what it must end with.
type refusal struct {
	operation string
	in        input
	status    int
	named     string
}

// refuseAll makes each bad call in a test of its own. What is not served yet is skipped.
func refuseAll(t *testing.T, cases []refusal) {
	t.Helper()
	s := newService(t)
	for _, bad := range cases {
		t.Run(bad.operation, func(t *testing.T) {
			_, problem := call[any](t, s, bad.operation, bad.in)
			if problem != nil && problem.unserved() {
				t.Skipf("not served yet: %s", bad.operation)
			}
			refused(t, problem, bad.status, bad.named)
		})
	}
}

const (
	// Ids in the right form that nothing has.
	noID     = "1:2:3"
	noNumber = 987654321
)

func TestBadCallsAreRefused(t *testing.T) {
	strange := func(parameter string) input {
		return input{}.asking(map[string]any{parameter: []string{"Strange"}})
	}
	refuseAll(t, []refusal{
		{"getSourceRegistrations", strange("ids"), 400, "ids"},
		{"registerProtectionSource", input{body: object{"environment": "kPhysical"}}, 400, "physicalParams"},
		{"getProtectionSourceRegistration", withID(noNumber), 404, "987654321"},
		{"updateProtectionSourceRegistration", withID(noNumber).sending(sourceRequest("x")), 404, "987654321"},
		{
			"patchProtectionSourceRegistration",
			withID(noNumber).sending(object{"environment": "kPhysical"}), 404, "987654321",
		},
		{"deleteProtectionSourceRegistration", withID(noNumber), 404, "987654321"},
		{"refreshProtectionSourceById", withID(noNumber), 404, "987654321"},

		{"getProtectionPolicies", strange("types"), 400, "types"},
		{"createProtectionPolicy", input{body: object{"name": "x"}}, 400, "backupPolicy"},
		{"getProtectionPolicyById", withID(noID), 404, noID},
		{"updateProtectionPolicy", withID(noID).sending(policyRequest("x", 1)), 404, noID},
		{"deleteProtectionPolicy", withID(noID), 404, noID},

		{"getProtectionGroups", strange("environments"), 400, "environments"},
		{"createProtectionGroup", input{body: groupRequest("x", noID, noNumber, "/")}, 404, ""},
		{"getProtectionGroupById", withID(noID), 404, noID},
		{"updateProtectionGroup", withID(noID).sending(groupRequest("x", noID, noNumber, "/")), 404, ""},
		{"deleteProtectionGroup", withID(noID), 404, noID},

		{"getProtectionGroupRuns", withID(noID), 404, noID},
		{"createProtectionGroupRun", withID(noID).sending(object{"runType": "kRegular"}), 404, noID},
		{
			"performActionOnProtectionGroupRun",
			withID(noID).sending(object{"action": "Pause", "pauseParams": []object{{"runId": "1:1"}}}), 404, "",
		},

		{"getObjectSnapshots", withID(noNumber), 404, "987654321"},
		{"searchIndexedObjects", input{body: object{"objectType": "Strange"}}, 400, "objectType"},
		{"getRecoveries", strange("status"), 400, "status"},
		{"createRecovery", input{body: restoreRequest("x", "none", noNumber, "/x", "/y")}, 404, ""},
		{"getRecoveryById", withID(noID), 404, noID},
		{"createDownloadFilesAndFoldersRecovery", input{body: downloadRequest("x", "none", "/x")}, 404, ""},
		{"downloadFilesFromRecovery", withID(noID), 404, noID},
		{
			"downloadIndexedFile",
			input{path: map[string]string{"snapshotsId": "none"}}.asking(map[string]any{"filePath": "/x"}), 404, "",
		},
	})
}

func TestCallersAreTold(t *testing.T) {
	s := newService(t)
	s.tenant = "somebody-else/"
	_, problem := call[policyList](t, s, "getProtectionPolicies", input{})
	refused(t, problem, 403, "somebody-else/")
	s.tenant = ""
	_, problem = call[policyList](t, s, "getProtectionPolicies", input{})
	refused(t, problem, 400, "X-IBM-Tenant-ID")
}
