"""Under which user the server runs: PostgreSQL refuses root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.postgres.errors import PostgresUnusable

ROOT = 0
CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """The user that owns the data; `change` says whether a child must become that user."""

    uid: int
    gid: int
    name: str
    change: bool

    def popen_options(self) -> dict[str, Any]:
        """Return what makes `subprocess` start a program as this user."""
        if not self.change:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, folder: Path) -> None:
        """Make the folder this user's own and closed to all others."""
        folder.chmod(stat.S_IRWXU)
        if self.change:
            os.chown(folder, self.uid, self.gid)


def account_for(data: Path) -> Account:
    """Return who shall own and serve this data folder, which may not exist yet."""
    me = os.geteuid()
    owner = data.stat().st_uid if data.exists() else None
    if me != ROOT:
        if owner not in {None, me}:
            raise PostgresUnusable(f"{data} belongs to another user; start as that user or root.")
        return _account(pwd.getpwuid(me), change=False) if _is_known(me) else _nameless(me)
    if owner not in {None, ROOT} and _is_known(owner):
        return _account(pwd.getpwuid(owner), change=True)
    return _account(_unprivileged(), change=True)


def refuse_closed_folders(path: Path, account: Account) -> None:
    """Refuse when something on the path keeps the account out. Modes are never changed."""
    if closed := closed_folder(path, account):
        raise PostgresUnusable(
            f"PostgreSQL does not run as root, and the user {account.name} may not pass "
            f"through {closed}: move the project to an open folder such as /srv or /opt, "
            "start it as an ordinary user, or set DATABASE_URL."
        )


def closed_folder(path: Path, account: Account) -> Path | None:
    """Return the first thing on the way to and including the path that keeps the account out."""
    if not account.change:
        return None
    way = [*reversed(path.resolve().parents), path.resolve()]
    return next((it for it in way if it.exists() and not _is_passable(it, account)), None)


def _is_passable(place: Path, account: Account) -> bool:
    found = place.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def _unprivileged() -> pwd.struct_passwd:
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in CANDIDATES:
        if name in known:
            return known[name]
    raise PostgresUnusable("PostgreSQL does not run as root, and there is no user nobody.")


def _is_known(uid: int | None) -> bool:
    return uid is not None and uid in {entry.pw_uid for entry in pwd.getpwall()}


def _account(entry: pwd.struct_passwd, *, change: bool) -> Account:
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name, change)


def _nameless(uid: int) -> Account:
    return Account(uid, os.getegid(), str(uid), change=False)
