"""The IBM story."""

from pathlib import Path

from ibm_cloud_backup_and_recovery_api_client import AuthenticatedClient, Client
from ibm_cloud_backup_and_recovery_api_client.api.objects import get_object_snapshots
from ibm_cloud_backup_and_recovery_api_client.api.policies import (
    create_protection_policy,
    delete_protection_policy,
    get_protection_policies,
    get_protection_policy_by_id,
    update_protection_policy,
)
from ibm_cloud_backup_and_recovery_api_client.api.protection_groups import (
    create_protection_group,
    delete_protection_group,
)
from ibm_cloud_backup_and_recovery_api_client.api.recoveries import create_recovery, get_recovery_by_id
from ibm_cloud_backup_and_recovery_api_client.api.runs import (
    create_protection_group_run,
    get_protection_group_runs,
)
from ibm_cloud_backup_and_recovery_api_client.api.snapshots import download_indexed_file
from ibm_cloud_backup_and_recovery_api_client.api.sources import (
    get_source_registrations,
    register_protection_source,
)
from ibm_cloud_backup_and_recovery_api_client.api.tokens import create_token
from ibm_cloud_backup_and_recovery_api_client.models import (
    ApiError,
    BackupPolicy,
    BackupRunSummary,
    BackupRunType,
    BackupSchedule,
    BackupScheduleUnit,
    DaySchedule,
    Environment,
    IamToken,
    IncrementalBackupPolicy,
    ObjectSnapshotList,
    PhysicalFileBackupPath,
    PhysicalFileProtectionGroupObject,
    PhysicalFileProtectionGroupParams,
    PhysicalFilesTarget,
    PhysicalProtectionGroupParams,
    PhysicalProtectionGroupParamsProtectionType,
    PhysicalSourceRegistrationParams,
    ProtectionGroup,
    ProtectionGroupRequest,
    ProtectionGroupRunList,
    ProtectionPolicy,
    ProtectionPolicyList,
    ProtectionPolicyRequest,
    RecoverPath,
    RecoverPhysicalFilesParams,
    RecoverPhysicalFilesParamsTargetEnvironment,
    RecoverPhysicalParams,
    RecoverPhysicalParamsRecoveryAction,
    RecoverSnapshotParams,
    RecoverTarget,
    Recovery,
    RecoveryRequest,
    RegisterSourceRequest,
    RegularBackupPolicy,
    Retention,
    RetentionUnit,
    RunStatus,
    SourceRegistration,
    SourceRegistrationList,
    StartRunRequest,
    StartRunResponse,
    TokenRequest,
    TokenRequestGrantType,
)
from ibm_cloud_backup_and_recovery_api_client.types import File, Unset

from .scene import T, answered, compare, done, is_recent, wait

NAME = "interop python"


def given(value: T | Unset) -> T:
    """A member that need not be there, and is."""
    assert not isinstance(value, Unset)
    return value


