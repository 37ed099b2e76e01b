package com.example.story;

import static com.example.story.Scene.NAME;
import static com.example.story.Scene.await;
import static com.example.story.Scene.check;
import static com.example.story.Scene.checkRecent;
import static com.example.story.Scene.only;

import com.example.storware.ApiClient;
import com.example.storware.ApiException;
import com.example.storware.api.BackupsApi;
import com.example.storware.api.ProtectedEntitiesApi;
import com.example.storware.api.SessionApi;
import com.example.storware.api.TasksApi;
import com.example.storware.model.BackupExtendedDetails;
import com.example.storware.model.BackupListRecord;
import com.example.storware.model.BackupStatusName;
import com.example.storware.model.BackupType;
import com.example.storware.model.BackupTypeName;
import com.example.storware.model.ErrorResponse;
import com.example.storware.model.ExportTaskRequest;
import com.example.storware.model.LoginRequest;
import com.example.storware.model.NameAndGuid;
import com.example.storware.model.RestoreTaskRequest;
import com.example.storware.model.SessionInfoResponse;
import com.example.storware.model.TaskDetails;
import com.example.storware.model.TaskStateName;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The story of the Storware API. */
final class StorwareStory {
    private static final String NO_BACKUP = "00000000-0000-0000-0000-000000000000";

    private final Scene scene;
    private final HttpClient.Builder http = HttpClient.newBuilder().cookieHandler(new CookieManager());
    private final ApiClient client = new ApiClient();
    private final TasksApi tasks;

    StorwareStory(Scene scene) {
        this.scene = scene;
        client.setHttpClientBuilder(http);
        client.updateBaseUri(scene.url() + "/api");
        tasks = new TasksApi(client);
    }

    /** Tells it, and says how many operations it has called. */
    int tell() throws Exception {
        SessionApi session = new SessionApi(client);
        session.login(new LoginRequest().login(scene.login()).password(scene.password()));
        SessionInfoResponse user = session.getSessionUser();
        check(scene.login().equals(user.getRequester().getName()), user);

        Map<String, Object> request = Map.of("name", NAME, "paths", List.of(scene.folder().toString()));
        String made = plain("POST", "/api/entities", client.getObjectMapper().writeValueAsString(request), 201);
        String entity = client.getObjectMapper().readTree(made).get("guid").asText();
        long listed = new ProtectedEntitiesApi(client).listProtectedEntities(null, null).stream()
                .filter(one -> entity.equals(one.getGuid()))
                .count();
        check(listed == 1, "the entity is listed so often: " + listed);

        ExportTaskRequest export = new ExportTaskRequest()
                .backupType(new BackupType().name(BackupTypeName.BACKUP_TYPE_FULL))
                .protectedEntities(List.of(new NameAndGuid().guid(entity)));
        String task = only("export tasks", tasks.createExportTasks(export)).getGuid();
        follow(task);
        follow(only("following tasks", tasks.listTasks(
                null, null, null, null, null, null, null, null, null, null, null, task, null, null, null, null, null,
                null, null, null, null, null)).getGuid());

        BackupsApi backups = new BackupsApi(client);
        BackupListRecord backup = only("backups", backups.listBackups(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, entity, null, null, null, null, null, null, null, null));
        check(backup.getStatus().getName() == BackupStatusName.BACKUP_STATUS_SUCCESS, backup);
        checkRecent("the backup", Instant.ofEpochMilli(backup.getSnapshotTime()));

        follow(tasks.createRestoreTask(new RestoreTaskRequest()
                .backup(new NameAndGuid().guid(backup.getGuid()))
                .restorePath(scene.target().resolve("storware").toString())).getGuid());
        scene.checkRestored("storware");

        try {
            BackupExtendedDetails still = backups.getBackup(NO_BACKUP);
            check(false, "got a backup that is not there: " + still);
        } catch (ApiException refused) {
            check(refused.getCode() == 404, refused);
            ErrorResponse told = client.getObjectMapper().readValue(refused.getResponseBody(), ErrorResponse.class);
            check(told.getMessage() != null && !told.getMessage().isEmpty(), told);
        }

        plain("DELETE", "/api/entities/" + entity, "", 204);
        session.logout();
        try {
            check(false, "logged out, and still " + session.getSessionUser());
        } catch (ApiException refused) {
            check(refused.getCode() == 401, refused);
        }
        return 10;
    }

    /** Waits until a task has ended well. */
    private void follow(String guid) throws Exception {
        TaskDetails task = await("the task", () -> tasks.getTask(guid, null), found -> {
            TaskStateName state = found.getState().getName();
            return state != TaskStateName.TASK_STATE_QUEUED && state != TaskStateName.TASK_STATE_RUNNING;
        });
        check(task.getState().getName() == TaskStateName.TASK_STATE_FINISHED, task);
    }

    /** Sends JSON to a path that the document does not have, and gives the body of the answer. */
    private String plain(String method, String path, String body, int status) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(scene.url() + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.build().send(request, HttpResponse.BodyHandlers.ofString());
        check(answer.statusCode() == status, method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        return answer.body();
    }
}
