"""What git knows that it should not: originals, private files, pictures with a camera's metadata, now or ever before.

A file that was once committed is public with the repository, however long it has been gone from the folder. So the
guard looks at the index and at every commit that any branch or tag leads to, whatever a file is named; for the words
that `private/` lists, at the index and at commits that no remote has yet, for those can still be kept from the world.
It asks git only where the site's folder is in a repository, and says so where git cannot answer.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import new
from pathlib import Path
from typing import NamedTuple

from . import tripwires
from .diagnostics import Diagnostic, Position, problem
from .metadata import examined
from .originals import ORIGINALS, PRIVATE
from .tripwires import Tripwire, Wires
from .unpacking import is_packed

_PUBLISHED = "treat it as published: others may have a copy of the history"


class _Blob(NamedTuple):
    """A file as git holds it."""

    path: str
    """From the site's root; begins with `../` where it lies elsewhere in the repository."""
    from_top: str
    """From the repository's."""
    id: str
    indexed: bool
    """Whether it is in the index; else only in the history."""
    outgoing: bool
    """Whether a push may be what makes it public: in the index, or in a commit that no remote has."""

    @property
    def is_ours(self) -> bool:
        """Whether it lies in the site's folder; elsewhere only copies of our originals are our affair."""
        return not self.path.startswith("../")


_NO_WIRES = Wires()


class GitFailed(Exception):  # noqa: N818 - named by what happened
    """Git is not there or gave no answer; the message is its own."""


def guard(root: str, wires: Wires = _NO_WIRES) -> list[Diagnostic]:
    """What git tracks or has in its history that must not be public: of the site's folder, and its originals anywhere.

    Args:
        wires: what must not leave this computer in a file, a name or a commit's message.
    """
    if not _in_repository(root):
        return []
    try:
        blobs = list(_blobs(root))
        found = [*_by_place(blobs), *_by_content(root, blobs, wires)]
        return found + (_by_name(blobs, wires) + _by_message(root, wires) if wires else [])
    except GitFailed as failure:
        message = f"git could not be asked whether it has originals or pictures with metadata ({failure})"
        return [problem(Position("."), "unasked-git", message, "mend that, and check again before you push")]


def _in_repository(root: str) -> bool:
    home = Path(root).resolve()
    return any(Path(folder, ".git").exists() for folder in (home, *home.parents))


# --- What git holds --------------------------------------------------------------------------------------------------


def _blobs(root: str) -> Iterator[_Blob]:
    """Every file of the index, then every other that any commit has had."""
    below = os.fsdecode(_git(root, "rev-parse", "--show-prefix").removesuffix(b"\n"))
    seen = set()

    def blob(path: bytes, id: bytes, **whether: bool) -> _Blob:
        from_top = os.fsdecode(path)
        seen.add((from_top, id))
        return _Blob(
            os.path.relpath(f"/{from_top}", f"/{below}").replace(os.sep, "/"), from_top, id.decode(), **whether
        )

    for entry in _git(root, "ls-files", "--stage", "--full-name", "-z", ":/").split(b"\0"):
        facts, _, path = entry.partition(b"\t")
        if path and not facts.startswith(b"160000 "):  # another repository within this one
            yield blob(path, facts.split()[1], indexed=True, outgoing=True)
    # Without a path to follow: git would leave out side branches whose end result is the same without them.
    for outgoing, which in ((True, _OUTGOING), (False, ("--all",))):
        for change in _CHANGE.finditer(_git(root, *_EVERY_CHANGE, *which)):
            if (os.fsdecode(change["path"]), change["id"]) not in seen and change["id"].strip(b"0"):
                yield blob(change["path"], change["id"], indexed=False, outgoing=outgoing)