class Story:
    def __init__(self, url: str, api_key: str, tenant: str) -> None:
        request = TokenRequest(TokenRequestGrantType.URNIBMPARAMSOAUTHGRANT_TYPEAPIKEY, api_key)
        token = answered(IamToken, create_token.sync_detailed(client=Client(base_url=url), body=request))
        self.client = AuthenticatedClient(base_url=f"{url}/v2", token=token.access_token)
        self.tenant = tenant

    def tell(self, folder: Path, target: Path) -> None:
        policy = self.policy()
        source = self.source()
        group = self.group(policy, source, folder)
        self.run(group)
        snapshot = self.snapshot(group, source)
        self.download(snapshot, folder / "large.bin")
        self.restore(snapshot, source, folder, target)
        compare(folder, target)
        done(
            delete_protection_group.sync_detailed(
                group, client=self.client, x_ibm_tenant_id=self.tenant, delete_snapshots=True
            )
        )
        done(delete_protection_policy.sync_detailed(policy, client=self.client, x_ibm_tenant_id=self.tenant))
        self.error(policy)

    def policy(self) -> str:
        made = answered(
            ProtectionPolicy,
            create_protection_policy.sync_detailed(
                client=self.client, x_ibm_tenant_id=self.tenant, body=daily(keep=7)
            ),
            201,
        )
        assert made.name == NAME
        policy = given(made.id)

        listed = answered(
            ProtectionPolicyList,
            get_protection_policies.sync_detailed(
                client=self.client, x_ibm_tenant_id=self.tenant, policy_names=[NAME, "of no policy"]
            ),
        )
        assert [found.id for found in given(listed.policies)] == [policy]

        assert days_kept(self.policy_by_id(policy)) == 7
        answered(
            ProtectionPolicy,
            update_protection_policy.sync_detailed(
                policy, client=self.client, x_ibm_tenant_id=self.tenant, body=daily(keep=14)
            ),
        )
        assert days_kept(self.policy_by_id(policy)) == 14
        return policy

    def policy_by_id(self, policy: str) -> ProtectionPolicy:
        return answered(
            ProtectionPolicy,
            get_protection_policy_by_id.sync_detailed(
                policy, client=self.client, x_ibm_tenant_id=self.tenant
            ),
        )

    def source(self) -> int:
        request = RegisterSourceRequest(
            environment=Environment.KPHYSICAL,
            physical_params=PhysicalSourceRegistrationParams(endpoint="localhost"),
        )
        registered = register_protection_source.sync_detailed(
            client=self.client, x_ibm_tenant_id=self.tenant, body=request
        )
        if registered.status_code != 409:
            return given(answered(SourceRegistration, registered, 201).source_id)
        listed = answered(
            SourceRegistrationList,
            get_source_registrations.sync_detailed(client=self.client, x_ibm_tenant_id=self.tenant),
        )
        sources = [
            given(source.source_id)
            for source in given(listed.registrations)
            if given(source.physical_params).endpoint == "localhost"
        ]
        assert len(sources) == 1, sources
        return sources[0]

    def group(self, policy: str, source: int, folder: Path) -> str:
        path = PhysicalFileBackupPath(included_path=str(folder))
        objects = [PhysicalFileProtectionGroupObject(id=source, file_paths=[path])]
        request = ProtectionGroupRequest(
            name=NAME,
            policy_id=policy,
            environment=Environment.KPHYSICAL,
            physical_params=PhysicalProtectionGroupParams(
                protection_type=PhysicalProtectionGroupParamsProtectionType.KFILE,
                file_protection_type_params=PhysicalFileProtectionGroupParams(objects=objects),
            ),
        )
        made = answered(
            ProtectionGroup,
            create_protection_group.sync_detailed(
                client=self.client, x_ibm_tenant_id=self.tenant, body=request
            ),
            201,
        )
        assert given(made.policy_id) == policy
        return given(made.id)

    def run(self, group: str) -> None:
        request = StartRunRequest(BackupRunType.KREGULAR)
        started = answered(
            StartRunResponse,
            create_protection_group_run.sync_detailed(
                group, client=self.client, x_ibm_tenant_id=self.tenant, body=request
            ),
            202,
        )
        assert started.protection_group_id == group
        run = wait(lambda: self.ended_run(group))
        assert run.status == RunStatus.SUCCEEDED, run
        start, end = given(run.start_time_usecs), given(run.end_time_usecs)
        assert start <= end and is_recent(start / 1e6) and is_recent(end / 1e6), (start, end)

    def ended_run(self, group: str) -> BackupRunSummary | None:
        listed = answered(
            ProtectionGroupRunList,
            get_protection_group_runs.sync_detailed(group, client=self.client, x_ibm_tenant_id=self.tenant),
        )
        runs = given(listed.runs)
        assert len(runs) == 1, runs
        summary = runs[0].local_backup_info
        if isinstance(summary, Unset) or isinstance(summary.end_time_usecs, Unset):
            return None
        return summary

    def snapshot(self, group: str, source: int) -> str:
        listed = answered(
            ObjectSnapshotList,
            get_object_snapshots.sync_detailed(
                source, client=self.client, x_ibm_tenant_id=self.tenant, protection_group_ids=[group]
            ),
        )
        snapshots = given(listed.snapshots)
        assert len(snapshots) == 1, snapshots
        return given(snapshots[0].id)

    def download(self, snapshot: str, file: Path) -> None:
        answer = download_indexed_file.sync_detailed(
            snapshot, client=self.client, x_ibm_tenant_id=self.tenant, file_path=str(file)
        )
        assert answered(File, answer).payload.read() == file.read_bytes()

    def restore(self, snapshot: str, source: int, folder: Path, target: Path) -> None:
        files = RecoverPhysicalFilesParams(
            files_and_folders=[RecoverPath(str(folder))],
            target_environment=RecoverPhysicalFilesParamsTargetEnvironment.KPHYSICAL,
            physical_target_params=PhysicalFilesTarget(
                recover_target=RecoverTarget(source),
                restore_to_original_paths=False,
                alternate_restore_directory=str(target),
            ),
        )
        request = RecoveryRequest(
            name=NAME,
            snapshot_environment=Environment.KPHYSICAL,
            physical_params=RecoverPhysicalParams(
                objects=[RecoverSnapshotParams(snapshot)],
                recovery_action=RecoverPhysicalParamsRecoveryAction.RECOVERFILES,
                recover_file_and_folder_params=files,
            ),
        )
        made = answered(
            Recovery,
            create_recovery.sync_detailed(client=self.client, x_ibm_tenant_id=self.tenant, body=request),
            201,
        )
        recovery = wait(lambda: self.ended_recovery(given(made.id)))
        assert recovery.status == RunStatus.SUCCEEDED, recovery

    def ended_recovery(self, recovery: str) -> Recovery | None:
        found = answered(
            Recovery,
            get_recovery_by_id.sync_detailed(recovery, client=self.client, x_ibm_tenant_id=self.tenant),
        )
        return None if isinstance(found.end_time_usecs, Unset) else found

    def error(self, policy: str) -> None:
        answer = get_protection_policy_by_id.sync_detailed(
            policy, client=self.client, x_ibm_tenant_id=self.tenant
        )
        error = answered(ApiError, answer, 404)
        assert error.error_code == "NotFound", error
        assert given(error.message), error


def daily(keep: int) -> ProtectionPolicyRequest:
    schedule = BackupSchedule(BackupScheduleUnit.DAYS, day_schedule=DaySchedule(1))
    regular = RegularBackupPolicy(
        incremental=IncrementalBackupPolicy(schedule), retention=Retention(RetentionUnit.DAYS, keep)
    )
    return ProtectionPolicyRequest(NAME, BackupPolicy(regular))


def days_kept(policy: ProtectionPolicy) -> int:
    retention = given(policy.backup_policy.regular.retention)
    assert retention.unit == RetentionUnit.DAYS
    return retention.duration
