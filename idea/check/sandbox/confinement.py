"""Limits that a process sets itself, before it opens a stranger's file.

What holds where: memory, the processor's time and core dumps by POSIX resource limits; neither new
files nor sockets, for no descriptor is left; no process or thread, unless it runs as root; and on
Linux from 5.13 on, by Landlock, no access to the file system by name, no program to execute, with
newer kernels no TCP connection, and no signal to a process outside. Windows has none of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import sys
import time
from collections.abc import Callable

__all__ = ["allow", "confine", "memory_of", "silence"]

# Of linux/landlock.h; the system calls have the same numbers on all architectures.
_CREATE_RULESET, _RESTRICT_SELF, _VERSION = 444, 446, 1
_NO_NEW_PRIVILEGES = 38  # of linux/prctl.h
# By the version of Landlock that first knows them: rights to the file system, to TCP, and scopes.
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NETWORK = {4: 0b11}
_SCOPES = {6: 0b11}

# The descriptors of two files of /proc/self, where there is one.
_status = _clear = -1


def confine(memory: int) -> None:
    """Drop all privileges that evaluating a network doesn't need; everything is imported by now.

    Parameters
    ----------
    memory
        Bytes of address space that the process may have.
    """
    global _status, _clear  # no file can be opened later
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError):
        _status = os.open("/proc/self/status", os.O_RDONLY)
        _clear = os.open("/proc/self/clear_refs", os.O_WRONLY)
    with contextlib.suppress(OSError):  # of a system where the kernel may not take it
        _be_killed_first()
    if sys.platform == "linux":
        _restrict_files_and_network()
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 1,  # below the lowest descriptor that is free
    }
    for limit, most in limits.items():
        # macOS refuses some of them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def allow(seconds: float) -> None:
    """Allow the process so much more of the processor's time; it ends when it takes more."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def silence() -> None:
    """Keep what libraries print from the server's log: it may be endless, and have raw names."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


def memory_of(work: Callable[..., object], *arguments: object) -> int:
    """Do some work, and give how many bytes it needed on its way; 0 where that can't be known."""
    if _status < 0:
        work(*arguments)
        return 0
    with contextlib.suppress(OSError):
        os.pwrite(_clear, b"5", 0)  # the peak is what is held now
    before = _held(b"VmRSS:")
    work(*arguments)
    return max(_held(b"VmHWM:") - before, 0)


def _held(name: bytes) -> int:
    # Not getrusage: a process inherits its parent's peak.
    for line in os.pread(_status, 1 << 14, 0).splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    return 0


def _be_killed_first() -> None:
    """Have the kernel end this process, not the server, where the machine's memory is used up."""
    with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")


def _restrict_files_and_network() -> None:
    """Forbid by Landlock all that it knows; an older kernel knows less, or nothing."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return
    words = [
        sum(bits for known, bits in rights.items() if known <= version)
        for rights in (_FILES, _NETWORK, _SCOPES)
    ]
    ruleset = (ctypes.c_uint64 * len(words))(*words)
    # Without the words that are 0, which an older kernel doesn't take.
    size = ctypes.c_size_t(8 * sum(map(bool, words)))
    descriptor = libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if descriptor >= 0:
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.syscall(_RESTRICT_SELF, descriptor, 0)
        os.close(descriptor)
