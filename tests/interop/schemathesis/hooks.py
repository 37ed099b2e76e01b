"""What Schemathesis has to know about our two APIs that their documents cannot say.

- How a caller becomes known: a bearer token, a tenant, a session.
- What there is to work with. Before the first request a folder is backed up and restored, so that there is one of
  everything. From then on every id that an answer holds is remembered by what it names, and requests that are made
  up to be good ones mostly get ids of things that are there; some keep their made-up ones, which name nothing.
- What a good request may be refused for all the same (`refusals.py`), and what a wrong one may be accepted for
  (`readings.py`).

The server's address and keys come in the environment; `cargo xtask interop schemathesis` sets it.
"""

import atexit
import collections
import json
import os
import random
import time
import urllib.error
import urllib.parse
import urllib.request

import hypothesis.stateful
import schemathesis
from schemathesis.core import INTERNAL_BUFFER_SIZE
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.generation.stateful import control
from schemathesis.openapi.checks import RejectedPositiveData, UseAfterFree

import readings
import refusals

URL = os.environ["STRONGROOM_URL"]
API_KEY = os.environ["STRONGROOM_API_KEY"]
PASSWORD = os.environ["STRONGROOM_PASSWORD"]
TENANT = os.environ["STRONGROOM_TENANT"]
# A folder with a few files, which is what gets backed up.
FILES = os.environ["STRONGROOM_FILES"]
# Where restores go, and nothing else.
RESTORED = os.environ["STRONGROOM_RESTORED"]

TENANT_HEADER = "X-IBM-Tenant-ID"
RETENTION = {"regular": {"retention": {"unit": "Days", "duration": 3}}}
# Names of the machine that the server runs on: each is registered but once.
ENDPOINTS = ["localhost", *(f"127.0.0.{last}" for last in range(1, 250))]
# How long the first backup may take, in seconds.
PATIENCE = 60


