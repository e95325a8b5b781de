"""What keeps a child from outliving its parent, and a stale process id from being believed."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
HAS_PROC = Path("/proc/self").exists()
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(parting: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends this signal to the child when its parent dies.

    Linux only; elsewhere it does nothing, and the next start clears what was left. The parent is
    the *thread* that starts the child, so start children from a thread that lives long.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _LIBC is None:
            return
        _LIBC.prctl(PR_SET_PDEATHSIG, int(parting))
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_the_kernel


def is_alive(pid: int) -> bool:
    """Tell whether any process has this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def works_in(pid: int, folder: Path) -> bool:
    """Tell whether the process has this folder as its working folder."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except OSError:
        return False
