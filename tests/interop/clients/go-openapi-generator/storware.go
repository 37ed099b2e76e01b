package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"time"

	storware "github.com/example/storware"

	"example/interop/scene"
)

// tellStorware tells the story of the Storware API, and says how many operations it has called.
func tellStorware(s scene.Scene) int {
	configuration := storware.NewConfiguration()
	configuration.Servers = storware.ServerConfigurations{{URL: s.URL + "/api"}}
	configuration.HTTPClient = &http.Client{Jar: scene.Must(cookiejar.New(nil))}
	client := storware.NewAPIClient(configuration)
	ctx := context.Background()

	got(client.SessionAPI.Login(ctx).LoginRequest(*storware.NewLoginRequest(s.Login, s.Password)).Execute())
	user := got(client.SessionAPI.GetSessionUser(ctx).Execute()).GetRequester()
	scene.Check(user.GetName() == s.Login, "logged in as %s", user.GetName())

	var entity struct{ GUID string }
	body := scene.Must(json.Marshal(map[string]any{"name": name, "paths": []string{s.Folder}}))
	answer := s.Plain(configuration.HTTPClient, "POST", "/api/entities", string(body), http.StatusCreated)
	scene.Check(json.Unmarshal(answer, &entity) == nil && entity.GUID != "", "an entity without a guid: %s", answer)

	found := 0
	for _, listed := range got(client.ProtectedEntitiesAPI.ListProtectedEntities(ctx).Execute()) {
		if listed.Guid == entity.GUID {
			found++
		}
	}
	scene.Check(found == 1, "the entity is listed %d times", found)

	export := storware.NewExportTaskRequest()
	export.SetBackupType(*storware.NewBackupType(storware.BACKUP_TYPE_FULL))
	export.SetProtectedEntities([]storware.NameAndGuid{*storware.NewNameAndGuid(entity.GUID)})
	task := scene.Only("export tasks", got(client.TasksAPI.CreateExportTasks(ctx).ExportTaskRequest(*export).Execute()))
	follow(ctx, client, task.Guid)
	next := scene.Only("following tasks", got(client.TasksAPI.ListTasks(ctx).ParentTask(task.Guid).Execute()))
	follow(ctx, client, next.Guid)

	backup := scene.Only("backups", got(client.BackupsAPI.ListBackups(ctx).ProtectedEntity(entity.GUID).Execute()))
	scene.Check(backup.Status.Name == storware.BACKUP_STATUS_SUCCESS, "the backup: %s", backup.Status.Name)
	scene.CheckRecent("the backup", time.UnixMilli(backup.GetSnapshotTime()))

	restore := storware.NewRestoreTaskRequest()
	restore.SetBackup(*storware.NewNameAndGuid(backup.Guid))
	restore.SetRestorePath(filepath.Join(s.Target, "storware"))
	follow(ctx, client, got(client.TasksAPI.CreateRestoreTask(ctx).RestoreTaskRequest(*restore).Execute()).Guid)
	s.CheckRestored("storware")

	_, response, err := client.BackupsAPI.GetBackup(ctx, "00000000-0000-0000-0000-000000000000").Execute()
	var failure *storware.GenericOpenAPIError
	scene.Check(errors.As(err, &failure), "got a backup that is not there: %v", err)
	told, is := failure.Model().(storware.ErrorResponse)
	scene.Check(is && response.StatusCode == http.StatusNotFound, "%s: %s", response.Status, failure.Body())
	scene.Check(told.GetMessage() != "", "refused without a message")

	s.Plain(configuration.HTTPClient, "DELETE", "/api/entities/"+entity.GUID, "", http.StatusNoContent)
	_, err = client.SessionAPI.Logout(ctx).Execute()
	scene.Check(err == nil, "logging out: %v", err)
	_, response, err = client.SessionAPI.GetSessionUser(ctx).Execute()
	scene.Check(err != nil && response.StatusCode == http.StatusUnauthorized, "logged out, and still: %v", response)
	return 10
}

// follow waits until a task has ended well.
func follow(ctx context.Context, client *storware.APIClient, guid string) {
	task := scene.Await("the task", func() (*storware.TaskDetails, bool) {
		task := got(client.TasksAPI.GetTask(ctx, guid).Execute())
		state := task.State.Name
		return task, state != storware.TASK_STATE_QUEUED && state != storware.TASK_STATE_RUNNING
	})
	scene.Check(task.State.Name == storware.TASK_STATE_FINISHED, "%s: %s", task.State.Name, task.GetStatusInfo())
}