def send(method, path, body=None, headers=None, content_type="application/json"):
    """Sends one request outside of any test; the headers of its answer and its JSON."""
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    request = urllib.request.Request(URL + path, body, {"Content-Type": content_type, **(headers or {})}, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return answer.headers, json.loads(text) if text else None


# Callers -----------------------------------------------------------------------------------------------------------


def token():
    form = {"grant_type": "urn:ibm:params:oauth:grant-type:apikey", "apikey": API_KEY}
    encoded = urllib.parse.urlencode(form).encode()
    _, answer = send("POST", "/identity/token", encoded, content_type="application/x-www-form-urlencoded")
    return answer["access_token"]


def session():
    headers, _ = send("POST", "/api/session/login", {"login": "admin", "password": PASSWORD})
    return headers["Set-Cookie"].split(";")[0].split("=", 1)[1]


def is_secured_by(scheme):
    def secured(ctx):
        operation = ctx.operation
        required = operation.definition.raw.get("security", operation.schema.raw_schema.get("security", []))
        return any(scheme in alternative for alternative in required)

    return secured


@schemathesis.auth(refresh_interval=1800).apply_to(func=is_secured_by("iamBearer"))
class Bearer:
    def get(self, case, ctx):
        return token()

    def set(self, case, data, ctx):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.auth(refresh_interval=1800).apply_to(func=is_secured_by("sessionCookie")).skip_for(path="/session/logout")
class Session:
    def get(self, case, ctx):
        return session()

    def set(self, case, data, ctx):
        case.cookies["JSESSIONID"] = data


# A logout ends its session, so each has one of its own.
@schemathesis.auth(refresh_interval=None).apply_to(path="/session/logout")
class OwnSession(Session):
    pass


# What is there -----------------------------------------------------------------------------------------------------

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


# Statuses of the answers that the documents sum up as `default`. Spelt out, any other one is a failure.
REFUSED = ("400", "401", "403", "404", "405", "409", "413", "415", "422", "429")


@schemathesis.hook
def before_load_schema(context, raw_schema):
    for item in raw_schema["paths"].values():
        for operation in item.values():
            answers = operation.get("responses", {}) if isinstance(operation, dict) else {}
            if "default" in answers:
                otherwise = answers.pop("default")
                answers.update({status: otherwise for status in REFUSED if status not in answers})


@schemathesis.hook
def before_init_operation(context, operation):
    # The document names another host for tokens; here they come from the same one, beside the API.
    if operation.definition.raw.get("operationId") == "createToken":
        operation.base_url = URL


@schemathesis.hook
def after_load_schema(context, schema):
    prepare()


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.definition.raw.get("operationId") == "deleteTask":
        guid = urllib.parse.unquote(str(case.path_parameters.get("guid")))
        deleted_tasks.setdefault(guid, time.time() * 1000 - 1000)
    if 200 <= response.status_code < 300 and case.operation.definition.raw.get("operationId") in NAMED:
        try:
            answer = response.json()
        except ValueError:
            return
        remember_all(case.operation.definition.raw["operationId"], answer)


# Good requests -----------------------------------------------------------------------------------------------------

chance = random.Random(1)


def one_of(kind, made_up):
    """Something of this kind that is there; the made-up one where it is there already, and now and then anyway."""
    known = there[kind]
    if not known or str(made_up) in map(str, known) or chance.random() < 0.1:
        return made_up
    # The latest are the most interesting, and the first is the one that lives.
    return chance.choice([known[0], known[-1], chance.choice(known)])


def is_good(case, location):
    return case.meta is None or not case.meta.is_negative_at(location)


@schemathesis.hook
def before_call(context, case, kwargs):
    operation = case.operation.definition.raw.get("operationId")
    if is_good(case, ParameterLocation.HEADER) and TENANT_HEADER in (case.headers or {}):
        case.headers[TENANT_HEADER] = TENANT
    if is_good(case, ParameterLocation.PATH):
        fill_path(case)
    if is_good(case, ParameterLocation.QUERY) and case.query:
        if is_stateful(case) and case.method.upper() == "GET" and chance.random() < 0.8:
            drop_filters(case)
        fill_members(case.query)
    if is_good(case, ParameterLocation.BODY) and isinstance(case.body, (dict, list)):
        body = json.loads(json.dumps(case.body))
        fill_members(body)
        if operation in WHOLE and chance.random() < (0.95 if is_stateful(case) else 0.6):
            body = WHOLE[operation](body)
        case.body = body


def is_stateful(case):
    return case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL


def drop_filters(case):
    """Leaves a list whole, so that a chain can go on from it: made-up filters seldom leave anything."""
    linked = getattr(case._override, "query", {}) if case._override else {}
    for name in [name for name in case.query if name not in linked and name not in BY_NAME]:
        parameter = case.operation.query.get(name)
        if parameter is not None and not parameter.is_required:
            del case.query[name]


def fill_path(case):
    # Whoever deletes brings his own, from a link, or names nothing: the first of each must live.
    if case.method.upper() == "DELETE":
        return
    made_up = {name: urllib.parse.unquote(str(value)) for name, value in case.path_parameters.items()}
    filled = dict(made_up)
    for path, kind in IN_PATHS.items():
        name = path[path.rindex("{") + 1 : path.rindex("}")]
        if name in made_up and (case.path == path or case.path.startswith(path + "/")):
            filled[name] = one_of(kind, made_up[name])
    # Values that were left alone keep the form that they came in.
    if filled != made_up:
        case.path_parameters.update(filled)


def fill_members(value, kind=None):
    if isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, (dict, list)):
                fill_members(item, kind)
            elif kind is not None:
                value[at] = one_of(kind, item)
    elif isinstance(value, dict):
        for name, member in value.items():
            named = BY_NAME.get(name)
            if isinstance(member, (dict, list)):
                fill_members(member, named)
            elif name == "guid" and kind is not None:
                value[name] = one_of(kind, member)
            elif named is not None and isinstance(member, (str, int)):
                value[name] = one_of(named, member)


def with_whole(whole):
    """Puts what makes a request work into one that was made up."""

    def put(body):
        return {**body, **whole(body)} if isinstance(body, dict) else body

    return put


