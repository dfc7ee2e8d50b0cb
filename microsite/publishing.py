"""The way into `site/`: all outputs of a build or none, whatever moment it is killed at.

A build stages its outputs in the work folder and publishes them when all are sound. Publishing writes down in a
journal which files `site/` shall hold, moves the new ones in, removes the rest, and strikes the journal. Each move is
one step for the disk, and doing any of it twice does no harm; so whatever moment a build is killed at, `recover` ends
with the last good site (no journal yet) or the new one (a journal stands).
"""

# Our exceptions are named by what happened:
# ruff: noqa: N818
# Part of start-up, where neither pathlib nor typing is worth its time:
# ruff: noqa: PTH105, PTH106, PTH108, PTH208

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterable
from contextlib import suppress

from .files import (
    OUR_PREFIX,
    checked,
    checked_output,
    create,
    is_plain_file,
    is_real_folder,
    make_folder,
    make_way,
    put,
    read,
    remove_folder,
    settle,
)
from .workfolder import PathTaken, Staging

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

MARKER = "# Made by Microsite: each build replaces everything in this folder but this file."
"""The line by which `site/` is known as ours to empty."""

SITE_GITIGNORE = f"{MARKER}\n*\n!.gitignore\n"


class KeptFileMissing(LookupError):
    """Files to be kept are no longer in `site/`: somebody changed it, so everything must be built anew."""