_OUTGOING = ("--exclude=refs/stash", "--all", "--not", "--remotes")
"""The commits that no remote has; what is only laid aside is never pushed."""
_EVERY_CHANGE = (
    "log",
    "--raw",
    "--root",
    "-m",
    "--no-abbrev",
    "--no-renames",
    "-z",
    "--format=",
)
_CHANGE = re.compile(rb":\d{6} (?!160000)\d{6} [0-9a-f]+ (?P<id>[0-9a-f]+) [A-Z]\d*\0(?P<path>[^\0]+)\0")
"""Of `git log --raw -z`: two modes, two names of blobs, what changed, and where."""


def _git(root: str, *arguments: str, given: bytes = b"") -> bytes:
    command = ["git", "-c", "core.quotePath=false", "-C", root, *arguments]
    try:
        ran = subprocess.run(command, input=given, capture_output=True, check=False, env=_environment())
    except OSError as error:
        raise GitFailed(error.strerror or "it cannot be started") from error
    if ran.returncode:
        raise GitFailed(ran.stderr.decode(errors="replace").strip().partition("\n")[0] or "no reason given")
    return ran.stdout


def _environment() -> dict[str, str]:
    """Without a hook's own variables, which would have git answer for the folder it was started in."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


# --- What must not be there ------------------------------------------------------------------------------------------


def _by_place(blobs: Iterable[_Blob]) -> Iterator[Diagnostic]:
    """Files of the two folders that nothing is published from, but for what has git leave them alone."""
    told = set()
    for blob in blobs:
        folder, slash, name = blob.path.partition("/")
        if (
            slash
            and folder in (ORIGINALS, PRIVATE)
            and name not in (".gitignore", ".gitkeep")
            and blob.path not in told
        ):
            told.add(blob.path)
            yield _found(blob, "tracked-original", f"`{blob.path}` must never be in git")


def _by_content(root: str, blobs: list[_Blob], wires: Wires) -> Iterator[Diagnostic]:
    """Copies of originals under any name, pictures that carry a camera's metadata, and words that must not be said."""
    elsewhere = [blob for blob in blobs if not blob.path.startswith((f"{ORIGINALS}/", f"{PRIVATE}/"))]
    originals = _ids_of_originals(root, elsewhere)
    told = {}
    for blob in elsewhere:
        if blob.id in originals and blob.path not in told:
            told[blob.path] = _found(blob, "tracked-original", f"`{blob.path}` is the original {originals[blob.id]}")
    yield from told.values()
    others = {blob.id: blob for blob in reversed(elsewhere) if blob.id not in originals and blob.is_ours}
    read: set[bytes] = set()
    for id, data in _contents(root, others):
        blob = others[id]
        picture = examined(data)
        if carried := [each.what for each in picture.carried if each.of_camera] if picture else []:
            yield _found(blob, "tracked-metadata", f"`{blob.path}` carries {', '.join(carried)}")
        if wires and blob.outgoing:
            yield from _by_words(blob, data, wires, read)


def _by_words(blob: _Blob, data: bytes, wires: Wires, read: set[bytes]) -> Iterator[Diagnostic]:
    """What must not be said and stands in a file, with the first line that holds it; the name of the file may hold it too."""
    at = Position(".") if [*tripwires.in_names(wires, [blob.path])] else Position(blob.path)
    where = "git tracks it" if blob.indexed else "a commit that no remote has yet holds it"
    met, unread = tripwires.looked_through(wires, data if blob.indexed else _unread(data, read))
    for wire in met:
        line = _first_line(wire, data) if at.file != "." else 1
        message = f"the file holds {wire.at} of the tripwires, and {where}"
        yield problem(Position(at.file, line), "tripwire", message, _UNSAY)
    for why in unread:
        found = tripwires.unread_problem(at, data, why)
        yield replace(found, message=f"{found.message}; and {where}")


