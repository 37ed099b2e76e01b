package interop

import (
	"slices"
	"testing"
)

func (f *fixture) update(t *testing.T, id string, local object) (runsUpdated, *failure) {
	t.Helper()
	params := []object{{"runId": id, "localSnapshotConfig": local}}
	in := withID(f.group).sending(object{"updateProtectionGroupRunParams": params})
	return call[runsUpdated](t, f.service, "updateProtectionGroupRun", in)
}

func TestRunIsKeptLongerHeldAndDeleted(t *testing.T) {
	f := newFixture(t, t.TempDir())
	id := f.backUp(t).ID
	// change makes a change that must be granted.
	change := func(local object) {
		t.Helper()
		done, problem := f.update(t, id, local)
		served(t, "updateProtectionGroupRun", problem)
		if !slices.Equal(done.SuccessfulRunIDs, []string{id}) || len(done.FailedRuns) != 0 {
			t.Fatalf("%v: %+v", local, done)
		}
	}
	before := f.snapshots(t)[0]
	change(object{"daysToKeep": 30})
	const days30 = 30 * 24 * 3600 * 1_000_000
	if after := f.snapshots(t)[0]; after.ExpiryTimeUsecs != before.ExpiryTimeUsecs+days30 {
		t.Errorf("30 days longer: from %d to %d", before.ExpiryTimeUsecs, after.ExpiryTimeUsecs)
	}
	change(object{"enableLegalHold": true})
	if !f.snapshots(t)[0].OnLegalHold {
		t.Error("the snapshot is not held")
	}
	held, problem := f.update(t, id, object{"deleteSnapshot": true})
	served(t, "updateProtectionGroupRun", problem)
	if len(held.FailedRuns) != 1 || held.FailedRuns[0].RunID != id || held.FailedRuns[0].ErrorMessage == "" {
		t.Errorf("a held snapshot: %+v", held)
	}
	change(object{"enableLegalHold": false})
	change(object{"deleteSnapshot": true})
	if left := f.snapshots(t); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

func TestBadUpdatesOfRunsAreRefused(t *testing.T) {
	params := []object{{"runId": "1:1", "localSnapshotConfig": object{"daysToKeep": 1}}}
	in := withID(noID).sending(object{"updateProtectionGroupRunParams": params})
	refuseAll(t, []refusal{{"updateProtectionGroupRun", in, 404, ""}})
}
