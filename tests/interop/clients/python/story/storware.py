"""The Storware story."""

from collections.abc import Iterable
from pathlib import Path

from storware_backup_recovery_api_client import Client
from storware_backup_recovery_api_client.api.backups import get_backup, list_backups
from storware_backup_recovery_api_client.api.protected_entities import list_protected_entities
from storware_backup_recovery_api_client.api.session import get_session_user, login, logout
from storware_backup_recovery_api_client.api.tasks import (
    create_export_tasks,
    create_restore_task,
    get_task,
    list_tasks,
)
from storware_backup_recovery_api_client.models import (
    BackupListRecord,
    BackupStatusName,
    BackupType,
    BackupTypeName,
    ErrorResponse,
    ExportTaskRequest,
    LoginRequest,
    NameAndGuid,
    ProtectedEntity,
    RestoreTaskRequest,
    SessionInfoResponse,
    TaskDetails,
    TaskListRecord,
    TaskStateName,
)
from storware_backup_recovery_api_client.types import Unset

from .scene import Answer, T, answered, compare, done, is_recent, wait

NAME = "interop python"


def given(value: T | Unset) -> T:
    """A member that need not be there, and is."""
    assert not isinstance(value, Unset)
    return value


def rows(kind: type[T], answer: Answer, status: int = 200) -> list[T]:
    """What was answered, if it is a list of these."""
    found: list[T] = []
    for row in answered(list, answer, status):
        assert isinstance(row, kind), row
        found.append(row)
    return found


def only(found: Iterable[T]) -> T:
    (one,) = found
    return one


class Story:
    def __init__(self, url: str, user: str, password: str) -> None:
        # httpx keeps the cookie that the answer to the login sets.
        self.client = Client(base_url=f"{url}/api")
        request = LoginRequest(login=user, password=password)
        answered(SessionInfoResponse, login.sync_detailed(client=self.client, body=request))
        session = answered(SessionInfoResponse, get_session_user.sync_detailed(client=self.client))
        assert given(session.requester).name == user, session

    def tell(self, folder: Path, target: Path) -> None:
        entity = self.entity(folder)
        listed = rows(ProtectedEntity, list_protected_entities.sync_detailed(client=self.client))
        assert entity in [found.guid for found in listed]
        self.export(entity)
        backup = self.backup(entity)
        self.restore(backup, target)
        compare(folder, target)
        self.error()
        self.leave(entity)

    def entity(self, folder: Path) -> str:
        """Outside the document: what is to be backed up."""
        http = self.client.get_httpx_client()
        answer = http.post("/entities", json={"name": NAME, "paths": [str(folder)]})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["guid"])

    def export(self, entity: str) -> None:
        request = ExportTaskRequest(
            backup_type=BackupType(BackupTypeName.BACKUP_TYPE_FULL),
            protected_entities=[NameAndGuid(entity)],
        )
        queued = create_export_tasks.sync_detailed(client=self.client, body=request)
        export = only(rows(TaskDetails, queued, 201)).guid
        self.finished(export)
        following = list_tasks.sync_detailed(client=self.client, parent_task=export)
        self.finished(only(rows(TaskListRecord, following)).guid)

    def finished(self, task: str) -> None:
        ended = wait(lambda: self.ended(task))
        assert ended.state.name == TaskStateName.TASK_STATE_FINISHED, ended

    def ended(self, task: str) -> TaskDetails | None:
        found = answered(TaskDetails, get_task.sync_detailed(task, client=self.client))
        going_on = (TaskStateName.TASK_STATE_QUEUED, TaskStateName.TASK_STATE_RUNNING)
        return None if found.state.name in going_on else found

    def backup(self, entity: str) -> str:
        listed = list_backups.sync_detailed(client=self.client, protected_entity=entity)
        backup = only(rows(BackupListRecord, listed))
        assert backup.status.name == BackupStatusName.BACKUP_STATUS_SUCCESS, backup
        assert is_recent(given(backup.snapshot_time) / 1e3), backup
        return backup.guid

    def restore(self, backup: str, target: Path) -> None:
        request = RestoreTaskRequest(backup=NameAndGuid(backup), restore_path=str(target))
        queued = create_restore_task.sync_detailed(client=self.client, body=request)
        self.finished(answered(TaskDetails, queued, 201).guid)

    def error(self) -> None:
        answer = get_backup.sync_detailed("00000000-0000-0000-0000-000000000000", client=self.client)
        assert given(answered(ErrorResponse, answer, 404).message)

    def leave(self, entity: str) -> None:
        answer = self.client.get_httpx_client().delete(f"/entities/{entity}")
        assert answer.status_code == 204, answer.text
        done(logout.sync_detailed(client=self.client))
        answered(ErrorResponse, get_session_user.sync_detailed(client=self.client), 401)
