package interop

import (
	"testing"
	"time"
)

func TestObjectsAreFound(t *testing.T) {
	f := newFixture(t, t.TempDir())
	query := map[string]any{"objectIds": []int64{f.object}, "environments": []string{"kPhysical"}}
	found := must[objectsFound](t, f.service, "searchObjects", input{}.asking(query))
	if len(found.Objects) != 1 || found.Objects[0].ID != f.object || found.Objects[0].Environment != "kPhysical" {
		t.Errorf("found %+v", found)
	}
}

func TestProtectedObjectsAreFound(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.backUp(t)
	query := map[string]any{"objectIds": []int64{f.object}, "environments": []string{"kPhysical"}}
	found := must[protectedFound](t, f.service, "searchProtectedObjects", input{}.asking(query))
	if found.NumResults != 1 || len(found.Objects) != 1 || found.Objects[0].ID != f.object {
		t.Errorf("found %+v", found)
	}
}

func restorePointsRequest(group string, source int64, from, to time.Time) object {
	return object{
		"environment":        "kPhysical",
		"protectionGroupIds": []string{group},
		"sourceId":           source,
		"startTimeUsecs":     from.UnixMicro(),
		"endTimeUsecs":       to.UnixMicro(),
	}
}

func TestRestorePointsAreListed(t *testing.T) {
	f := newFixture(t, t.TempDir())
	f.backUp(t)
	now := time.Now()
	body := restorePointsRequest(f.group, f.object, now.Add(-time.Hour), now.Add(time.Hour))
	points := must[restorePoints](t, f.service, "getRestorePointsInTimeRange", input{body: body})
	if len(points.FullSnapshotInfo) != 1 ||
		points.FullSnapshotInfo[0].RestoreInfo.ProtectionGroupID != f.group {
		t.Errorf("points: %+v", points)
	}
}

func TestBadSearchesOfObjectsAreRefused(t *testing.T) {
	strange := input{}.asking(map[string]any{"environments": []string{"Strange"}})
	refuseAll(t, []refusal{
		{"searchObjects", strange, 400, "environments"},
		{"searchProtectedObjects", strange, 400, "environments"},
		{"getRestorePointsInTimeRange", input{body: object{"environment": "kPhysical"}}, 400, ""},
	})
}