WHOLE = {
    "createProtectionGroup": with_whole(lambda body: protection_group(body.get("name", ""), there["object"][0])),
    "updateProtectionGroup": with_whole(lambda body: protection_group(body.get("name", ""), there["object"][0])),
    "createRecovery": with_whole(lambda body: recovery(body.get("name", ""))),
    "registerProtectionSource": with_whole(
        lambda _: {"environment": "kPhysical", "physicalParams": {"endpoint": chance.choice(ENDPOINTS)}}
    ),
    "createProtectionPolicy": with_whole(lambda _: {"backupPolicy": RETENTION}),
    "updateProtectionPolicy": with_whole(lambda _: {"backupPolicy": RETENTION}),
    "createUpgradeTask": with_whole(lambda _: {"agentIDs": [there["registration"][0]]}),
    "createRestoreTask": with_whole(lambda _: {"backup": {"guid": there["backup"][-1]}, "restorePath": RESTORED}),
    "createExportTasks": with_whole(
        lambda _: {
            "protectedEntities": [{"guid": there["entity"][0]}],
            "backupType": {"name": "FULL"},
            "windowStart": int(time.time() * 1000),
            "windowEnd": int(time.time() * 1000) + 3_600_000,
        }
    ),
    "login": with_whole(lambda _: {"login": "admin", "password": PASSWORD}),
    "createToken": with_whole(lambda _: {"apikey": API_KEY}),
}


# Chains --------------------------------------------------------------------------------------------------------------

# Hypothesis ends a scenario that has used up its share of randomness. Schemathesis gives all others a larger share, but
# not these, so ours would be over after a dozen of steps: our bodies are large.
hypothesis.stateful.BUFFER_SIZE = INTERNAL_BUFFER_SIZE
# Whatever can begin a chain would be called twice before the first link is followed. With as many beginnings as our
# documents have, once is enough. Neither has an option; the versions are pinned, and the run fails when its chains are
# short.
control.MAX_ROOT_SOURCES = 1

chains = collections.Counter()


@schemathesis.check
def chain(ctx, response, case):
    """Counts the requests that follow others along a link; it never fails."""
    length = 1
    step = case
    while (step := ctx.internals.find_parent(case_id=step.id)) is not None:
        length += 1
    if is_stateful(case):
        chains[length, response.status_code < 300] += 1


@atexit.register
def tell_chains():
    for length in sorted({length for length, _ in chains}):
        good, bad = chains[length, True], chains[length, False]
        print(f"Chains: {good + bad} requests at place {length} of theirs, {good} of them with success")


# What is no failure ------------------------------------------------------------------------------------------------


# When tasks were deleted, in milliseconds since 1970.
deleted_tasks = {}


def was_running(operation, case, response):
    """Whether a task is still there because it ran when it was deleted: then it is cancelled, and goes the next time."""
    deleted = deleted_tasks.get(urllib.parse.unquote(str(case.path_parameters.get("guid"))))
    if deleted is None:
        return False
    answer = response.json()
    if operation == "getTask":
        return "startTime" in answer and answer.get("finishTime", deleted) >= deleted
    return answer.get("state", answer).get("name") in ("RUNNING", "CANCELLED")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    operation = case.operation.definition.raw.get("operationId")
    if isinstance(failure, UseAfterFree):
        return not was_running(operation, case, response)
    if os.environ.get("COLLECT") and not (isinstance(failure, RejectedPositiveData) and refusals.is_expected(operation, response.status_code, response.text) or isinstance(failure, AcceptedNegativeData) and readings.makes_sense(case)):
        with open(os.environ["COLLECT"], "a") as f:
            f.write(json.dumps([type(failure).__name__, operation, response.status_code, response.text[:300], str(getattr(failure, "message", ""))[:400], json.dumps(case.body, default=str)[:600] if isinstance(failure, AcceptedNegativeData) else ""]) + "\n")
    if isinstance(failure, RejectedPositiveData):
        return not refusals.is_expected(operation, response.status_code, response.text)
    if isinstance(failure, AcceptedNegativeData):
        return not readings.makes_sense(case)
    return True
