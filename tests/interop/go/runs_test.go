package interop

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// action is what is done to a run; its options lack the run.
func (f *fixture) action(name string) *sdk.PerformActionOnProtectionGroupRunOptions {
	return f.NewPerformActionOnProtectionGroupRunOptions(f.group, f.tenant, name)
}

func (f *fixture) act(
	t *testing.T, options *sdk.PerformActionOnProtectionGroupRunOptions,
) *sdk.PerformRunActionResponse {
	t.Helper()
	acted := must(t, f.PerformActionOnProtectionGroupRun, options)
	if *acted.Action != *options.Action {
		t.Errorf("%s was asked for: %s", *options.Action, shown(acted))
	}
	return acted
}

func (f *fixture) pause(t *testing.T, run *string) sdk.PauseProtectionRunActionResponseParams {
	t.Helper()
	params := []sdk.PauseProtectionRunActionParams{{RunID: run}}
	acted := f.act(t, f.action(sdk.PerformActionOnProtectionGroupRunOptions_Action_Pause).SetPauseParams(params))
	if len(acted.PauseParams) != 1 || *acted.PauseParams[0].RunID != *run {
		t.Fatalf("paused: %s", shown(acted))
	}
	return acted.PauseParams[0]
}

// cancel cancels a run and waits until it has ended.
func (f *fixture) cancel(t *testing.T, run sdk.ProtectionGroupRun) {
	t.Helper()
	options := f.action(sdk.PerformActionOnProtectionGroupRunOptions_Action_Cancel)
	task := run.LocalBackupInfo.LocalTaskID
	options.CancelParams = []sdk.CancelProtectionGroupRunRequest{{RunID: run.ID, LocalTaskID: task}}
	cancelled := f.act(t, options).CancelParams
	if len(cancelled) != 1 || *cancelled[0].RunID != *run.ID {
		t.Errorf("cancelled: %s", shown(cancelled))
	}
	f.waitFor(t, sdk.BackupRunSummary_Status_Canceled)
}

func TestRunIsPausedResumedAndCancelled(t *testing.T) {
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
	run := f.waitFor(t, sdk.BackupRunSummary_Status_Running)
	if paused := f.pause(t, run.ID); paused.Error != nil {
		t.Errorf("paused: %s", shown(paused))
	}
	f.waitFor(t, sdk.BackupRunSummary_Status_Paused)
	if again := f.pause(t, run.ID); again.Error == nil || *again.Error == "" {
		t.Errorf("paused twice: %s", shown(again))
	}
	resume := f.action(sdk.PerformActionOnProtectionGroupRunOptions_Action_Resume)
	resume.ResumeParams = []sdk.ResumeProtectionRunActionParams{{RunID: run.ID}}
	resumed := f.act(t, resume).ResumeParams
	if len(resumed) != 1 || *resumed[0].RunID != *run.ID || resumed[0].Error != nil {
		t.Errorf("resumed: %s", shown(resumed))
	}
	f.waitFor(t, sdk.BackupRunSummary_Status_Running)
	f.cancel(t, run)
	if left := f.snapshots(t); len(left) != 0 {
		t.Errorf("a cancelled run left %s", shown(left))
	}
}

