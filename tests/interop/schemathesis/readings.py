"""How our APIs read requests that do not fit their documents, where they do so on purpose.

Both take a member that is null for one that is absent. Storware's clients send more than its document says, and have
always been understood: numbers and booleans as text, values bare or wrapped, empty parameters and text boxes. A
request that fits its document when it is read that way is no wrong one that was accepted.
(`crates/contract/src/nulls.rs`, `crates/face-storware/src/lenient.rs`)
"""

import copy

from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation

PARAMETERS = (ParameterLocation.PATH, ParameterLocation.HEADER, ParameterLocation.COOKIE)
ABSENT = object()


def makes_sense(case):
    """Whether everything that is wrong with the request is gone when it is read generously."""
    if case.meta is None or any(case.meta.is_negative_at(location) for location in PARAMETERS):
        return False
    return body_makes_sense(case) and query_makes_sense(case)


def body_makes_sense(case):
    if not case.meta.is_negative_at(ParameterLocation.BODY):
        return True
    alternative = case.operation.get_body_for_media_type(case.media_type)
    if alternative is None:
        return False
    document = case.operation.schema.raw_schema
    body = without_nulls(copy.deepcopy(case.body))
    if is_lenient(document):
        declared = resolve(document, case.operation.definition.raw["requestBody"])
        body = without_nulls(mended(document, declared["content"][case.media_type]["schema"], body))
    validator = make_validator(alternative.raw_schema, case.operation.schema.adapter.jsonschema_validator_cls)
    return validator.is_valid(body)


def query_makes_sense(case):
    if not case.meta.is_negative_at(ParameterLocation.QUERY):
        return True
    if not is_lenient(case.operation.schema.raw_schema):
        return False
    query = {name: as_sent(value) for name, value in case.query.items() if value not in ("", [""])}
    return case.operation.query.get_strict_validator().is_valid(query)


def as_sent(value):
    """What the text in a query means."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def is_lenient(document):
    return document["info"]["title"].startswith("Storware")


def without_nulls(value):
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def resolve(document, schema):
    while isinstance(schema, dict):
        if "$ref" in schema:
            target = document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            schema = target
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        else:
            break
    return schema


def mended(document, schema, value):
    schema = resolve(document, schema)
    value = mended_here(schema, value)
    if isinstance(value, dict):
        members = schema.get("properties", {})
        return {
            name: mended(document, members[name], member) if name in members else member
            for name, member in value.items()
        }
    if isinstance(value, list) and "items" in schema:
        return [mended(document, schema["items"], item) for item in value]
    return value


def mended_here(schema, value):
    kind = schema.get("type")
    if isinstance(value, str):
        if value == "" and not is_free(schema):
            return None
        if kind in ("integer", "number"):
            return number(value)
        if kind == "boolean":
            return {"true": True, "false": False}.get(value, value)
        if kind == "object" and is_named(schema):
            return {"name": value}
    if isinstance(value, dict) and kind == "string" and "enum" in schema:
        return bare(value)
    return value


def is_free(schema):
    kind = schema.get("type")
    if kind in ("integer", "number", "boolean"):
        return False
    if kind == "object":
        return not is_named(schema)
    return "enum" not in schema


def is_named(schema):
    members = schema.get("properties", {})
    return "name" in members and members.keys() <= {"name", "description"}


def number(text):
    for read in (int, float):
        try:
            return read(text.strip())
        except ValueError:
            continue
    return text


def bare(members):
    for name in ("name", "state", "value"):
        if name in members:
            inner = members[name]
            if isinstance(inner, dict):
                inner = inner.get("name")
            return inner if isinstance(inner, str) else members
    return members
