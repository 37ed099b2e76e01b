"""What requests that fit their document are refused for all the same, operation by operation.

A document says which members a request has; it cannot say which of them go together, which times there are, or what
this server has no means for. Everything here is a status with the beginning of the reason in the server's own words,
each for the operations that were seen to give it. Any other refusal of a request that fits the document is a failure.
"""

import json
import re

# No calendar has the times that fill 64 bits.
CALENDAR = (400, r"\S+: -?\d+ (microseconds lie outside the calendar|milliseconds since 1970 is no time)")
# The vendors give integers no bounds where only some of them make sense: parts of files, counts, spans.
NEGATIVE = (400, r"\S+: must not be negative")
RANGE = (400, r"\S+: must lie between -?\d+ and -?\d+")
# The member that goes with the value of another one.
MISSING_PART = (400, r"\S+: is missing, but the (environment|platform|unit|protection type|\S+) is ")
# Names of nothing.
NAMELESS = (400, r"(\S+: must not be empty|an? .* needs a name)")
# A path that no snapshot and no host has.
PATH = (400, r"\S+: \".*\" must begin with a slash and hold no empty names, no \. and no \.\.")
# Zones that no time is told by, and clocks that never show it.
ZONE = (400, r"\S+: \".*\" is no time zone that this machine knows")
# Spans of time that end before they begin.
ORDER = (400, r"\S+: (must not lie after \S+|lies before \S+|must end after it begins)")
# Parameters that contradict each other.
COMBINED = (400, r"\S+: cannot be combined with \S+")

# What only a hypervisor, a database, a cluster, another host or another target could do.
NO_MEANS = (422, r"environment: this server protects files of kPhysical hosts")
OTHER_HOST = (422, r"this server protects the machine it runs on, and .* is not that machine")
SCRIPTS = (422, r"\S+: scripts are not run")
NO_MOUNTS = (422, r"backups cannot be mounted on this machine")


def needs(what):
    """Something that this server does not have would be needed."""
    return (422, rf"\S+: {what}")


POLICY = [
    CALENDAR,
    RANGE,
    NAMELESS,
    MISSING_PART,
    ZONE,
    (400, r"backupPolicy\.regular\.retention: is missing; it says how long backups are kept"),
]
GROUP = [
    CALENDAR,
    NAMELESS,
    MISSING_PART,
    ZONE,
    COMBINED,
    NO_MEANS,
    SCRIPTS,
    needs("this server protects files \\(kFile\\) and has no means to read volumes"),
]
REGISTRATION = [NAMELESS, MISSING_PART, NO_MEANS, OTHER_HOST, needs("this server protects Linux hosts")]
DOWNLOAD = [NEGATIVE, CALENDAR]

EXPECTED = {
    # Somebody who is not known.
    "createToken": [(400, r"BXNIM0415E there is no such API key")],
    "login": [(400, r"there is no such login, or the password is wrong")],
    # Policies, groups, sources.
    "createProtectionPolicy": POLICY,
    "updateProtectionPolicy": POLICY,
    "createProtectionGroup": GROUP,
    "updateProtectionGroup": GROUP,
    "registerProtectionSource": REGISTRATION,
    "updateProtectionSourceRegistration": REGISTRATION,
    "patchProtectionSourceRegistration": [NO_MEANS],
    "createDataSourceConnection": [NAMELESS],
    "patchDataSourceConnection": [NAMELESS],
    "replaceDataSourceConnection": [NAMELESS],
    "patchDataSourceConnector": [NAMELESS],
}


def said(operation, text):
    """The reason as the API gives it."""
    try:
        answer = json.loads(text)
    except ValueError:
        return ""
    if operation == "createToken":
        return f"{answer.get('errorCode')} {answer.get('errorMessage')}"
    return answer.get("message", "")


def is_expected(operation, status, text):
    reason = said(operation, text)
    return any(status == known and re.match(words, reason) for known, words in EXPECTED.get(operation, []))
