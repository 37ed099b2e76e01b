package interop

import (
	"slices"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// fixture is a group that protects one folder, and what is needed to work with it.
type fixture struct {
	*service
	source int64
	object int64
	policy string
	group  string
	// isDeleted: the test has deleted the group itself.
	isDeleted bool
}

// register registers the machine that the server runs on, which is the only one it can reach, for the time of
// the test.
func (s *service) register(t *testing.T, name string) *sdk.SourceRegistrationResponseParams {
	t.Helper()
	options := s.NewRegisterProtectionSourceOptions(s.tenant, sdk.RegisterProtectionSourceOptions_Environment_Kphysical)
	options.Name = &name
	options.PhysicalParams = &sdk.PhysicalSourceRegistrationParams{Endpoint: core.StringPtr("localhost")}
	made := must(t, s.RegisterProtectionSource, options)
	t.Cleanup(func() {
		remove(t, s.DeleteProtectionSourceRegistration, s.NewDeleteProtectionSourceRegistrationOptions(*made.ID, s.tenant))
	})
	return made
}

// remove removes what a test has made, unless the test has done it.
func remove[O any](t *testing.T, method order[O], options *O) {
	t.Helper()
	if problem := send(t, method, options); problem != nil && problem.status != 404 {
		t.Errorf("%s: %v", nameOf[O](), problem)
	}
}

// dailyFor is a policy of one backup a day that is kept for some days.
func dailyFor(days int64) *sdk.BackupPolicy {
	return &sdk.BackupPolicy{Regular: &sdk.RegularBackupPolicy{
		Incremental: &sdk.IncrementalBackupPolicy{Schedule: &sdk.IncrementalSchedule{
			Unit:        core.StringPtr(sdk.IncrementalSchedule_Unit_Days),
			DaySchedule: &sdk.DaySchedule{Frequency: core.Int64Ptr(1)},
		}},
		Retention: retained(days),
	}}
}

func retained(days int64) *sdk.Retention {
	return &sdk.Retention{Unit: core.StringPtr(sdk.Retention_Unit_Days), Duration: &days}
}

// filesBelow protects one folder of one object.
func filesBelow(object int64, folder string) *sdk.PhysicalProtectionGroupParams {
	return &sdk.PhysicalProtectionGroupParams{
		ProtectionType: core.StringPtr(sdk.PhysicalProtectionGroupParams_ProtectionType_Kfile),
		FileProtectionTypeParams: &sdk.PhysicalFileProtectionGroupParams{
			Objects: []sdk.PhysicalFileProtectionGroupObjectParams{{
				ID:        &object,
				FilePaths: []sdk.PhysicalFileBackupPathParams{{IncludedPath: &folder}},
			}},
		},
	}
}

func (s *service) groupOptions(name, policy string, object int64, folder string) *sdk.CreateProtectionGroupOptions {
	environment := sdk.CreateProtectionGroupOptions_Environment_Kphysical
	options := s.NewCreateProtectionGroupOptions(s.tenant, name, policy, environment)
	options.PhysicalParams = filesBelow(object, folder)
	return options
}

// newFixture makes a source, a policy and a group named after the test, and removes them when it ends.
func newFixture(t *testing.T, folder string) *fixture {
	t.Helper()
	s := newService(t)
	source := s.register(t, "localhost")
	policy := must(t, s.CreateProtectionPolicy, s.NewCreateProtectionPolicyOptions(s.tenant, t.Name(), dailyFor(7)))
	t.Cleanup(func() {
		do(t, s.DeleteProtectionPolicy, s.NewDeleteProtectionPolicyOptions(*policy.ID, s.tenant))
	})
	group := must(t, s.CreateProtectionGroup, s.groupOptions(t.Name(), *policy.ID, *source.SourceID, folder))
	f := &fixture{s, *source.ID, *source.SourceID, *policy.ID, *group.ID, false}
	t.Cleanup(func() {
		if !f.isDeleted {
			options := s.NewDeleteProtectionGroupOptions(f.group, s.tenant).SetDeleteSnapshots(true)
			do(t, s.DeleteProtectionGroup, options)
		}
	})
	return f
}

func (f *fixture) start(t *testing.T) {
	t.Helper()
	runType := sdk.CreateProtectionGroupRunOptions_RunType_Kregular
	options := f.NewCreateProtectionGroupRunOptions(f.group, f.tenant, runType)
	if started := must(t, f.CreateProtectionGroupRun, options); *started.ProtectionGroupID != f.group {
		t.Fatalf("a run of the group %q was started", *started.ProtectionGroupID)
	}
}

// waitFor polls the latest run until it is in one of these states.
func (f *fixture) waitFor(t *testing.T, states ...string) sdk.ProtectionGroupRun {
	t.Helper()
	options := f.NewGetProtectionGroupRunsOptions(f.group, f.tenant).SetNumRuns(1).SetIncludeObjectDetails(true)
	return eventually(t, func() (sdk.ProtectionGroupRun, bool) {
		runs := must(t, f.GetProtectionGroupRuns, options).Runs
		if len(runs) != 1 {
			t.Fatalf("runs: %s", shown(runs))
		}
		return runs[0], slices.Contains(states, *runs[0].LocalBackupInfo.Status)
	})
}

var done = []string{
	sdk.BackupRunSummary_Status_Succeeded, sdk.BackupRunSummary_Status_Succeededwithwarning,
	sdk.BackupRunSummary_Status_Failed, sdk.BackupRunSummary_Status_Canceled,
}

func (f *fixture) backUp(t *testing.T) sdk.ProtectionGroupRun {
	t.Helper()
	f.start(t)
	run := f.waitFor(t, done...)
	if *run.LocalBackupInfo.Status != sdk.BackupRunSummary_Status_Succeeded {
		t.Fatalf("the run has ended as %s", shown(run))
	}
	return run
}

func (f *fixture) snapshots(t *testing.T) []sdk.ObjectSnapshot {
	t.Helper()
	options := f.NewGetObjectSnapshotsOptions(f.object, f.tenant).SetProtectionGroupIds([]string{f.group})
	return must(t, f.GetObjectSnapshots, options).Snapshots
}

// recovered polls a recovery until it has ended well.
func (f *fixture) recovered(t *testing.T, id string) *sdk.Recovery {
	t.Helper()
	options := f.NewGetRecoveryByIdOptions(id, f.tenant)
	ended := eventually(t, func() (*sdk.Recovery, bool) {
		now := must(t, f.GetRecoveryByID, options)
		return now, now.EndTimeUsecs != nil
	})
	if *ended.Status != sdk.Recovery_Status_Succeeded {
		t.Fatalf("the recovery has ended as %s", shown(ended))
	}
	return ended
}
