package interop

import (
	"bytes"
	"testing"
)

func TestAgentIsDownloaded(t *testing.T) {
	body := object{"platform": "kLinux", "linuxParams": object{"packageType": "kScript"}}
	script := bytesOf(t, newService(t), "downloadAgent", input{body: body})
	if !bytes.HasPrefix(script, []byte("#!")) {
		t.Errorf("no script: %.80q", script)
	}
}

func TestUpgradeTasksAreListed(t *testing.T) {
	if tasks := must[upgradeTaskList](t, newService(t), "getUpgradeTasks", input{}).Tasks; len(tasks) != 0 {
		t.Errorf("nothing was upgraded, and listed are %+v", tasks)
	}
}

func TestAgentIsUpgraded(t *testing.T) {
	s := newService(t)
	// Without an agent installed there the server itself is the host's agent, and has the version already.
	source := must[registration](t, s, "registerProtectionSource", input{body: sourceRequest("localhost")})
	t.Cleanup(func() { do(t, s, "deleteProtectionSourceRegistration", withID(source.ID)) })
	body := object{"name": "all", "agentIDs": []int64{source.ID}}
	must[any](t, s, "createUpgradeTask", input{body: body})
	if tasks := must[upgradeTaskList](t, s, "getUpgradeTasks", input{}).Tasks; len(tasks) != 1 {
		t.Errorf("one task was made, and listed are %+v", tasks)
	}
}

func TestBadCallsOfAgentsAreRefused(t *testing.T) {
	refuseAll(t, []refusal{
		{"downloadAgent", input{body: object{"platform": "kWindows"}}, 0, ""},
		{"createUpgradeTask", input{body: object{"name": "x", "agentIDs": []int64{noNumber}}}, 0, ""},
	})
}
