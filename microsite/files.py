"""Every write to disk: whole files, the cache and the way into `site/`; nobody else opens a file for writing.

A build stages its outputs in the work folder and publishes them when all are sound. Publishing writes down in a
journal which files `site/` shall hold, moves the new ones in, removes the rest, and strikes the journal. Each move is
one step for the disk, and doing any of it twice does no harm; so whatever moment a build is killed at, `recover` ends
with the last good site (no journal yet) or the new one (a journal stands).

Names are checked against links and special files before anything is written or removed. That guards against what a
repository or an earlier mishap left lying about, not against a hostile process at work at the same moment.
"""

# Our exceptions are named by what happened:
# ruff: noqa: N818
# An unchanged build has some twenty milliseconds, and neither pathlib nor typing is worth five of them:
# ruff: noqa: PTH102, PTH105, PTH106, PTH108, PTH112, PTH114, PTH120, PTH123, PTH208

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

MARKER = "# Made by Microsite: each build replaces everything in this folder but this file."
"""The line by which `site/` is known as ours to empty."""

SITE_GITIGNORE = f"{MARKER}\n*\n!.gitignore\n"

_OUR_PREFIX = ".microsite-"  # temporary files; no output may be called so
_UNPORTABLE = frozenset('\\:*?"<>|')  # characters that mean something else to some computer
_CHECKSUM_BYTES = 16
_FEW = 64  # above this many files, one sync of everything is quicker than one for each
_LOCK_POLL_SECONDS = 0.05
_NOFOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_BINARY: int = getattr(os, "O_BINARY", 0)  # Windows would translate newlines without it


class UnsafePath(ValueError):
    """A path leaves its folder, leads through a link, or cannot be an address."""


class PathTaken(ValueError):
    """Two outputs want the same path, or paths that are one on some computers."""


class KeptFileMissing(LookupError):
    """Files to be kept are no longer in `site/`: somebody changed it, so everything must be built anew."""


class ForeignSiteFolder(Exception):
    """`site/` holds what Microsite did not make; `names` says what."""

    def __init__(self, reason: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.names = names


class Busy(Exception):
    """Another build is at work in the same folder and did not end in time."""


# Names made from content


def digest(data: bytes) -> str:
    """The fingerprint of these bytes as it is written everywhere: `sha256-` and 64 hexadecimal digits."""
    from hashlib import sha256

    return f"sha256-{sha256(data).hexdigest()}"


def short_digest(data: bytes) -> str:
    """Ten hexadecimal digits for a file name that changes with its content."""
    from hashlib import sha256

    return sha256(data).hexdigest()[:10]


def cache_key(*parts: bytes | str) -> str:
    """A key for `Store`, different whenever any part is: give it the inputs, the recipe and the versions."""
    from hashlib import blake2b

    state = blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))  # so that ("ab", "c") is not ("a", "bc")
        state.update(data)
    return state.hexdigest()


# Whole files


def write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """Put `data` at `path` in one step: a reader or a power cut finds the old file or the new, never a part.

    A link that stands at `path` is itself replaced; what it points to stays as it is.
    """
    _put(os.fspath(path), data, durable=True)


def write_within(root: str | os.PathLike[str], path: str, data: bytes) -> None:
    """`write_whole` at a relative path below `root`, making the folders on the way.

    Raises:
        UnsafePath: the path leads out of `root`, or through something that is not a real folder.
    """
    write_whole(_make_way(os.fspath(root), _checked(path), set()), data)


