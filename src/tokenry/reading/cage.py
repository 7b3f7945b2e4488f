"""The cage: what a process may use that looks at a stranger's document, and what the system refuses it from then on.

Limits of memory, processor time and files hold wherever there are such limits. On Linux a filter of system calls comes
on top: after it a process can read and write what is open, ask for memory, and end. It can open no file, make no
process and speak to nobody, whatever a document makes of the library that reads it.
Sources: setrlimit(2), prctl(2), seccomp(2), the kernel's uapi headers (linux/seccomp.h, linux/bpf_common.h,
linux/audit.h, asm/unistd.h).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import signal
import sys

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment] # asked for where it is used

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4  # in struct seccomp_data

# What a process needs to compute, to read and write what is open, and to end: numbers of system calls by machine.
# read write close fstat lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn ioctl(isatty) pread64
# pwrite64 readv writev madvise mremap getpid gettid exit exit_group futex sched_yield clock_gettime clock_getres
# getrandom sigaltstack tgkill sched_getaffinity set_robust_list rseq restart_syscall fcntl getrusage
_CALLS: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        (0, 1, 3, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 28, 25, 39, 186, 60, 231, 202, 24, 228, 229, 318,
         131, 234, 204, 273, 334, 219, 72, 98),
    ),
    "aarch64": (
        0xC00000B7,
        (63, 64, 57, 80, 62, 222, 226, 215, 214, 134, 135, 139, 29, 67, 68, 65, 66, 233, 216, 172, 178, 93, 94, 98, 124,
         113, 114, 278, 132, 131, 123, 99, 293, 128, 25, 165),
    ),
}  # fmt: skip  # one machine in three lines


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def limit(memory_bytes: int, cpu_s: int, wall_s: int) -> None:
    """Bound what this process may use, and let it end with its parent."""
    signal.alarm(wall_s)  # the parent kills it before; this is for when the parent itself was killed
    if resource is not None:
        for which, most in (
            (resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_s), (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 64),
        ):  # fmt: skip
            hard = resource.getrlimit(which)[1]
            bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
            try:
                resource.setrlimit(which, (bound, bound))
            except (ValueError, OSError):  # macOS knows RLIMIT_AS and refuses it
                continue
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def shut() -> bool:
    """Refuse this process everything but to compute and to answer; whether the system can do that.

    Everything that is to be imported must be imported before.
    """
    known = _CALLS.get(platform.machine())
    if sys.platform != "linux" or known is None:
        return False
    architecture, allowed = known
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        *((_EQUAL, len(allowed) - at, 0, number) for at, number in enumerate(allowed)),
        (_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW),
    ]  # fmt: skip  # a filter reads best as a table
    program = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    filtered = _Program(len(steps), program)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(filtered), 0, 0) == 0)