func TestRunsAreListed(t *testing.T) {
	f := newFixture(t, t.TempDir())
	first, second := f.backUp(t), f.backUp(t)
	now := time.Now()
	kinds := []string{
		sdk.GetProtectionGroupRunsOptions_RunTypes_Kincremental, sdk.GetProtectionGroupRunsOptions_RunTypes_Kfull,
	}
	some := f.NewGetProtectionGroupRunsOptions(f.group, f.tenant).SetIncludeObjectDetails(true).
		SetStartTimeUsecs(now.Add(-time.Hour).UnixMicro()).SetEndTimeUsecs(now.Add(time.Hour).UnixMicro()).
		SetRunTypes(kinds).SetLocalBackupRunStatus([]string{sdk.GetProtectionGroupRunsOptions_LocalBackupRunStatus_Succeeded}).
		SetExcludeNonRestorableRuns(true)
	listed := must(t, f.GetProtectionGroupRuns, some)
	if len(listed.Runs) != 2 || *listed.Runs[0].ID != *second.ID || *listed.Runs[1].ID != *first.ID {
		t.Fatalf("listed: %s", shown(listed))
	}
	if listed.TotalRuns == nil || *listed.TotalRuns != 2 {
		t.Errorf("%s in all", shown(listed.TotalRuns))
	}
	object := listed.Runs[0].Objects[0]
	snapshot := object.LocalSnapshotInfo.SnapshotInfo
	if *object.Object.ID != f.object || *snapshot.Status != sdk.SnapshotInfo_Status_Ksuccessful {
		t.Errorf("the run is of %s", shown(object))
	}
	isIt := func(other sdk.ObjectSnapshot) bool { return *other.ID == *snapshot.SnapshotID }
	if all := f.snapshots(t); !slices.ContainsFunc(all, isIt) {
		t.Errorf("the run's snapshot is none of %s", shown(all))
	}
	one := f.NewGetProtectionGroupRunsOptions(f.group, f.tenant).SetRunID(*first.ID)
	if found := must(t, f.GetProtectionGroupRuns, one).Runs; len(found) != 1 || *found[0].ID != *first.ID {
		t.Errorf("found: %s", shown(found))
	}
}

func TestFailedRunTellsWhy(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, folder)
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	f.start(t)
	run := f.waitFor(t, done...)
	if *run.LocalBackupInfo.Status != sdk.BackupRunSummary_Status_Failed || len(run.LocalBackupInfo.Messages) == 0 {
		t.Errorf("the run has ended as %s", shown(run))
	}
	of := run.Objects[0].LocalSnapshotInfo.SnapshotInfo
	if *of.Status != sdk.SnapshotInfo_Status_Kfailed || !strings.Contains(*of.StatusMessage, folder) {
		t.Errorf("of the object it says %s", shown(of))
	}
}

// changePolicy changes the policy of the fixture's group.
func (f *fixture) changePolicy(t *testing.T, change func(*sdk.UpdateProtectionPolicyOptions)) {
	t.Helper()
	options := f.NewUpdateProtectionPolicyOptions(f.policy, f.tenant, t.Name(), dailyFor(7))
	change(options)
	must(t, f.UpdateProtectionPolicy, options)
}

func TestFailedAttemptIsTold(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "gone")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, folder)
	f.changePolicy(t, func(options *sdk.UpdateProtectionPolicyOptions) {
		options.RetryOptions = &sdk.RetryOptions{Retries: core.Int64Ptr(1), RetryIntervalMins: core.Int64Ptr(60)}
	})
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	f.start(t)
	run := eventually(t, func() (sdk.ProtectionGroupRun, bool) {
		run := f.waitFor(t, sdk.BackupRunSummary_Status_Running)
		return run, *run.Objects[0].LocalSnapshotInfo.SnapshotInfo.Status == sdk.SnapshotInfo_Status_Kwaitingfornextattempt
	})
	failed := run.Objects[0].LocalSnapshotInfo.FailedAttempts
	if len(failed) != 1 || *failed[0].Status != sdk.BackupAttempt_Status_Failed ||
		!strings.Contains(*failed[0].Message, folder) {
		t.Errorf("failed: %s", shown(failed))
	}
	f.cancel(t, run)
}

func TestLockIsTold(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.changePolicy(t, func(options *sdk.UpdateProtectionPolicyOptions) {
		options.BackupPolicy.Regular.Retention.DataLockConfig = &sdk.DataLockConfig{
			Mode:     core.StringPtr(sdk.DataLockConfig_Mode_Administrative),
			Unit:     core.StringPtr(sdk.DataLockConfig_Unit_Days),
			Duration: core.Int64Ptr(1),
		}
	})
	run := f.backUp(t)
	lock := run.LocalBackupInfo.DataLockConstraints
	if *lock.Mode != sdk.DataLockConstraints_Mode_Administrative || *lock.ExpiryTimeUsecs < time.Now().UnixMicro() {
		t.Errorf("the run is locked by %s", shown(lock))
	}
	if of := f.snapshots(t); len(of) != 1 || !*of[0].HasDataLock {
		t.Errorf("snapshots: %s", shown(of))
	}
	whole := f.NewDeleteProtectionGroupOptions(f.group, f.tenant).SetDeleteSnapshots(true)
	refused(t, send(t, f.DeleteProtectionGroup, whole), 409, "locked")
	do(t, f.DeleteProtectionGroup, f.NewDeleteProtectionGroupOptions(f.group, f.tenant))
	f.isDeleted = true
	if of := f.snapshots(t); len(of) != 1 {
		t.Errorf("after its group was deleted: %s", shown(of))
	}
}

