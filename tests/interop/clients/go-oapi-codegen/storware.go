package main

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"time"

	"example/interop/scene"
	"example/interop/storware"
)

// tellStorware tells the story of the Storware API, and says how many operations it has called.
func tellStorware(s scene.Scene) int {
	ctx := context.Background()
	session := &http.Client{Jar: scene.Must(cookiejar.New(nil))}
	client := scene.Must(storware.NewClientWithResponses(s.URL+"/api", storware.WithHTTPClient(session)))

	in := scene.Must(client.LoginWithResponse(ctx, storware.LoginRequest{Login: s.Login, Password: s.Password}))
	body(in, in.JSON200)
	user := scene.Must(client.GetSessionUserWithResponse(ctx))
	who := value(value(body(user, user.JSON200).Requester).Name)
	scene.Check(who == s.Login, "logged in as %s", who)

	var entity struct{ GUID string }
	request := scene.Must(json.Marshal(map[string]any{"name": name, "paths": []string{s.Folder}}))
	answer := s.Plain(session, "POST", "/api/entities", string(request), http.StatusCreated)
	scene.Check(json.Unmarshal(answer, &entity) == nil && entity.GUID != "", "an entity without a guid: %s", answer)

	entities := scene.Must(client.ListProtectedEntitiesWithResponse(ctx, &storware.ListProtectedEntitiesParams{}))
	found := 0
	for _, listed := range body(entities, entities.JSON200) {
		if listed.Guid == entity.GUID {
			found++
		}
	}
	scene.Check(found == 1, "the entity is listed %d times", found)

	export := scene.Must(client.CreateExportTasksWithResponse(ctx, storware.ExportTaskRequest{
		BackupType:        &storware.BackupType{Name: storware.BACKUPTYPEFULL},
		ProtectedEntities: &[]storware.NameAndGuid{{Guid: entity.GUID}},
	}))
	task := scene.Only("export tasks", body(export, export.JSON201)).Guid
	follow(ctx, client, task)
	following := scene.Must(client.ListTasksWithResponse(ctx, &storware.ListTasksParams{ParentTask: &task}))
	follow(ctx, client, scene.Only("following tasks", body(following, following.JSON200)).Guid)

	list := scene.Must(client.ListBackupsWithResponse(ctx, &storware.ListBackupsParams{ProtectedEntity: &entity.GUID}))
	backup := scene.Only("backups", body(list, list.JSON200))
	scene.Check(backup.Status.Name == storware.BACKUPSTATUSSUCCESS, "the backup: %s", backup.Status.Name)
	scene.CheckRecent("the backup", time.UnixMilli(value(backup.SnapshotTime)))

	folder := filepath.Join(s.Target, "storware")
	restore := scene.Must(client.CreateRestoreTaskWithResponse(ctx, storware.RestoreTaskRequest{
		Backup:      &storware.NameAndGuid{Guid: backup.Guid},
		RestorePath: &folder,
	}))
	follow(ctx, client, body(restore, restore.JSON201).Guid)
	s.CheckRestored("storware")

	refused := scene.Must(client.GetBackupWithResponse(ctx, "00000000-0000-0000-0000-000000000000"))
	told := body(refused, refused.JSONDefault)
	scene.Check(refused.StatusCode() == http.StatusNotFound, "got a backup that is not there: %s", refused.Status())
	scene.Check(value(told.Message) != "", "refused without a message")

	s.Plain(session, "DELETE", "/api/entities/"+entity.GUID, "", http.StatusNoContent)
	out := scene.Must(client.LogoutWithResponse(ctx))
	scene.Check(out.StatusCode() == http.StatusNoContent, "logging out: %s", out.Body)
	user = scene.Must(client.GetSessionUserWithResponse(ctx))
	scene.Check(user.StatusCode() == http.StatusUnauthorized, "logged out, and still: %s", user.Status())
	return 10
}

// follow waits until a task has ended well.
func follow(ctx context.Context, client *storware.ClientWithResponses, guid string) {
	task := scene.Await("the task", func() (storware.TaskDetails, bool) {
		got := scene.Must(client.GetTaskWithResponse(ctx, guid, &storware.GetTaskParams{}))
		task := body(got, got.JSON200)
		state := task.State.Name
		return task, state != storware.TASKSTATEQUEUED && state != storware.TASKSTATERUNNING
	})
	scene.Check(task.State.Name == storware.TASKSTATEFINISHED, "%s: %s", task.State.Name, value(task.StatusInfo))
}
