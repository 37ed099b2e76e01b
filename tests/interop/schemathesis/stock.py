"""What there is to work with.

Before the first request a folder is backed up and restored, so that there is one of everything. From then on every id
that an answer holds is remembered by what it names.
"""

import collections
import random
import time

from server import FILES, RESTORED, TENANT, TENANT_HEADER, send, session, token

RETENTION = {"regular": {"retention": {"unit": "Days", "duration": 3}}}
# Names of the machine that the server runs on: each is registered but once.
ENDPOINTS = ["localhost", *(f"127.0.0.{last}" for last in range(1, 250))]
# How long the first backup may take, in seconds.
PATIENCE = 60

# Where answers name what is there: by operation, what it names and where in the answer, `*` for each of a list.
NAMED = {
    "createProtectionPolicy": [("policy", "id")],
    "getProtectionPolicies": [("policy", "policies/*/id")],
    "createProtectionGroup": [("group", "id")],
    "getProtectionGroups": [("group", "protectionGroups/*/id")],
    "getProtectionGroupRuns": [("run", "runs/*/id")],
    "registerProtectionSource": [("registration", "id"), ("source", "sourceId"), ("object", "sourceInfo/id")],
    "getSourceRegistrations": [("registration", "registrations/*/id"), ("source", "registrations/*/sourceId")],
    "getObjectSnapshots": [("snapshot", "snapshots/*/id")],
    "createRecovery": [("recovery", "id")],
    "createDownloadFilesAndFoldersRecovery": [("recovery", "id"), ("download", "id")],
    "getRecoveries": [("recovery", "recoveries/*/id")],
    "createDataSourceConnection": [("connection", "connectionId")],
    "getDataSourceConnections": [("connection", "connections/*/connectionId")],
    "getDataSourceConnectors": [("connector", "connectors/*/connectorId")],
    "createUpgradeTask": [("upgrade", "id")],
    "listProtectedEntities": [("entity", "*/guid")],
    "listHypervisorManagers": [("manager", "*/guid")],
    "listTasks": [("task", "*/guid")],
    "listBackups": [("backup", "*/guid")],
    "registerNode": [("node", "guid")],
    **{
        operation: [("task", "*/guid")]
        for operation in (
            "createExportTasks",
            "createInventorySyncTasks",
            "createInventorySyncTasksFromWizard",
            "createConnectivityTestTasks",
            "createBackupCleanupTasks",
            "createDeleteTasks",
        )
    },
    "createRestoreTask": [("task", "guid")],
}

# What a parameter of a path names, by the path up to it.
IN_PATHS = {
    "/data-protect/policies/{id}": "policy",
    "/data-protect/protection-groups/{id}": "group",
    "/data-protect/protection-groups/{id}/runs/{runId}": "run",
    "/data-protect/runs/{runId}": "run",
    "/data-protect/sources/registrations/{id}": "registration",
    "/data-protect/sources/{id}": "source",
    "/data-protect/objects/{id}": "object",
    "/data-protect/recoveries/{id}": "recovery",
    "/data-protect/recoveries/{id}/download-files": "download",
    "/data-protect/snapshots/{snapshotsId}": "snapshot",
    "/data-source-connections/{connectionId}": "connection",
    "/data-source-connectors/{connectorId}": "connector",
    "/tasks/{guid}": "task",
    "/backups/{guid}": "backup",
    "/backups/for-restore/{guid}": "backup",
    "/backups/timeline/size-stats/{type}/{guid}": "entity",
    "/backups/timeline/time-stats/{type}/{guid}": "entity",
}

# What members of bodies and parameters of queries name, wherever they are.
BY_NAME = {
    "policyId": "policy",
    "policyIds": "policy",
    "protectionGroupId": "group",
    "protectionGroupIds": "group",
    "runId": "run",
    "snapshotId": "snapshot",
    "sourceId": "source",
    "sourceIds": "source",
    "objectIds": "object",
    "connectionId": "connection",
    "connectionIds": "connection",
    "dataSourceConnectionId": "connection",
    "connectorIds": "connector",
    "agentIDs": "registration",
    "absolutePath": "file",
    "includedPath": "folder",
    "filePath": "file",
    "protected-entity": "entity",
    "backup": "backup",
    "node": "node",
    "hypervisor-manager": "manager",
    "parent-task": "task",
    "protectedEntity": "entity",
    "protectedEntities": "entity",
    "backups": "backup",
    "hypervisorManagers": "manager",
    "task": "task",
    "tasks": "task",
}

# How many of a kind are remembered. The oldest are forgotten first, but the very first: the tests keep it alive.
MANY = 30

there = collections.defaultdict(list)