class ForeignSiteFolder(Exception):
    """`site/` holds what Microsite did not make; `names` says what."""

    def __init__(self, reason: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.names = names


def publish(
    site_folder: str | os.PathLike[str], staging: Staging, staged: Collection[str], keep: Collection[str] = ()
) -> tuple[list[str], list[str]]:
    """Make `site/` hold exactly the outputs named in `staged`, those in `keep` as they are, and its `.gitignore`.

    `keep` names outputs of an earlier build that this one did not make again. Files that would come out the same are
    not touched. The caller holds the `lock`. Gives the paths written and the paths removed, in order.

    Raises:
        ForeignSiteFolder: the folder is not ours to empty.
        KeptFileMissing: something in `keep` is not there.
        PathTaken: two paths are the same, or would be on some computers.
    """
    site = os.fspath(site_folder)
    wanted = _wanted(staged, keep)
    _refuse_foreign(site)
    files, folders = _scan(site)
    _refuse_missing(keep, files)
    fresh = [path for path in sorted(staged) if _differs(staging.folder, site, path, files.get(path))]
    leftovers = _leftovers(files, folders, wanted)
    if fresh or any(leftovers) or not _is_marked(site):
        settle([f"{staging.folder}/{path}" for path in fresh])
        _write_journal(staging, fresh, wanted)
        _carry_out(site, staging.folder, fresh, leftovers, wanted)
        os.unlink(f"{staging.work_folder}/journal")
    staging.discard()
    return fresh, leftovers[0]


def recover(
    site_folder: str | os.PathLike[str], work_folder: str | os.PathLike[str]
) -> Literal["nothing", "completed", "discarded"]:
    """Put right what a killed build left: complete its publish if the journal stands, else drop what it staged.

    To be called at the start of each build, under the `lock`. What is to be removed is found by looking, not read
    from the journal, so that no repetition can remove a file that has just been moved in.

    Raises:
        ForeignSiteFolder: the folder to complete is not ours any more.
    """
    site, work = os.fspath(site_folder), os.fspath(work_folder)
    if not (os.path.lexists(f"{work}/journal") or os.path.lexists(f"{work}/staging")):
        return "nothing"
    journal = _read_journal(work)
    if journal:
        _refuse_foreign(site)
        name, fresh, wanted = journal
        remaining = _still_staged(work, name, fresh)
        _carry_out(site, f"{work}/staging/{name}", remaining, _leftovers(*_scan(site), wanted), wanted)
    with suppress(FileNotFoundError):
        os.unlink(f"{work}/journal")
    remove_folder(f"{work}/staging")
    return "completed" if journal else "discarded"


def listing(site_folder: str | os.PathLike[str]) -> dict[str, tuple[int, int]]:
    """The plain files of `site/` but its `.gitignore`: size in bytes and time of change in nanoseconds, by path.

    Cheap enough for each build to see whether the folder is as the last one left it.
    """
    files, _folders = _scan(os.fspath(site_folder))
    plain = ((path, files[path]) for path in sorted(files) if stat.S_ISREG(files[path].st_mode))
    return {path: (found.st_size, found.st_mtime_ns) for path, found in plain}


def links(site_folder: str | os.PathLike[str]) -> list[str]:
    """What lies in a folder and is neither a plain file nor a real folder, by path."""
    files, _folders = _scan(os.fspath(site_folder))
    return sorted(path for path, found in files.items() if not stat.S_ISREG(found.st_mode))


def foreign_site_folder(site_folder: str | os.PathLike[str]) -> ForeignSiteFolder | None:
    """Why `site/` must not be emptied, or None when it is absent, empty or ours."""
    site = os.fspath(site_folder)
    try:
        if not is_real_folder(os.lstat(site)):
            return ForeignSiteFolder("site/ is a link or a file where a folder is wanted")
    except FileNotFoundError:
        return None
    names = tuple(sorted(name for name in os.listdir(site) if not name.startswith(OUR_PREFIX)))
    if ".git" in names:
        return ForeignSiteFolder("site/ is a git repository of its own", (".git",))
    if names and not _is_marked(site):
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        return ForeignSiteFolder(f"site/ holds {shown} and lacks the .gitignore that marks it as made here", names)
    return None


def _refuse_foreign(site: str) -> None:
    if foreign := foreign_site_folder(site):
        raise foreign


def _is_marked(site: str) -> bool:
    path = f"{site}/.gitignore"
    return is_plain_file(path) and MARKER.encode() in read(path).splitlines()


# What shall be there


def _wanted(staged: Iterable[str], keep: Iterable[str]) -> frozenset[str]:
    """All paths of the new site, once it is sure that every computer can tell them apart."""
    seen: dict[str, str] = {}
    for path in (*staged, *keep):
        folded = checked_output(path).casefold()
        if folded in seen:
            raise PathTaken(f"two outputs want the path `{path}`, one written `{seen[folded]}`")
        seen[folded] = path
    if both := seen.keys() & _folders_of(seen):
        raise PathTaken(f"`{seen[min(both)]}` is wanted both as a file and as a folder")
    return frozenset(seen.values())


def _refuse_missing(keep: Iterable[str], files: dict[str, os.stat_result]) -> None:
    missing = [path for path in sorted(keep) if path not in files or not stat.S_ISREG(files[path].st_mode)]
    if missing:
        raise KeptFileMissing(f"site/ has lost {', '.join(missing[:5])}")


def _differs(staged: str, site: str, path: str, found: os.stat_result | None) -> bool:
    size_bytes = os.lstat(f"{staged}/{path}").st_size  # first, for it raises if nothing was staged under this path
    if found is None or not stat.S_ISREG(found.st_mode) or found.st_size != size_bytes:
        return True
    return read(f"{staged}/{path}") != read(f"{site}/{path}")


def _leftovers(files: Iterable[str], folders: Iterable[str], wanted: frozenset[str]) -> tuple[list[str], list[str]]:
    """Files to remove, then folders to remove after them, deepest first."""
    needed = _folders_of(wanted)
    return sorted(set(files) - wanted), sorted(set(folders) - needed, reverse=True)


def _scan(site: str) -> tuple[dict[str, os.stat_result], list[str]]:
    """Everything in the folder that is not a real folder, links unfollowed; and the real folders."""
    files: dict[str, os.stat_result] = {}
    folders: list[str] = []
    waiting = [""] if os.path.lexists(site) else []
    while waiting:
        prefix = waiting.pop()
        with os.scandir(f"{site}/{prefix}") as entries:
            for entry in entries:
                path, found = prefix + entry.name, entry.stat(follow_symlinks=False)
                if is_real_folder(found):
                    folders.append(path)
                    waiting.append(f"{path}/")
                else:
                    files[path] = found
    files.pop(".gitignore", None)
    return files, folders


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above these relative paths."""
    folders: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    return folders


# The journal


def _write_journal(staging: Staging, fresh: list[str], wanted: Collection[str]) -> None:
    """Note down the build's folder in `staging/`, what to move from there, and all that `site/` shall hold then."""
    import json

    journal = {"staging": staging.name, "fresh": fresh, "wanted": sorted(wanted)}
    temporary = f"{staging.folder}/{OUR_PREFIX}journal"
    create(temporary, json.dumps(journal).encode(), durable=True)
    os.replace(temporary, f"{staging.work_folder}/journal")
    settle([staging.work_folder])


def _read_journal(work: str) -> tuple[str, list[str], frozenset[str]] | None:
    """What the standing journal says; None without one, or with one we did not write."""
    import json

    try:
        journal = json.loads(read(f"{work}/journal"))
        fresh, wanted = ([checked_output(path) for path in journal[key]] for key in ("fresh", "wanted"))
        return checked(journal["staging"]), fresh, frozenset(wanted)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def _still_staged(work: str, name: str, fresh: list[str]) -> list[str]:
    """What has not been moved yet, if it is sure that no link brings in files from elsewhere."""
    known: set[str] = set()
    return [path for path in fresh if is_plain_file(make_way(work, f"staging/{name}/{path}", known))]


# Changes


def _carry_out(
    site: str, staging: str, fresh: list[str], leftovers: tuple[list[str], list[str]], wanted: frozenset[str]
) -> None:
    """All changes to `site/`, to be made only while a journal stands."""
    files, folders = leftovers
    make_room_first = _in_the_way(files + folders, wanted)
    make_folder(site)
    if make_room_first:
        _delete(site, files, folders)
    _mark(site)
    known: set[str] = set()
    for path in fresh:
        _bring(f"{staging}/{path}", make_way(site, path, known))
    if not make_room_first:  # the usual case: new pages are there before the old ones go
        _delete(site, files, folders)
    touched = _folders_of(fresh + files + folders) - set(folders)
    settle([f"{site}/{path}" for path in sorted(touched | {""})])


def _mark(site: str) -> None:
    if not _is_marked(site):
        put(f"{site}/.gitignore", SITE_GITIGNORE.encode(), durable=True)


def _bring(source: str, target: str) -> None:
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        put(target, read(source), durable=True)  # site/ is mounted from another disk
        os.unlink(source)


def _in_the_way(leftovers: list[str], wanted: frozenset[str]) -> bool:
    """Whether one stands where the new site needs the place, or would where case does not count."""
    places = {path.casefold() for path in wanted | _folders_of(wanted)} if leftovers else set()
    return any(path.casefold() in places for path in leftovers)


def _delete(site: str, files: list[str], folders: list[str]) -> None:
    for path in files:
        with suppress(FileNotFoundError):
            os.unlink(f"{site}/{path}")
    for path in folders:
        with suppress(OSError):  # something has come into it since: the next build sees it
            os.rmdir(f"{site}/{path}")
