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
RANGE = (400, r"\S+: must (lie between -?\d+ and|be at least) -?\d+")
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
    (400, r"\S+\.dataLockConfig\.duration: locks for \d+ days what the retention keeps for \d+ only"),
    (400, r"a schedule must come round: its interval or its days are missing"),
    (400, r"(\S+: )?an? (blackout|data lock|extended retention|policy) "),
    (400, r"\S+: (needs dayOfMonth|is missing beside weekOfMonth|is no part of a day)"),
]
GROUP = [
    CALENDAR,
    NAMELESS,
    MISSING_PART,
    ZONE,
    COMBINED,
    NO_MEANS,
    PATH,
    RANGE,
    (400, r"\S+: needs at least one path to protect"),
    (400, r"a protection group needs at least one object"),
    (400, r"object -?\d+ is selected twice"),
    (400, r"the excluded path .* does not lie below"),
    needs("this server protects files \\(kFile\\) and has no means to read volumes"),
    needs("scripts are not run"),
    needs("file systems are not (frozen|left out by their kind)"),
    needs("runs are not ended by the clock"),
    needs("a group has one run at a time"),
    needs("everything that is backed up can be searched"),
    needs("no bare metal image is made"),
    needs("symbolic links are kept as links and not followed"),
    needs("lists of paths are not read from the host"),
    needs("(volumes below a path|nested volumes) are left out"),
    needs("wildcards are taken in globalExcludePaths only"),
]
REGISTRATION = [
    NAMELESS,
    MISSING_PART,
    NO_MEANS,
    OTHER_HOST,
    needs("this server protects (Linux hosts|files and knows no databases)"),
]

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
    # Runs.
    "createProtectionGroupRun": [
        (400, r"object -?\d+ is not protected by the group"),
        needs(r"files are backed up by kRegular and kFull runs; there is no k\w+ of them"),
        needs("files are backed up by their host; there are no applications on it"),
        needs("this server makes no copies to other targets"),
        needs("lists of paths are not read from the host"),
    ],
    "getProtectionGroupRuns": [CALENDAR, NEGATIVE, COMBINED],
    "getProtectionRunProgress": [CALENDAR, NEGATIVE],
    "performActionOnProtectionGroupRun": [
        (400, r"(pause|resume|cancel)Params: is missing; it names the runs to act on"),
        needs("this server makes no copies, so there is no such task"),
    ],
    # Snapshots and what is found in them.
    "getObjectSnapshots": [CALENDAR],
    "searchObjects": [
        (400, r"paginationCookie: is not one that this server gave"),
        needs("the words of these filters are not documented"),
    ],
    "searchProtectedObjects": [CALENDAR, NEGATIVE],
    "searchIndexedObjects": [RANGE, (400, r"paginationCookie: is not one that this server gave")],
    "getRestorePointsInTimeRange": [CALENDAR, ORDER],
    "downloadIndexedFile": [
        NEGATIVE,
        PATH,
        (400, r"filePath: (is missing; it names the file to download|.* is not a regular file)"),
        needs("this server holds files and no virtual machines"),
    ],
    "constructMetaInfo": [
        (400, r"environment: the snapshot is of a kPhysical host, not of k\w+"),
        (400, r"\S+: does not belong to the environment"),
    ],
    # Recoveries.
    "createRecovery": [
        CALENDAR,
        COMBINED,
        (400, r"\S+: (needs the snapshot to restore from|is missing; it says where the files go)"),
        (400, r"a recovery (needs at least one|takes at most \d+) files? (or|and) folders?"),
        (400, r"the folder to restore into must be absolute"),
        (400, r".* (is named twice|would both be restored under the name)"),
        needs("files are restored whole; access control lists are not restored by themselves"),
        needs("no list of the restored files is kept"),
        needs("files are written on the machine that the server runs on"),
        needs("owner, mode, times and access control lists are preserved together"),
        NAMELESS,
        MISSING_PART,
        PATH,
        needs("this server holds snapshots of kPhysical hosts"),
        needs("files are restored from one snapshot at a time"),
        needs("files are restored as a snapshot holds them; no changes between snapshots are kept"),
        needs(r"this server restores files \(RecoverFiles\); it has no volumes"),
    ],
    "createDownloadFilesAndFoldersRecovery": [
        CALENDAR,
        NAMELESS,
        PATH,
        (400, r"a recovery takes at most \d+ files and folders"),
        (400, r".* (is named twice|would both be restored under the name)"),
        needs("this server holds files; ask for filesAndFolders"),
    ],
    "getRecoveries": [CALENDAR, (400, r"returnOnlyChildRecoveries: needs ids beside it")],
    "downloadFilesFromRecovery": [NEGATIVE, (400, r"recovery \d+ restores to a place; it is not a download")],
    # Agents.
    "downloadAgent": [MISSING_PART, needs("this server has an agent for Linux as a shell script")],
    "createUpgradeTask": [
        CALENDAR,
        (400, r"agentIDs: (is missing; it names the agents|cannot be given with retryTaskId)"),
        (400, r"scheduleEndTimeUsecs: (is over; the task could never start|lies before scheduleTimeUsecs)"),
    ],
    "registerNode": [(400, r"a (login|node) (has no control|is not empty and has no blanks|needs a name)")],
    # Tasks that bring something about.
    "createExportTasks": [
        CALENDAR,
        (400, r"protectedEntities: names nothing to back up"),
        (400, r"windowEnd: (has passed already|lies before windowStart)"),
        (400, r"a task is repeated at most \d+ times"),
        needs("(SYNTHETIC|SYNCHRONIZATION) needs a backup destination"),
    ],
    "createConnectivityTestTasks": [(400, r"hypervisorManagers: names nothing to reach")],
    "createRestoreTask": [(400, r"(backup|restorePath): is missing"), (400, r"restorePath: must be an absolute path")],
    "createRestoreAndMountTask": [
        NO_MOUNTS,
        (400, r"backup: is missing, and so is backupLocation"),
        needs("(an iSCSI target|a hypervisor) would be needed for"),
        needs("only AUTO and MANUAL mean a folder to look through"),
        needs("backups of files of a host have no disks"),
        needs("all that a backup of files holds hangs in one folder"),
        needs("an outside node would need a way to the vault"),
    ],
    "createMountTask": [NO_MOUNTS, (400, r"mountedBackup: is missing")],
    "createUnmountTask": [(400, r"mountedBackup: is missing")],
    "createEjectTapeTasks": [needs("a tape library would be needed")],
    "createImportTapeTasks": [needs("a tape library would be needed")],
    "createTapeManagerInventorySyncTasks": [needs("a tape library would be needed")],
    "createImportForCloudTasks": [needs("a connection to a cloud service would be needed")],
    "createImportForCloudTasksPerFeature": [needs("a connection to a cloud service would be needed")],
    "createImportForOsAgentTasks": [needs("an agent that takes files in would be needed")],
    "createInstantRestoreTask": [needs("a hypervisor would be needed")],
    "createRestoreAndImportTask": [needs("a hypervisor would be needed")],
    "createSnapshotReversionTask": [needs("a hypervisor that keeps snapshots would be needed")],
    "createSnapshotTasks": [needs("a snapshot that stays on its platform needs a hypervisor")],
    "createSnapshotCleanupTasks": [needs("there are no snapshots outside the vault")],
    "createLiveMigrationTask": [needs("two hypervisors would be needed")],
    "createUploadTask": [needs("somewhere to upload to would be needed")],
    # Reports on tasks and backups. The document requires none of their members, as it cannot know better.
    "updateBackupsWarningsAcknowledged": [needs("this server has warnings of backups and no others")],
    "updateTaskBackupType": [
        (400, r"task \d+ is no backup, which could be full or not"),
        needs("a backup can be made FULL or INCREMENTAL"),
    ],
    "updateTaskCbtId": [(400, r"(task|cbtId): is missing")],
    "updateTaskIncSnapRequired": [(400, r"(task|incSnapRequired): is missing")],
    "updateTaskFiles": [(400, r"taskFiles: is missing")],
    "updateTaskProgress": [(400, r"value: lies from 0 to 100")],
    "updateTasksState": [(400, r"(state|tasks): is missing")],
    "addTaskTransferRate": [(400, r"transferRate: is missing")],
    "addTaskIncrementalTransferRate": [(400, r"transferRate: is missing")],
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
