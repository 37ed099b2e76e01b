package interop

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSourceLivesAndDies(t *testing.T) {
	s := newService(t)
	made := must[registration](t, s, "registerProtectionSource", input{body: sourceRequest("this machine")})
	if made.Name != "this machine" || made.SourceID == 0 {
		t.Errorf("registered: %+v", made)
	}
	_, problem := call[registration](t, s, "registerProtectionSource", input{body: sourceRequest("again")})
	refused(t, problem, 409, "")
	if got := must[registration](t, s, "getProtectionSourceRegistration", withID(made.ID)); got != made {
		t.Errorf("got %+v, not %+v", got, made)
	}
	in := withID(made.ID).sending(sourceRequest("renamed"))
	if changed := must[registration](t, s, "updateProtectionSourceRegistration", in); changed.Name != "renamed" {
		t.Errorf("changed: %+v", changed)
	}
	in = withID(made.ID).sending(object{"environment": "kPhysical"})
	if patched := must[registration](t, s, "patchProtectionSourceRegistration", in); patched.ID != made.ID {
		t.Errorf("patched: %+v", patched)
	}
	do(t, s, "refreshProtectionSourceById", withID(made.ID))
	ids := input{}.asking(map[string]any{"ids": []int64{made.ID, 987654321}})
	listed := must[registrationList](t, s, "getSourceRegistrations", ids).Registrations
	if len(listed) != 1 || listed[0].ID != made.ID {
		t.Errorf("listed: %+v", listed)
	}
	do(t, s, "deleteProtectionSourceRegistration", withID(made.ID))
	_, problem = call[registration](t, s, "getProtectionSourceRegistration", withID(made.ID))
	refused(t, problem, 404, "")
}

func TestPolicyLivesAndDies(t *testing.T) {
	s := newService(t)
	made := must[policy](t, s, "createProtectionPolicy", input{body: policyRequest("gold", 7)})
	if got := must[policy](t, s, "getProtectionPolicyById", withID(made.ID)); got != made || got.Name != "gold" {
		t.Errorf("got %+v, not %+v", got, made)
	}
	in := withID(made.ID).sending(policyRequest("silver", 3))
	if changed := must[policy](t, s, "updateProtectionPolicy", in); changed.Name != "silver" {
		t.Errorf("changed: %+v", changed)
	}
	names := input{}.asking(map[string]any{"policyNames": []string{"silver", "bronze"}})
	listed := must[policyList](t, s, "getProtectionPolicies", names).Policies
	if len(listed) != 1 || listed[0].ID != made.ID {
		t.Errorf("listed: %+v", listed)
	}
	do(t, s, "deleteProtectionPolicy", withID(made.ID))
	_, problem := call[policy](t, s, "getProtectionPolicyById", withID(made.ID))
	refused(t, problem, 404, "")
}

func TestGroupIsRenamedAndListed(t *testing.T) {
	folder := t.TempDir()
	f := newFixture(t, folder)
	in := withID(f.group).sending(groupRequest("renamed", f.policy, f.object, folder))
	if changed := must[group](t, f.service, "updateProtectionGroup", in); changed.Name != "renamed" {
		t.Errorf("changed: %+v", changed)
	}
	f.backUp(t)
	got := must[group](t, f.service, "getProtectionGroupById", withID(f.group))
	if got.Name != "renamed" || got.PolicyID != f.policy || got.NumProtectedObjects != 1 {
		t.Errorf("got %+v", got)
	}
	query := map[string]any{"names": []string{"renamed"}, "includeLastRunInfo": true}
	listed := must[groupList](t, f.service, "getProtectionGroups", input{}.asking(query)).ProtectionGroups
	if len(listed) != 1 || listed[0].LastRun == nil || listed[0].LastRun.LocalBackupInfo.Status != "Succeeded" {
		t.Errorf("listed: %+v", listed)
	}
}

func TestRunIsPausedAndCancelled(t *testing.T) {
	folder := t.TempDir()
	// A file that takes long to read and no space: zeros that were never written.
	endless := filepath.Join(folder, "endless")
	if err := os.WriteFile(endless, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(endless, 1<<40); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, folder)
	f.start(t)
	id := f.waitFor(t, "Running").ID
	act := func(action, params string) runActed {
		in := withID(f.group).sending(object{"action": action, params: []object{{"runId": id}}})
		return must[runActed](t, f.service, "performActionOnProtectionGroupRun", in)
	}
	if paused := act("Pause", "pauseParams").PauseParams; len(paused) != 1 || paused[0] != (runOutcome{RunID: id}) {
		t.Errorf("paused: %+v", paused)
	}
	f.waitFor(t, "Paused")
	if again := act("Pause", "pauseParams").PauseParams; len(again) != 1 || again[0].Error == "" {
		t.Errorf("paused twice: %+v", again)
	}
	if gone := act("Cancel", "cancelParams").CancelParams; len(gone) != 1 || gone[0].RunID != id {
		t.Errorf("cancelled: %+v", gone)
	}
	f.waitFor(t, "Canceled")
	if left := f.snapshots(t); len(left) != 0 {
		t.Errorf("a cancelled run left %+v", left)
	}
}
