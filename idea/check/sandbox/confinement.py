"""Limits that a process sets for itself, before it opens an untrusted file.

POSIX resource limits bound memory, CPU time and core dumps, and prevent new files and sockets
(there is no free descriptor) and, unless it runs as root, new processes and threads. Landlock, on
Linux from 5.13 on, denies access to the file system by name and running programs; newer kernels
also deny TCP connections and signals to other processes. Windows has none of this.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import sys
import time
from collections.abc import Callable

__all__ = ["confine", "discard_stderr", "extend_cpu_limit", "peak_memory"]

# From linux/landlock.h; the system calls have the same numbers on all architectures.
_CREATE_RULESET, _RESTRICT_SELF, _VERSION = 444, 446, 1
_NO_NEW_PRIVILEGES = 38  # from linux/prctl.h
# By Landlock's version: the rights to files and to TCP, and the scopes, that it added.
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_NETWORK = {4: 0b11}
_SCOPES = {6: 0b11}

# Descriptors of two files of /proc/self, where they exist.
_status = _clear = -1


def confine(memory: int) -> None:
    """Drop all privileges that evaluating a network doesn't need; no module can be imported later.

    Parameters
    ----------
    memory
        Limit of the address space in bytes.
    """
    global _status, _clear  # no file can be opened later
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError):
        _status = os.open("/proc/self/status", os.O_RDONLY)
        _clear = os.open("/proc/self/clear_refs", os.O_WRONLY)
    with contextlib.suppress(OSError):  # where the system denies it
        _prefer_as_oom_victim()
    if sys.platform == "linux":
        _restrict_files_and_network()
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 1,  # below the lowest free descriptor
    }
    for limit, most in limits.items():
        # macOS refuses some of them.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


def extend_cpu_limit(seconds: float) -> None:
    """Allow the process more CPU time from now on; the kernel ends it when that is used up."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    until = math.ceil(time.process_time() + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def discard_stderr() -> None:
    """Keep output of libraries, which may be endless or unescaped, from the server's log."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


def peak_memory(work: Callable[..., object], *arguments: object) -> int:
    """Return the additional memory in bytes that a call needs; 0 where it can't be measured."""
    if _status < 0:
        work(*arguments)
        return 0
    with contextlib.suppress(OSError):
        os.pwrite(_clear, b"5", 0)  # resets the peak
    before = _status_bytes(b"VmRSS:")
    work(*arguments)
    return max(_status_bytes(b"VmHWM:") - before, 0)


def _status_bytes(name: bytes) -> int:
    # Not getrusage: a process inherits its parent's peak.
    for line in os.pread(_status, 1 << 14, 0).splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    return 0


def _prefer_as_oom_victim() -> None:
    """Let the kernel end this process, not the server, when the machine is out of memory."""
    with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")


def _restrict_files_and_network() -> None:
    """Deny all rights that the kernel's version of Landlock covers, if it has Landlock."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    if version < 1:
        return
    words = [
        sum(bits for known, bits in rights.items() if known <= version)
        for rights in (_FILES, _NETWORK, _SCOPES)
    ]
    ruleset = (ctypes.c_uint64 * len(words))(*words)
    # Without trailing words of 0, which older kernels reject.
    size = ctypes.c_size_t(8 * sum(map(bool, words)))
    descriptor = libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), size, 0)
    if descriptor >= 0:
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.syscall(_RESTRICT_SELF, descriptor, 0)
        os.close(descriptor)
