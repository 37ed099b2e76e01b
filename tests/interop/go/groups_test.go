package interop

import (
	"testing"
	"time"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

func (s *service) updateGroup(id, name, policy string) *sdk.UpdateProtectionGroupOptions {
	environment := sdk.UpdateProtectionGroupOptions_Environment_Kphysical
	return s.NewUpdateProtectionGroupOptions(id, s.tenant, name, policy, environment)
}

// Every member that a group may have here.
func TestGroupKeepsWhatItSays(t *testing.T) {
	folder := t.TempDir()
	f := newFixture(t, folder)
	change := f.updateGroup(f.group, "renamed", f.policy)
	change.Priority = core.StringPtr(sdk.UpdateProtectionGroupOptions_Priority_Khigh)
	change.Description = core.StringPtr("all that there is")
	change.StartTime = at(23)
	change.EndTimeUsecs = core.Int64Ptr(time.Now().Add(24 * time.Hour).UnixMicro())
	change.AlertPolicy = &sdk.ProtectionGroupAlertingPolicy{
		BackupRunStatus: []string{sdk.ProtectionGroupAlertingPolicy_BackupRunStatus_Kfailure},
		AlertTargets: []sdk.AlertTarget{{
			EmailAddress:  core.StringPtr("somebody@example.com"),
			Language:      core.StringPtr(sdk.AlertTarget_Language_EnUs),
			RecipientType: core.StringPtr(sdk.AlertTarget_RecipientType_Kto),
		}},
		RaiseObjectLevelFailureAlert: core.BoolPtr(true),
	}
	change.Sla = []sdk.SlaRule{{
		BackupRunType: core.StringPtr(sdk.SlaRule_BackupRunType_Kincremental), SlaMinutes: core.Int64Ptr(60),
	}}
	change.QosPolicy = core.StringPtr(sdk.UpdateProtectionGroupOptions_QosPolicy_Kbackuphdd)
	change.AbortInBlackouts = core.BoolPtr(true)
	change.PauseInBlackouts = core.BoolPtr(false)
	change.IsPaused = core.BoolPtr(false)
	change.AdvancedConfigs = []sdk.KeyValuePair{{Key: core.StringPtr("colour"), Value: core.StringPtr("blue")}}
	change.PhysicalParams = filesBelow(f.object, folder)
	files := change.PhysicalParams.FileProtectionTypeParams
	files.Objects[0].FilePaths[0].ExcludedPaths = []string{folder + "/not this"}
	files.Objects[0].FilePaths[0].SkipNestedVolumes = core.BoolPtr(true)
	files.GlobalExcludePaths = []string{"*.tmp"}
	files.PerformSourceSideDeduplication = core.BoolPtr(true)
	files.IndexingPolicy = &sdk.IndexingPolicy{EnableIndexing: core.BoolPtr(true), IncludePaths: []string{"/"}}
	changed := must(t, f.UpdateProtectionGroup, change)
	change.ID = nil
	keeps(t, "changed", changed, change)

	f.backUp(t)
	get := f.NewGetProtectionGroupByIdOptions(f.group, f.tenant).SetIncludeLastRunInfo(true)
	got := must(t, f.GetProtectionGroupByID, get)
	keeps(t, "got", got, change)
	if *got.NumProtectedObjects != 1 || *got.LastRun.LocalBackupInfo.Status != sdk.BackupRunSummary_Status_Succeeded {
		t.Errorf("got %s", shown(got))
	}
	some := f.NewGetProtectionGroupsOptions(f.tenant).SetNames([]string{"renamed", "unknown"}).
		SetEnvironments([]string{sdk.GetProtectionGroupsOptions_Environments_Kphysical}).
		SetPolicyIds([]string{f.policy}).SetSourceIds([]int64{f.source}).SetIsActive(true).SetIncludeLastRunInfo(true).
		SetLastRunAnyStatus([]string{sdk.GetProtectionGroupsOptions_LastRunAnyStatus_Succeeded})
	listed := must(t, f.GetProtectionGroups, some).ProtectionGroups
	if len(listed) != 1 || *listed[0].ID != f.group || *listed[0].LastRun.ProtectionGroupID != f.group {
		t.Errorf("listed: %s", shown(listed))
	}
}

func TestBadCallsOfGroupsAreRefused(t *testing.T) {
	folder := t.TempDir()
	f := newFixture(t, folder)
	strange := f.NewGetProtectionGroupsOptions(f.tenant).SetEnvironments([]string{"Strange"})
	volumes := f.groupOptions("x", f.policy, f.object, folder)
	volumes.PhysicalParams.FileProtectionTypeParams = nil
	volumes.PhysicalParams.ProtectionType = core.StringPtr(sdk.PhysicalProtectionGroupParams_ProtectionType_Kvolume)
	quiet := f.groupOptions("x", f.policy, f.object, folder)
	quiet.PhysicalParams.FileProtectionTypeParams.Quiesce = core.BoolPtr(true)
	change := f.updateGroup(noID, "x", f.policy)
	change.PhysicalParams = filesBelow(f.object, folder)
	get := f.NewGetProtectionGroupByIdOptions(noID, f.tenant)
	refuseAll(t,
		bad(f.GetProtectionGroups, strange, 400, "environments"),
		bad(f.CreateProtectionGroup, f.groupOptions(t.Name(), f.policy, f.object, folder), 409, t.Name()),
		bad(f.CreateProtectionGroup, f.groupOptions("x", noID, f.object, folder), 404, noID),
		bad(f.CreateProtectionGroup, f.groupOptions("x", f.policy, noNumber, folder), 404, "987654321"),
		bad(f.CreateProtectionGroup, volumes, 422, "physicalParams.protectionType"),
		bad(f.CreateProtectionGroup, quiet, 422, "quiesce"),
		bad(f.GetProtectionGroupByID, get, 404, noID),
		bad(f.UpdateProtectionGroup, change, 404, noID),
		badOrder(f.DeleteProtectionGroup, f.NewDeleteProtectionGroupOptions(noID, f.tenant), 404, noID),
	)
}
