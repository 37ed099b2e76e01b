package interop

import (
	"testing"
	"time"

	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

func TestObjectsAreFound(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.backUp(t)
	some := f.NewSearchObjectsOptions(f.tenant).SetObjectIds([]int64{f.object, noNumber}).SetIsProtected(true).
		SetEnvironments([]string{sdk.SearchObjectsOptions_Environments_Kphysical}).SetSearchString("local*").
		SetProtectionGroupIds([]string{f.group}).SetSourceIds([]int64{f.source}).SetCount(10)
	found := must(t, f.SearchObjects, some)
	if len(found.Objects) != 1 || *found.Objects[0].ID != f.object ||
		*found.Objects[0].Environment != sdk.SearchObject_Environment_Kphysical {
		t.Fatalf("found %s", shown(found))
	}
	groups := found.Objects[0].ObjectProtectionInfos[0].ProtectionGroups
	if len(groups) != 1 || *groups[0].ID != f.group || *groups[0].PolicyID != f.policy {
		t.Errorf("it is protected by %s", shown(groups))
	}
}

func TestProtectedObjectsAreFound(t *testing.T) {
	f := newFixture(t, t.TempDir())
	run := f.backUp(t)
	some := f.NewSearchProtectedObjectsOptions(f.tenant).SetObjectIds([]int64{f.object}).
		SetEnvironments([]string{sdk.SearchProtectedObjectsOptions_Environments_Kphysical}).
		SetSnapshotActions([]string{sdk.SearchProtectedObjectsOptions_SnapshotActions_Recoverfiles})
	found := must(t, f.SearchProtectedObjects, some)
	if *found.NumResults != 1 || len(found.Objects) != 1 || *found.Objects[0].ID != f.object {
		t.Fatalf("found %s", shown(found))
	}
	latest := found.Objects[0].LatestSnapshotsInfo
	if len(latest) != 1 || *latest[0].ProtectionRunID != *run.ID ||
		*latest[0].LocalSnapshotInfo.SnapshotID != *f.snapshots(t)[0].ID {
		t.Errorf("latest: %s", shown(latest))
	}
}

func (s *service) restorePoints(
	group string, object int64, from, to time.Time,
) *sdk.GetRestorePointsInTimeRangeOptions {
	environment := sdk.GetRestorePointsInTimeRangeOptions_Environment_Kphysical
	groups := []string{group}
	return s.NewGetRestorePointsInTimeRangeOptions(s.tenant, to.UnixMicro(), environment, groups, from.UnixMicro()).
		SetSourceID(object)
}

func TestRestorePointsAreListed(t *testing.T) {
	f := newFixture(t, t.TempDir())
	run := f.backUp(t)
	now := time.Now()
	around := f.restorePoints(f.group, f.object, now.Add(-time.Hour), now.Add(time.Hour))
	points := must(t, f.GetRestorePointsInTimeRange, around)
	if len(points.FullSnapshotInfo) != 1 {
		t.Fatalf("points: %s", shown(points))
	}
	point := points.FullSnapshotInfo[0].RestoreInfo
	if *point.ProtectionGroupID != f.group || *point.RunStartTimeUsecs != *run.LocalBackupInfo.StartTimeUsecs {
		t.Errorf("the point is %s", shown(point))
	}
}

func TestSnapshotsAreListed(t *testing.T) {
	f := newFixture(t, t.TempDir())
	run := f.backUp(t)
	some := f.NewGetObjectSnapshotsOptions(f.object, f.tenant).SetProtectionGroupIds([]string{f.group}).
		SetSnapshotActions([]string{sdk.GetObjectSnapshotsOptions_SnapshotActions_Recoverfiles}).
		SetFromTimeUsecs(*run.LocalBackupInfo.StartTimeUsecs).SetToTimeUsecs(time.Now().UnixMicro())
	listed := must(t, f.GetObjectSnapshots, some).Snapshots
	if len(listed) != 1 || *listed[0].ObjectID != f.object || *listed[0].ProtectionGroupRunID != *run.ID ||
		*listed[0].IndexingStatus != sdk.ObjectSnapshot_IndexingStatus_Done || *listed[0].OnLegalHold ||
		*listed[0].SnapshotTargetType != sdk.ObjectSnapshot_SnapshotTargetType_Local {
		t.Errorf("listed: %s", shown(listed))
	}
}

func TestBadSearchesAreRefused(t *testing.T) {
	s := newService(t)
	strange := []string{"Strange"}
	now := time.Now()
	noFiles := s.NewSearchIndexedObjectsOptions(s.tenant, sdk.SearchIndexedObjectsOptions_ObjectType_Files)
	noFiles.FileParams = &sdk.SearchFileRequestParams{Types: strange}
	backwards := s.restorePoints(noID, noNumber, now, now.Add(-time.Hour))
	protected := s.NewSearchProtectedObjectsOptions(s.tenant).SetEnvironments(strange)
	refuseAll(t,
		bad(s.SearchIndexedObjects, s.NewSearchIndexedObjectsOptions(s.tenant, "Strange"), 400, "objectType"),
		bad(s.SearchIndexedObjects, noFiles, 400, "fileParams.types"),
		bad(s.SearchObjects, s.NewSearchObjectsOptions(s.tenant).SetEnvironments(strange), 400, "environments"),
		bad(s.SearchObjects, s.NewSearchObjectsOptions(s.tenant).SetExternalFilters(strange), 422, "externalFilters"),
		bad(s.SearchProtectedObjects, protected, 400, "environments"),
		bad(s.GetRestorePointsInTimeRange, backwards, 400, ""),
		bad(s.GetObjectSnapshots, s.NewGetObjectSnapshotsOptions(noNumber, s.tenant), 404, "987654321"),
	)
}