def remember(kind, ids):
    for known in ids:
        if known is not None and known not in there[kind]:
            there[kind].append(known)
            if len(there[kind]) > MANY:
                del there[kind][1]


def forget(kind, gone):
    there[kind] = [known for known in there[kind] if str(known) != gone]


def find(value, path):
    if not path:
        yield value
    elif path[0] == "*":
        for item in value if isinstance(value, list) else []:
            yield from find(item, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from find(value[path[0]], path[1:])


def remember_all(operation, answer):
    for kind, path in NAMED.get(operation, []):
        remember(kind, find(answer, path.split("/")))


def prepare():
    """Backs a folder up and restores it, through both APIs."""
    ibm = {"Authorization": f"Bearer {token()}", TENANT_HEADER: TENANT}

    def call(operation, method, path, body=None, headers=ibm, base="/v2"):
        _, answer = send(method, base + path, body, headers)
        remember_all(operation, answer)
        return answer

    def wait(what, done):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := done():
                return found
            time.sleep(0.05)
        raise RuntimeError(f"the server prepared no {what} within {PATIENCE} s")

    remember("folder", [FILES])
    remember("file", [f"{FILES}/letter.txt", f"{FILES}/pictures", f"{FILES}/pictures/cat.svg"])
    physical = {"environment": "kPhysical", "physicalParams": {"endpoint": "localhost"}}
    source = call("registerProtectionSource", "POST", "/data-protect/sources/registrations", physical)
    policy = {"name": "first", "backupPolicy": RETENTION}
    call("createProtectionPolicy", "POST", "/data-protect/policies", policy)
    group = protection_group("first", source["sourceInfo"]["id"])
    group = call("createProtectionGroup", "POST", "/data-protect/protection-groups", group)["id"]
    path = f"/data-protect/protection-groups/{group}/runs"
    call("createProtectionGroupRun", "POST", path, {"runType": "kRegular"})
    snapshots = f"/data-protect/objects/{source['sourceInfo']['id']}/snapshots"
    wait("backup", lambda: call("getObjectSnapshots", "GET", snapshots)["snapshots"])
    call("getProtectionGroupRuns", "GET", path)
    files = [{"absolutePath": there["file"][0]}]
    call("createRecovery", "POST", "/data-protect/recoveries", recovery("first"))
    path = f"/data-protect/recoveries/{there['recovery'][0]}"
    wait("restored file", lambda: call("getRecoveryById", "GET", path)["status"] == "Succeeded")
    download = {"name": "first to download", "object": {"snapshotId": there["snapshot"][0]}, "filesAndFolders": files}
    call("createDownloadFilesAndFoldersRecovery", "POST", "/data-protect/recoveries/download-files-folders", download)
    call("createDataSourceConnection", "POST", "/data-source-connections", {"connectionName": "first"})

    storware = {"Cookie": f"JSESSIONID={session()}"}
    for operation, path in (
        ("listProtectedEntities", "/protected-entities"),
        ("listHypervisorManagers", "/hypervisor-managers"),
        ("listBackups", "/backups"),
    ):
        call(operation, "GET", path, headers=storware, base="/api")
    call("registerNode", "POST", "/nodes", {"name": "first"}, storware, "/api")
    export = {"protectedEntities": [{"guid": there["entity"][0]}], "backupType": {"name": "FULL"}}
    call("createExportTasks", "POST", "/tasks/export", export, storware, "/api")


def protection_group(name, known_object):
    objects = [{"id": known_object, "filePaths": [{"includedPath": FILES}]}]
    files = {"protectionType": "kFile", "fileProtectionTypeParams": {"objects": objects}}
    return {"name": name, "policyId": there["policy"][0], "environment": "kPhysical", "physicalParams": files}


def recovery(name):
    target = {
        "recoverTarget": {"id": there["source"][0]},
        "restoreToOriginalPaths": False,
        "alternateRestoreDirectory": RESTORED,
    }
    params = {
        "targetEnvironment": "kPhysical",
        "filesAndFolders": [{"absolutePath": there["file"][0]}],
        "physicalTargetParams": target,
    }
    objects = [{"snapshotId": there["snapshot"][0]}]
    physical = {"recoveryAction": "RecoverFiles", "objects": objects, "recoverFileAndFolderParams": params}
    return {"name": name, "snapshotEnvironment": "kPhysical", "physicalParams": physical}


chance = random.Random(1)


def one_of(kind, made_up):
    """Something of this kind that is there; the made-up one where it is there already, and now and then anyway."""
    known = there[kind]
    if not known or str(made_up) in map(str, known) or chance.random() < 0.1:
        return made_up
    # The latest are the most interesting, and the first is the one that lives.
    return chance.choice([known[0], known[-1], chance.choice(known)])
