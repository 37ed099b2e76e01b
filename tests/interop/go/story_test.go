package interop

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

// tree writes files below a fresh folder and returns it with their contents by relative name.
func tree(t *testing.T) (string, map[string][]byte) {
	t.Helper()
	large := make([]byte, 3_000_000)
	for at := range large {
		large[at] = byte(at % 251)
	}
	contents := map[string][]byte{
		"plain.txt":              []byte("a line of text\n"),
		"with space, and, comma": []byte("names are no lists"),
		"grüße-🔒.txt":            []byte("not only ASCII"),
		"deep/er/leaf":           []byte("far down"),
		"empty":                  {},
		"large.bin":              large,
	}
	root := t.TempDir()
	for name, content := range contents {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root, contents
}

// contentsBelow reads every file below a folder, by relative name.
func contentsBelow(t *testing.T, root string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		found[name], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func same(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	for name, content := range want {
		if other, ok := got[name]; !ok || !bytes.Equal(other, content) {
			t.Errorf("%q is not as it was (there: %t, %d bytes of %d)", name, ok, len(other), len(content))
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d files, not %d", len(got), len(want))
	}
}

// TestStory is the whole of it: protect, find, read, download, restore, compare.
func TestStory(t *testing.T) {
	root, contents := tree(t)
	f := newFixture(t, root)
	run := f.backUp(t)
	if stats := run.LocalBackupInfo.LocalSnapshotStats; stats == nil || *stats.BytesRead < 3_000_000 {
		t.Errorf("the run has read %s", shown(stats))
	}
	snapshots := f.snapshots(t)
	if len(snapshots) != 1 || *snapshots[0].ObjectID != f.object || *snapshots[0].ProtectionGroupID != f.group {
		t.Fatalf("snapshots: %s", shown(snapshots))
	}
	id := *snapshots[0].ID

	search := f.NewSearchIndexedObjectsOptions(f.tenant, sdk.SearchIndexedObjectsOptions_ObjectType_Files)
	search.ProtectionGroupIds = []string{f.group}
	search.FileParams = &sdk.SearchFileRequestParams{
		SearchString: core.StringPtr("large*"),
		ObjectIds:    []int64{f.object},
		Types:        []string{sdk.SearchFileRequestParams_Types_File},
	}
	page := must(t, f.SearchIndexedObjects, search)
	if *page.Count != 1 || len(page.Files) != 1 {
		t.Fatalf("found %s", shown(page))
	}
	file := page.Files[0]
	if *file.Name != "large.bin" || *file.Path != root || *file.Type != sdk.File_Type_File ||
		*file.ProtectionGroupID != f.group || *file.SourceInfo.ID != f.object {
		t.Errorf("found %s", shown(file))
	}
	t.Run("pages", func(t *testing.T) { inPages(t, f, contents) })
	t.Run("a file in chunks", func(t *testing.T) { inChunks(t, f, id, root, contents) })
	t.Run("an archive", func(t *testing.T) { asArchive(t, f, id, root, contents) })
	t.Run("another folder", func(t *testing.T) { toAnotherFolder(t, f, id, root, contents) })
}

func inPages(t *testing.T, f *fixture, contents map[string][]byte) {
	search := f.NewSearchIndexedObjectsOptions(f.tenant, sdk.SearchIndexedObjectsOptions_ObjectType_Files)
	search.ProtectionGroupIds = []string{f.group}
	search.FileParams = &sdk.SearchFileRequestParams{Types: []string{sdk.SearchFileRequestParams_Types_File}}
	search.Count = core.Int64Ptr(4)
	var names []string
	for {
		page := must(t, f.SearchIndexedObjects, search)
		for _, file := range page.Files {
			names = append(names, *file.Name)
		}
		if page.PaginationCookie == nil || *page.PaginationCookie == "" {
			break
		}
		search.PaginationCookie = page.PaginationCookie
	}
	var want []string
	for name := range contents {
		want = append(want, filepath.Base(name))
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("found %q, not %q", names, want)
	}
}

func inChunks(t *testing.T, f *fixture, snapshot, root string, contents map[string][]byte) {
	const chunk = 1 << 20
	for name, want := range contents {
		var got []byte
		for {
			options := f.NewDownloadIndexedFileOptions(snapshot, f.tenant).SetFilePath(filepath.Join(root, name)).
				SetStartOffset(int64(len(got))).SetLength(chunk)
			part := download(t, f.DownloadIndexedFile, options)
			if len(part) > chunk {
				t.Fatalf("%q: %d bytes in a chunk", name, len(part))
			}
			got = append(got, part...)
			if len(part) < chunk {
				break
			}
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%q: %d bytes, which are not those of the file", name, len(got))
		}
	}
}

func (s *service) archiveOptions(name, snapshot, folder string) *sdk.CreateDownloadFilesAndFoldersRecoveryOptions {
	of := &sdk.CommonRecoverObjectSnapshotParams{SnapshotID: &snapshot}
	items := []sdk.FilesAndFoldersObject{{AbsolutePath: &folder, IsDirectory: core.BoolPtr(true)}}
	return s.NewCreateDownloadFilesAndFoldersRecoveryOptions(s.tenant, name, of, items)
}

func asArchive(t *testing.T, f *fixture, snapshot, root string, contents map[string][]byte) {
	options := f.archiveOptions(t.Name(), snapshot, root)
	accepted := must(t, f.CreateDownloadFilesAndFoldersRecovery, options)
	if *accepted.RecoveryAction != sdk.Recovery_RecoveryAction_Downloadfilesandfolders {
		t.Errorf("accepted: %s", shown(accepted))
	}
	f.recovered(t, *accepted.ID)
	packed := download(t, f.DownloadFilesFromRecovery, f.NewDownloadFilesFromRecoveryOptions(*accepted.ID, f.tenant))
	same(t, unpacked(t, packed, root), contents)

	part := f.NewDownloadFilesFromRecoveryOptions(*accepted.ID, f.tenant).SetStartOffset(100).SetLength(1000)
	if !bytes.Equal(download(t, f.DownloadFilesFromRecovery, part), packed[100:1100]) {
		t.Error("a part of the archive is not that part")
	}
	_, problem := call(t, f.CreateDownloadFilesAndFoldersRecovery, options)
	refused(t, problem, 409, t.Name())
}

// unpacked are the files of an archive, by name relative to the folder that was packed.
func unpacked(t *testing.T, packed []byte, root string) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		reader, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(entry.Name, strings.TrimPrefix(root, "/")+"/")
		files[name], err = io.ReadAll(reader)
		if err = errors.Join(err, reader.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func (s *service) restoreOptions(name, snapshot string, target int64, item, folder string) *sdk.CreateRecoveryOptions {
	options := s.NewCreateRecoveryOptions(s.tenant, name, sdk.CreateRecoveryOptions_SnapshotEnvironment_Kphysical)
	environment := sdk.RecoverPhysicalParamsRecoverFileAndFolderParams_TargetEnvironment_Kphysical
	options.PhysicalParams = &sdk.RecoverPhysicalParams{
		Objects:        []sdk.CommonRecoverObjectSnapshotParams{{SnapshotID: &snapshot}},
		RecoveryAction: core.StringPtr(sdk.RecoverPhysicalParams_RecoveryAction_Recoverfiles),
		RecoverFileAndFolderParams: &sdk.RecoverPhysicalParamsRecoverFileAndFolderParams{
			FilesAndFolders:   []sdk.CommonRecoverFileAndFolderInfo{{AbsolutePath: &item}},
			TargetEnvironment: &environment,
			PhysicalTargetParams: &sdk.RecoverPhysicalFileAndFolderParamsPhysicalTargetParams{
				RecoverTarget:             &sdk.PhysicalTargetParamsForRecoverFileAndFolderRecoverTarget{ID: &target},
				AlternateRestoreDirectory: &folder,
				OverwriteExisting:         core.BoolPtr(true),
				ContinueOnError:           core.BoolPtr(true),
			},
		},
	}
	return options
}

func toAnotherFolder(t *testing.T, f *fixture, snapshot, root string, contents map[string][]byte) {
	target := t.TempDir()
	options := f.restoreOptions(t.Name(), snapshot, f.object, root, target)
	accepted := must(t, f.CreateRecovery, options)
	keeps(t, "accepted", accepted, options)
	ended := f.recovered(t, *accepted.ID)
	keeps(t, "ended", ended, options)
	if objects := ended.PhysicalParams.Objects; len(objects) != 1 || *objects[0].ObjectInfo.ID != f.object {
		t.Errorf("restored: %s", shown(objects))
	}
	same(t, contentsBelow(t, filepath.Join(target, filepath.Base(root))), contents)
	same(t, contentsBelow(t, root), contents)

	some := f.NewGetRecoveriesOptions(f.tenant).SetIds([]string{*accepted.ID}).
		SetStatus([]string{sdk.GetRecoveriesOptions_Status_Succeeded, sdk.GetRecoveriesOptions_Status_Failed}).
		SetRecoveryActions([]string{sdk.GetRecoveriesOptions_RecoveryActions_Recoverfiles}).
		SetSnapshotEnvironments([]string{sdk.GetRecoveriesOptions_SnapshotEnvironments_Kphysical})
	listed := must(t, f.GetRecoveries, some).Recoveries
	if len(listed) != 1 || shown(listed[0]) != shown(ended) {
		t.Errorf("listed: %s, not %s", shown(listed), shown(ended))
	}
}

func TestBadCallsOfRecoveriesAreRefused(t *testing.T) {
	s := newService(t)
	strange := s.NewGetRecoveriesOptions(s.tenant).SetStatus([]string{"Strange"})
	volumes := s.restoreOptions("x", "none", noNumber, "/x", "/y")
	volumes.PhysicalParams.RecoveryAction = core.StringPtr(sdk.RecoverPhysicalParams_RecoveryAction_Recoverphysicalvolumes)
	file := s.NewDownloadIndexedFileOptions("none", s.tenant).SetFilePath("/x")
	refuseAll(t,
		bad(s.GetRecoveries, strange, 400, "status"),
		bad(s.CreateRecovery, s.restoreOptions("x", "none", noNumber, "/x", "/y"), 404, "none"),
		bad(s.CreateRecovery, volumes, 422, "recoveryAction"),
		bad(s.GetRecoveryByID, s.NewGetRecoveryByIdOptions(noID, s.tenant), 404, noID),
		bad(s.CreateDownloadFilesAndFoldersRecovery, s.archiveOptions("x", "none", "/x"), 404, "none"),
		badOrder(s.DownloadFilesFromRecovery, s.NewDownloadFilesFromRecoveryOptions(noID, s.tenant), 404, noID),
		badOrder(s.DownloadIndexedFile, file, 404, "none"),
	)
}