class Store:
    """Results of costly work, such as a rendered text or a drawn plate, so that it is done once.

    Each stands in a file of its own under a key that `cache_key` made from everything that shaped it; nothing is ever
    changed in place, and what changed has another key. A file whose checksum is wrong counts as absent. Builds at the
    same time may share a store. To throw it away, delete the folder: the next build fills it again.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = os.fspath(folder)

    def get(self, key: str) -> bytes | None:
        """What was stored under `key`; None when there is nothing sound."""
        try:
            entry = _read(f"{self.folder}/{_place(key)}")
        except OSError:
            return None
        data = entry[_CHECKSUM_BYTES:]
        return data if entry[:_CHECKSUM_BYTES] == _checksum(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        """Store `data` under `key`."""
        for folder in (os.path.dirname(self.folder) or ".", self.folder):
            _make_folder(folder)
        # Not forced to the disk: the checksum finds what a power cut tore.
        _put(_make_way(self.folder, _place(key), set()), _checksum(key, data) + data, durable=False)


def _place(key: str) -> str:
    if not (len(key) > 8 and key.isascii() and key.isalnum()):
        raise ValueError(f"not a cache key: {key!r}")
    return f"{key[:2]}/{key[2:]}"


def _checksum(key: str, data: bytes) -> bytes:
    from hashlib import blake2b

    state = blake2b(key.encode(), digest_size=_CHECKSUM_BYTES)
    state.update(data)
    return state.digest()


# One build at a time


@contextmanager
def lock(work_folder: str | os.PathLike[str], timeout_seconds: float = 30.0) -> Iterator[Callable[[], None]]:
    """Hold the work folder for one build, waiting up to `timeout_seconds` for another to end.

    Yields a function for forked workers to call first thing: it drops their share, so that workers which outlive a
    killed build do not hold the lock. In the process that took the lock it does nothing.

    Raises:
        Busy: the other build took longer.
    """
    work, owner = os.fspath(work_folder), os.getpid()
    _make_work_folder(work)
    handle = os.open(f"{work}/lock", os.O_CREAT | os.O_RDWR | _NOFOLLOW, 0o666)

    def let_go() -> None:
        if os.getpid() != owner:
            os.close(handle)

    try:
        _wait_for(handle, timeout_seconds, work)
        yield let_go
    finally:
        if os.getpid() == owner:
            _unlock(handle)


def _make_work_folder(work: str) -> None:
    """The folder and the one above it; git is told to leave alone whichever is ours."""
    above = os.path.dirname(work)
    if above and not os.path.isdir(above):
        _make_folder(above)
    _make_folder(work)
    ours = above if above.rpartition("/")[2].startswith(".microsite") else work
    if not os.path.lexists(f"{ours}/.gitignore"):
        _put(f"{ours}/.gitignore", b"*\n", durable=False)


def _wait_for(handle: int, timeout_seconds: float, work: str) -> None:
    import time

    give_up = time.monotonic() + timeout_seconds
    while not _try_lock(handle):
        if time.monotonic() >= give_up:
            raise Busy(f"another build is at work in {work}; waited {timeout_seconds:g} seconds for it to end")
        time.sleep(_LOCK_POLL_SECONDS)


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # PermissionError is how Windows says it
        return False
    return True


def _unlock(handle: int) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_UN)  # closing alone would leave it held while a forked worker lives
    os.close(handle)


# Staging


class Staging:
    """The outputs of one build before they reach `site/`, in a folder of its own in the work folder.

    Forked workers may add at the same time: the disk refuses a path that is taken. The folder is new for each build,
    so that a worker which outlives a killed build cannot add to the next.
    """

    def __init__(self, work_folder: str | os.PathLike[str]) -> None:
        self.work_folder = os.fspath(work_folder)
        self.name = f"{os.getpid()}-{os.urandom(4).hex()}"
        self.folder = f"{self.work_folder}/staging/{self.name}"
        self._known: set[str] = set()
        for folder in (self.work_folder, f"{self.work_folder}/staging", self.folder):
            _make_folder(folder)

    def add(self, path: str, data: bytes) -> None:
        """Stage one output under its path in `site/`, with forward slashes.

        Raises:
            PathTaken: an output with this path is there already.
            UnsafePath: the path is not a plain relative one.
        """
        target = _make_way(self.folder, _checked_output(path), self._known)
        try:
            _create(target, data, durable=False)
        except FileExistsError:
            raise PathTaken(f"two outputs want the path `{path}`") from None

    def discard(self) -> None:
        """Drop everything staged, as after a build that found errors."""
        _discard(self.folder)
        with suppress(OSError):
            os.rmdir(f"{self.work_folder}/staging")


# Publishing


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
        _settle([f"{staging.folder}/{path}" for path in fresh])
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
    _discard(f"{work}/staging")
    return "completed" if journal else "discarded"


def listing(site_folder: str | os.PathLike[str]) -> dict[str, tuple[int, int]]:
    """The plain files of `site/` but its `.gitignore`: size in bytes and time of change in nanoseconds, by path.

    Cheap enough for each build to see whether the folder is as the last one left it.
    """
    files, _folders = _scan(os.fspath(site_folder))
    plain = ((path, files[path]) for path in sorted(files) if stat.S_ISREG(files[path].st_mode))
    return {path: (found.st_size, found.st_mtime_ns) for path, found in plain}


def foreign_site_folder(site_folder: str | os.PathLike[str]) -> ForeignSiteFolder | None:
    """Why `site/` must not be emptied, or None when it is absent, empty or ours."""
    site = os.fspath(site_folder)
    try:
        if not _is_real_folder(os.lstat(site)):
            return ForeignSiteFolder("site/ is a link or a file where a folder is wanted")
    except FileNotFoundError:
        return None
    names = tuple(sorted(name for name in os.listdir(site) if not name.startswith(_OUR_PREFIX)))
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
    return _is_plain_file(path) and MARKER.encode() in _read(path).splitlines()


def _wanted(staged: Iterable[str], keep: Iterable[str]) -> frozenset[str]:
    """All paths of the new site, once it is sure that every computer can tell them apart."""
    seen: dict[str, str] = {}
    for path in (*staged, *keep):
        folded = _checked_output(path).casefold()
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
    return _read(f"{staged}/{path}") != _read(f"{site}/{path}")


def _write_journal(staging: Staging, fresh: list[str], wanted: Collection[str]) -> None:
    """Note down the build's folder in `staging/`, what to move from there, and all that `site/` shall hold then."""
    import json

    journal = {"staging": staging.name, "fresh": fresh, "wanted": sorted(wanted)}
    temporary = f"{staging.folder}/{_OUR_PREFIX}journal"
    _create(temporary, json.dumps(journal).encode(), durable=True)
    os.replace(temporary, f"{staging.work_folder}/journal")
    _fsync(staging.work_folder)


