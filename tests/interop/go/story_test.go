package interop

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
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

// filesBelow reads every file below a folder, by relative name.
func filesBelow(t *testing.T, root string) map[string][]byte {
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
	done := f.backUp(t)
	if done.LocalBackupInfo.LocalSnapStats == nil || done.LocalBackupInfo.LocalSnapStats.BytesRead < 3_000_000 {
		t.Errorf("the run has read %+v", done.LocalBackupInfo.LocalSnapStats)
	}
	snapshots := f.snapshots(t)
	if len(snapshots) != 1 || snapshots[0].ObjectID != f.object || snapshots[0].ProtectionGroupID != f.group {
		t.Fatalf("snapshots: %+v", snapshots)
	}
	id := snapshots[0].ID

	search := object{
		"objectType":         "Files",
		"protectionGroupIds": []string{f.group},
		"fileParams":         object{"searchString": "large*", "objectIds": []int64{f.object}},
	}
	page := must[indexedPage](t, f.service, "searchIndexedObjects", input{body: search})
	if page.Count != 1 || len(page.Files) != 1 {
		t.Fatalf("found %+v", page)
	}
	file := page.Files[0]
	if file.Name != "large.bin" || file.Path != root || file.Type != "File" || file.ProtectionGroupID != f.group {
		t.Errorf("found %+v", file)
	}
	t.Run("a file in chunks", func(t *testing.T) { inChunks(t, f, id, root, contents) })
	t.Run("an archive", func(t *testing.T) { asArchive(t, f, id, root, contents) })
	t.Run("another folder", func(t *testing.T) { toAnotherFolder(t, f, id, root, contents) })
}

func inChunks(t *testing.T, f *fixture, snapshot, root string, contents map[string][]byte) {
	const chunk = 1 << 20
	for name, want := range contents {
		var got []byte
		for {
			in := input{path: map[string]string{"snapshotsId": snapshot}}.asking(map[string]any{
				"filePath": filepath.Join(root, name), "startOffset": len(got), "length": chunk,
			})
			part := bytesOf(t, f.service, "downloadIndexedFile", in)
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

func asArchive(t *testing.T, f *fixture, snapshot, root string, contents map[string][]byte) {
	in := input{body: downloadRequest(t.Name(), snapshot, root)}
	accepted := must[recovery](t, f.service, "createDownloadFilesAndFoldersRecovery", in)
	f.recoveryEnded(t, accepted.ID)
	packed := bytesOf(t, f.service, "downloadFilesFromRecovery", withID(accepted.ID))
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]byte{}
	for _, entry := range archive.File {
		if entry.FileInfo().IsDir() {
			continue
		}
		reader, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(entry.Name, strings.TrimPrefix(root, "/")+"/")
		if got[name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
		if err := reader.Close(); err != nil {
			t.Fatal(err)
		}
	}
	same(t, got, contents)

	part := bytesOf(t, f.service, "downloadFilesFromRecovery",
		withID(accepted.ID).asking(map[string]any{"startOffset": 100, "length": 1000}))
	if !bytes.Equal(part, packed[100:1100]) {
		t.Error("a part of the archive is not that part")
	}
	_, problem := call[recovery](t, f.service, "createDownloadFilesAndFoldersRecovery", in)
	refused(t, problem, 409, "")
}

func toAnotherFolder(t *testing.T, f *fixture, snapshot, root string, contents map[string][]byte) {
	target := t.TempDir()
	body := restoreRequest(t.Name(), snapshot, f.object, root, target)
	accepted := must[recovery](t, f.service, "createRecovery", input{body: body})
	f.recoveryEnded(t, accepted.ID)
	same(t, filesBelow(t, filepath.Join(target, filepath.Base(root))), contents)
	same(t, filesBelow(t, root), contents)

	query := map[string]any{"ids": []string{accepted.ID}, "status": []string{"Succeeded", "Failed"}}
	listed := must[recoveryList](t, f.service, "getRecoveries", input{}.asking(query)).Recoveries
	if len(listed) != 1 || listed[0].ID != accepted.ID || listed[0].Name != t.Name() {
		t.Errorf("listed: %+v", listed)
	}
}