func (f *fixture) updateRun(
	group string, run *string, local sdk.UpdateLocalSnapshotConfig,
) *sdk.UpdateProtectionGroupRunOptions {
	params := []sdk.UpdateProtectionGroupRunParams{{RunID: run, LocalSnapshotConfig: &local}}
	return f.NewUpdateProtectionGroupRunOptions(group, f.tenant, params)
}

func TestRunIsKeptLongerHeldAndDeleted(t *testing.T) {
	f := newFixture(t, t.TempDir())
	run := f.backUp(t).ID
	// change makes a change that must be granted.
	change := func(local sdk.UpdateLocalSnapshotConfig) {
		t.Helper()
		updated := must(t, f.UpdateProtectionGroupRun, f.updateRun(f.group, run, local))
		if !slices.Equal(updated.SuccessfulRunIds, []string{*run}) || len(updated.FailedRuns) != 0 {
			t.Fatalf("%s: %s", shown(local), shown(updated))
		}
	}
	before := f.snapshots(t)[0]
	change(sdk.UpdateLocalSnapshotConfig{DaysToKeep: core.Int64Ptr(30)})
	const days30 = 30 * 24 * 3600 * 1_000_000
	if after := f.snapshots(t)[0]; *after.ExpiryTimeUsecs != *before.ExpiryTimeUsecs+days30 {
		t.Errorf("30 days longer: from %d to %d", *before.ExpiryTimeUsecs, *after.ExpiryTimeUsecs)
	}
	change(sdk.UpdateLocalSnapshotConfig{EnableLegalHold: core.BoolPtr(true)})
	if !*f.snapshots(t)[0].OnLegalHold {
		t.Error("the snapshot is not held")
	}
	deletion := sdk.UpdateLocalSnapshotConfig{DeleteSnapshot: core.BoolPtr(true)}
	failed := must(t, f.UpdateProtectionGroupRun, f.updateRun(f.group, run, deletion)).FailedRuns
	if len(failed) != 1 || *failed[0].RunID != *run || *failed[0].ErrorMessage == "" {
		t.Errorf("a held snapshot: %s", shown(failed))
	}
	change(sdk.UpdateLocalSnapshotConfig{EnableLegalHold: core.BoolPtr(false)})
	change(deletion)
	if left := f.snapshots(t); len(left) != 0 {
		t.Errorf("left: %s", shown(left))
	}
}

func TestBadCallsOfRunsAreRefused(t *testing.T) {
	f := newFixture(t, t.TempDir())
	run := core.StringPtr("1:1")
	runType := sdk.CreateProtectionGroupRunOptions_RunType_Kregular
	strange := f.NewCreateProtectionGroupRunOptions(f.group, f.tenant, "kStrange")
	pause := f.action(sdk.PerformActionOnProtectionGroupRunOptions_Action_Pause).SetID(noID)
	pause.PauseParams = []sdk.PauseProtectionRunActionParams{{RunID: run}}
	later := sdk.UpdateLocalSnapshotConfig{DaysToKeep: core.Int64Ptr(1)}
	refuseAll(t,
		bad(f.GetProtectionGroupRuns, f.NewGetProtectionGroupRunsOptions(noID, f.tenant), 404, noID),
		bad(f.CreateProtectionGroupRun, f.NewCreateProtectionGroupRunOptions(noID, f.tenant, runType), 404, noID),
		bad(f.CreateProtectionGroupRun, strange, 400, "runType"),
		bad(f.PerformActionOnProtectionGroupRun, pause, 404, noID),
		bad(f.UpdateProtectionGroupRun, f.updateRun(noID, run, later), 404, noID),
	)
}
