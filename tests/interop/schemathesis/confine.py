"""Runs a command that can write nowhere but below one folder, and read little else.

    python3 confine.py FOLDER COMMAND [ARGUMENT...]

Schemathesis makes up requests, and a backup server does what requests say: it reads the folders that they name and
restores into others. Linux keeps it in (Landlock, since 5.13), whoever the user is and whatever the requests hold.
Without Landlock the command is not run.
"""

import ctypes
import os
import platform
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PR_SET_NO_NEW_PRIVS = 38
RULE_PATH_BENEATH = 1
CREATE_RULESET_VERSION = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
# What each version of the interface knows of file systems: 13 rights, then REFER, TRUNCATE and IOCTL_DEV.
KNOWN = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
KNOWN_SINCE_5 = (1 << 16) - 1

# Files that a program needs. Their folders cannot be listed, so nobody can back them up either.
LIBRARIES = ["/lib", "/lib64", "/usr/lib"]
FACTS = ["/etc", "/proc", "/sys/devices/system/cpu"]
# The one that is listed: which time zones there are.
ZONES = "/usr/share/zoneinfo"
DEVICES = ["/dev/null", "/dev/urandom", "/dev/random"]

libc = ctypes.CDLL(None, use_errno=True)


class RulesetAttr(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64)]


class PathBeneathAttr(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32)]


def call(doing, number, *arguments):
    result = libc.syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        sys.exit(f"{doing}: {os.strerror(ctypes.get_errno())}; the server is not started unconfined")
    return result


def confine(folder, program):
    version = call("this kernel has no Landlock", CREATE_RULESET, None, ctypes.c_size_t(0), CREATE_RULESET_VERSION)
    everything = KNOWN.get(version, KNOWN_SINCE_5)
    attr = RulesetAttr(everything)
    ruleset = call("no rules can be made", CREATE_RULESET, ctypes.byref(attr), ctypes.c_size_t(ctypes.sizeof(attr)), 0)

    def allow(path, rights):
        if not os.path.exists(path):
            return
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = PathBeneathAttr(rights & everything, fd)
        call(f"no rule for {path}", ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0)
        os.close(fd)

    allow(folder, everything)
    for path in LIBRARIES + [program]:
        allow(path, EXECUTE | READ_FILE)
    for path in FACTS:
        allow(path, READ_FILE)
    allow(ZONES, READ_FILE | READ_FOLDER)
    for path in DEVICES:
        allow(path, READ_FILE | WRITE_FILE)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        sys.exit("no_new_privs cannot be set; the server is not started unconfined")
    call("the rules cannot be put on", RESTRICT_SELF, ruleset, 0)


def main():
    if platform.system() != "Linux":
        sys.exit("only Linux can keep the server in; it is not started unconfined")
    folder, program, *arguments = sys.argv[1:]
    confine(folder, program)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main()
