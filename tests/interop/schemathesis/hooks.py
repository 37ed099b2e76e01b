"""What Schemathesis has to know about our two APIs that their documents cannot say.

- How a caller becomes known: a bearer token, a tenant, a session (`server.py`).
- What there is to work with (`stock.py`). Requests that are made up to be good ones mostly get ids of things that are
  there; some keep their made-up ones, which name nothing.
- What a good request may be refused for all the same (`refusals.py`), and what a wrong one may be accepted for
  (`readings.py`).
"""

import atexit
import collections
import json
import time
import urllib.parse

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
from server import API_KEY, PASSWORD, RESTORED, TENANT, TENANT_HEADER, URL, session, token
from stock import (
    BY_NAME,
    ENDPOINTS,
    IN_PATHS,
    NAMED,
    RETENTION,
    chance,
    forget,
    one_of,
    prepare,
    protection_group,
    recovery,
    remember_all,
    there,
)

# Callers -----------------------------------------------------------------------------------------------------------


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


# The documents -----------------------------------------------------------------------------------------------------

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
    if case.method.upper() == "DELETE" and response.status_code < 300 and case.path in IN_PATHS:
        (gone,) = case.path_parameters.values()
        forget(IN_PATHS[case.path], urllib.parse.unquote(str(gone)))
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
    linked = case._override.path_parameters
    made_up = {name: urllib.parse.unquote(str(value)) for name, value in case.path_parameters.items()}
    filled = dict(made_up)
    for path, kind in IN_PATHS.items():
        name = path[path.rindex("{") + 1 : path.rindex("}")]
        if name in made_up and name not in linked and (case.path == path or case.path.startswith(path + "/")):
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
    """Whether a task is still there since it ran when it was deleted: that cancels it, and the next time it goes."""
    deleted = deleted_tasks.get(urllib.parse.unquote(str(case.path_parameters.get("guid"))))
    if deleted is None:
        return False
    answer = response.json()
    if operation == "getTask":
        return "startTime" in answer and answer.get("finishTime", deleted) >= deleted
    return answer.get("state", answer).get("name") in ("RUNNING", "CANCELLED")


def is_remembered(operation, response):
    """Whether a group is still told of because its snapshots were kept: it says that it is deleted."""
    if operation == "getProtectionGroupById":
        return response.json().get("isDeleted") is True
    return operation in ("getProtectionGroupRuns", "getProtectionGroupRun")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    operation = case.operation.definition.raw.get("operationId")
    if isinstance(failure, UseAfterFree):
        return not (was_running(operation, case, response) or is_remembered(operation, response))
    if isinstance(failure, RejectedPositiveData):
        return not refusals.is_expected(operation, response.status_code, response.text)
    if isinstance(failure, AcceptedNegativeData):
        return not readings.makes_sense(case)
    return True