def _read_journal(work: str) -> tuple[str, list[str], frozenset[str]] | None:
    """What the standing journal says; None without one, or with one we did not write."""
    import json

    try:
        journal = json.loads(_read(f"{work}/journal"))
        fresh, wanted = ([_checked_output(path) for path in journal[key]] for key in ("fresh", "wanted"))
        return _checked(journal["staging"]), fresh, frozenset(wanted)
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return None


def _still_staged(work: str, name: str, fresh: list[str]) -> list[str]:
    """What has not been moved yet, if it is sure that no link brings in files from elsewhere."""
    known: set[str] = set()
    return [path for path in fresh if _is_plain_file(_make_way(work, f"staging/{name}/{path}", known))]


def _carry_out(
    site: str, staging: str, fresh: list[str], leftovers: tuple[list[str], list[str]], wanted: frozenset[str]
) -> None:
    """All changes to `site/`, to be made only while a journal stands."""
    files, folders = leftovers
    make_room_first = _in_the_way(files + folders, wanted)
    _make_folder(site)
    if make_room_first:
        _delete(site, files, folders)
    _mark(site)
    known: set[str] = set()
    for path in fresh:
        _bring(f"{staging}/{path}", _make_way(site, path, known))
    if not make_room_first:  # the usual case: new pages are there before the old ones go
        _delete(site, files, folders)
    touched = _folders_of(fresh + files + folders) - set(folders)
    _settle([f"{site}/{path}" for path in sorted(touched | {""})])


def _mark(site: str) -> None:
    if not _is_marked(site):
        _put(f"{site}/.gitignore", SITE_GITIGNORE.encode(), durable=True)


def _bring(source: str, target: str) -> None:
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _put(target, _read(source), durable=True)  # site/ is mounted from another disk
        os.unlink(source)


def _leftovers(files: Iterable[str], folders: Iterable[str], wanted: frozenset[str]) -> tuple[list[str], list[str]]:
    """Files to remove, then folders to remove after them, deepest first."""
    needed = _folders_of(wanted)
    return sorted(set(files) - wanted), sorted(set(folders) - needed, reverse=True)


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
                if _is_real_folder(found):
                    folders.append(path)
                    waiting.append(f"{path}/")
                else:
                    files[path] = found
    files.pop(".gitignore", None)
    return files, folders


# Paths and folders


def _checked(path: str) -> str:
    """The same relative path, if it stays below its folder and means the same on every computer."""
    for part in path.split("/"):
        plain = part.isascii() and part.isprintable() and _UNPORTABLE.isdisjoint(part)
        if not part or not plain or part.endswith((".", " ")) or part.startswith(_OUR_PREFIX):
            raise UnsafePath(f"`{path}` is not a plain relative path")
    return path


def _checked_output(path: str) -> str:
    if path.casefold() == ".gitignore":
        raise UnsafePath("site/.gitignore is not an output: it marks the folder")
    return _checked(path)


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder above these relative paths."""
    folders: set[str] = set()
    for path in paths:
        while (path := path.rpartition("/")[0]) and path not in folders:
            folders.add(path)
    return folders


def _make_way(base: str, path: str, known: set[str]) -> str:
    """Where `path` lies below `base`, with the folders between made; `known` remembers those already seen to."""
    folder = path.rpartition("/")[0]
    if folder and folder not in known:
        _make_folder(_make_way(base, folder, known))
        known.add(folder)
    return f"{base}/{path}"


def _make_folder(path: str) -> None:
    try:
        os.mkdir(path)
    except FileExistsError:
        if not _is_real_folder(os.lstat(path)):
            raise UnsafePath(f"{path} is a link or a file where a folder is wanted") from None


def _is_plain_file(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False


def _is_real_folder(found: os.stat_result) -> bool:
    if not stat.S_ISDIR(found.st_mode):
        return False
    is_junction = getattr(found, "st_reparse_tag", 0) == 0xA0000003  # Windows: a link that passes for a folder
    return not is_junction


def _discard(folder: str) -> None:
    """Remove one of our own folders with all it holds; a link in its place is itself removed."""
    import shutil

    if os.path.islink(folder):
        os.unlink(folder)
    shutil.rmtree(folder, ignore_errors=True)  # an outliving worker may still add: the next build comes by again


# Bytes


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _put(path: str, data: bytes, *, durable: bool) -> None:
    folder = os.path.dirname(path) or "."
    temporary = f"{folder}/{_OUR_PREFIX}{os.getpid()}-{os.urandom(4).hex()}.tmp"
    try:
        _create(temporary, data, durable=durable)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    if durable:
        _fsync(folder)


def _create(path: str, data: bytes, *, durable: bool) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]
        if durable:
            os.fsync(handle)
    finally:
        os.close(handle)


def _settle(paths: Collection[str]) -> None:
    """Return once these files and folders would outlast a power cut."""
    if len(paths) > _FEW and hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        _fsync(path)


def _fsync(path: str) -> None:
    windows = os.name == "nt"
    if windows and os.path.isdir(path):
        return  # Windows cannot open a folder, and keeps its own log of names
    handle = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
