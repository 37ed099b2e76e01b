package interop

import (
	"slices"
	"testing"
)

// fixture is a group that protects one folder, and what is needed to work with it.
type fixture struct {
	*service
	source int64
	object int64
	policy string
	group  string
}

// sourceRequest registers the machine that the server runs on, which is the only one it can reach.
func sourceRequest(name string) object {
	return object{
		"environment":    "kPhysical",
		"name":           name,
		"physicalParams": object{"endpoint": "localhost"},
	}
}

func policyRequest(name string, days int) object {
	return object{
		"name": name,
		"backupPolicy": object{"regular": object{
			"incremental": object{"schedule": object{"unit": "Days", "daySchedule": object{"frequency": 1}}},
			"retention":   object{"unit": "Days", "duration": days},
		}},
	}
}

func groupRequest(name, policy string, id int64, folder string) object {
	files := object{"objects": []object{{"id": id, "filePaths": []object{{"includedPath": folder}}}}}
	return object{
		"name":           name,
		"policyId":       policy,
		"environment":    "kPhysical",
		"physicalParams": object{"protectionType": "kFile", "fileProtectionTypeParams": files},
	}
}

// newFixture makes a source, a policy and a group named after the test, and removes them when it ends.
func newFixture(t *testing.T, folder string) *fixture {
	t.Helper()
	s := newService(t)
	source := must[registration](t, s, "registerProtectionSource", input{body: sourceRequest("localhost")})
	t.Cleanup(func() { do(t, s, "deleteProtectionSourceRegistration", withID(source.ID)) })
	made := must[policy](t, s, "createProtectionPolicy", input{body: policyRequest(t.Name(), 7)})
	t.Cleanup(func() { do(t, s, "deleteProtectionPolicy", withID(made.ID)) })
	body := groupRequest(t.Name(), made.ID, source.SourceID, folder)
	protected := must[group](t, s, "createProtectionGroup", input{body: body})
	t.Cleanup(func() {
		take := map[string]any{"deleteSnapshots": true}
		do(t, s, "deleteProtectionGroup", withID(protected.ID).asking(take))
	})
	return &fixture{s, source.ID, source.SourceID, made.ID, protected.ID}
}

func (f *fixture) start(t *testing.T) {
	t.Helper()
	in := withID(f.group).sending(object{"runType": "kRegular"})
	started := must[runStarted](t, f.service, "createProtectionGroupRun", in)
	if started.ProtectionGroupID != f.group {
		t.Fatalf("a run of the group %q was started", started.ProtectionGroupID)
	}
}

// waitFor polls the latest run until it is in one of these states.
func (f *fixture) waitFor(t *testing.T, states ...string) run {
	t.Helper()
	return eventually(t, func() (run, bool) {
		in := withID(f.group).asking(map[string]any{"numRuns": 1, "includeObjectDetails": true})
		runs := must[runList](t, f.service, "getProtectionGroupRuns", in).Runs
		if len(runs) != 1 {
			t.Fatalf("runs: %+v", runs)
		}
		return runs[0], slices.Contains(states, runs[0].LocalBackupInfo.Status)
	})
}

var ended = []string{"Succeeded", "SucceededWithWarning", "Failed", "Canceled"}

func (f *fixture) backUp(t *testing.T) run {
	t.Helper()
	f.start(t)
	done := f.waitFor(t, ended...)
	if done.LocalBackupInfo.Status != "Succeeded" {
		t.Fatalf("the run has ended as %+v", done)
	}
	return done
}

func (f *fixture) snapshots(t *testing.T) []snapshot {
	t.Helper()
	in := withID(f.object).asking(map[string]any{"protectionGroupIds": []string{f.group}})
	return must[snapshotList](t, f.service, "getObjectSnapshots", in).Snapshots
}

// recoveryEnded polls a recovery until it has ended well.
func (f *fixture) recoveryEnded(t *testing.T, id string) recovery {
	t.Helper()
	done := eventually(t, func() (recovery, bool) {
		now := must[recovery](t, f.service, "getRecoveryById", withID(id))
		return now, now.EndTimeUsecs != 0
	})
	if done.Status != "Succeeded" {
		t.Fatalf("the recovery has ended as %+v", done)
	}
	return done
}

func restoreRequest(name, snapshot string, target int64, item, folder string) object {
	return object{
		"name":                name,
		"snapshotEnvironment": "kPhysical",
		"physicalParams": object{
			"objects":        []object{{"snapshotId": snapshot}},
			"recoveryAction": "RecoverFiles",
			"recoverFileAndFolderParams": object{
				"filesAndFolders":   []object{{"absolutePath": item}},
				"targetEnvironment": "kPhysical",
				"physicalTargetParams": object{
					"recoverTarget":             object{"id": target},
					"alternateRestoreDirectory": folder,
				},
			},
		},
	}
}

func downloadRequest(name, snapshot, folder string) object {
	return object{
		"name":            name,
		"object":          object{"snapshotId": snapshot},
		"filesAndFolders": []object{{"absolutePath": folder, "isDirectory": true}},
	}
}