def _unread(data: bytes, read: set[bytes]) -> bytes:
    """A text's lines that stand so in no version read before, with some before and after; any other file whole.

    Most of what a history holds is the same lines over and over.
    """
    if b"\0" in data or is_packed(data) or examined(data):
        return data
    lines = data.split(b"\n")
    wanted: dict[int, None] = {}
    for number in range(len(lines)):
        about = b"\n".join(lines[max(0, number - 1) : number + 2])
        if about not in read:
            read.add(about)
            wanted.update(dict.fromkeys(range(max(0, number - _AROUND), number + _AROUND + 1)))
    return b"\n".join(lines[n] if n in wanted else b"" for n in range(len(lines)))


_AROUND = 3
"""So many lines a word of several parts may be broken over, or the tag within it."""


def _first_line(wire: Tripwire, data: bytes) -> int:
    lines = enumerate(data.split(b"\n"), 1)
    return next((n for n, line in lines if tripwires.looked_through(Wires((wire,)), line)[0]), 1)


def _by_name(blobs: Iterable[_Blob], wires: Wires) -> list[Diagnostic]:
    found = tripwires.in_names(wires, sorted({blob.path for blob in blobs if blob.outgoing and blob.is_ours}))
    return [problem(Position("."), "tripwire", f"{each.message}, and git has it", _UNSAY) for each in found]


def _by_message(root: str, wires: Wires) -> list[Diagnostic]:
    """What commits say of themselves: their messages and who made them are as public as their files."""
    told = _git(root, "log", "--no-show-signature", "-z", "--format=%h %an %ae %cn %ce%n%B", *_OUTGOING)
    found = []
    for commit in filter(None, told.split(b"\0")):
        name, _, said = commit.partition(b" ")
        for each in tripwires.in_file(wires, "", said):
            message = each.message.replace("the file", f"what the commit {name.decode()} says of itself")
            found.append(problem(Position("."), "tripwire", message, _UNSAY))
    return found


_UNSAY = (
    "take it out, then make one new commit of all that were not pushed: `git reset --soft @{upstream}`, "
    "`git commit`; a later commit alone would leave it in the history"
)


def _ids_of_originals(root: str, blobs: list[_Blob]) -> Mapping[str, str]:
    """By the name that git would give its bytes, the path of each original."""
    algorithm = "sha256" if blobs and len(blobs[0].id) == 64 else "sha1"
    ids = {}
    for path in sorted(Path(root, ORIGINALS).rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != ".gitignore":
            data = path.read_bytes()
            digest = new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
            digest.update(data)
            ids[digest.hexdigest()] = path.relative_to(root).as_posix()
    return ids


def _contents(root: str, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The bytes of some blobs, one at a time: each may be a photograph. What is no blob is left out."""
    command = ["git", "-C", root, "cat-file", "--batch"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes, env=_environment()) as asked:  # type: ignore[call-overload]
        for id in ids:
            try:
                asked.stdin.write(f"{id}\n".encode())
                asked.stdin.flush()
            except OSError as error:
                raise GitFailed("it ended early") from error
            facts = asked.stdout.readline().split()
            if len(facts) != 3:
                raise GitFailed(b" ".join(facts).decode(errors="replace") or "it ended early")
            data = asked.stdout.read(int(facts[2]) + 1)[:-1]
            if facts[1] == b"blob":
                yield id, data


def _found(blob: _Blob, kind: str, message: str) -> Diagnostic:
    shown, from_top = _printable(blob.path), _printable(blob.from_top)
    if blob.indexed:
        return problem(
            Position(shown),
            kind,
            f"{message}, and git tracks it",
            f"`git rm --cached '{shown}'`; if it was ever committed, take it out of the history too: "
            f"`git filter-repo --invert-paths --path '{from_top}'`, and {_PUBLISHED}",
        )
    return problem(
        Position(shown),
        kind,
        f"{message}, and it is in the history of this repository",
        f"`git filter-repo --invert-paths --path '{from_top}'` takes it out, then push with --force; {_PUBLISHED}",
    )


def _printable(path: str) -> str:
    return path if path.isprintable() else path.encode("ascii", "backslashreplace").decode()
