"""What git knows that it should not: originals, private files, pictures with a camera's metadata, now or ever before.

A file that was once committed is public with the repository, however long it has been gone from the folder. So the
guard looks at the index and at every commit that any branch or tag leads to. It asks git only where the site's folder
is in a repository, and says so where git cannot answer.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from hashlib import new
from pathlib import Path
from typing import NamedTuple

from .diagnostics import Diagnostic, Position, problem
from .metadata import PICTURE_ENDINGS, examined
from .originals import ORIGINALS, PRIVATE

_PUBLISHED = "treat it as published: others may have a copy of the history"


class _Blob(NamedTuple):
    """A file as git holds it."""

    path: str
    """From the site's root."""
    id: str
    indexed: bool
    """Whether it is in the index; else only in the history."""


class GitFailed(Exception):  # noqa: N818 - named by what happened
    """Git is not there or gave no answer; the message is its own."""


def guard(root: str) -> list[Diagnostic]:
    """What git tracks or has in its history, below the site's folder, that must not be public."""
    if not _in_repository(root):
        return []
    try:
        blobs = list(_blobs(root))
        return [*_by_place(blobs), *_by_content(root, blobs)]
    except GitFailed as failure:
        message = f"git could not be asked whether it has originals or pictures with metadata ({failure})"
        return [problem(Position("."), "unasked-git", message, "mend that, and check again before you push")]


def _in_repository(root: str) -> bool:
    home = Path(root).resolve()
    return any(Path(folder, ".git").exists() for folder in (home, *home.parents))


# --- What git holds --------------------------------------------------------------------------------------------------


def _blobs(root: str) -> Iterator[_Blob]:
    """Every file of the index, then every other that any commit has had."""
    seen = set()
    for entry in _git(root, "ls-files", "--stage", "-z").split(b"\0"):
        facts, _, path = entry.partition(b"\t")
        if path:
            blob = _Blob(os.fsdecode(path), facts.split()[1].decode(), indexed=True)
            seen.add((blob.path, blob.id))
            yield blob
    # Without a path to follow: git would leave out side branches whose end result is the same without them.
    told = _git(root, *_EVERY_CHANGE)
    for change in _CHANGE.finditer(told):
        name, id = os.fsdecode(change["path"]), change["id"].decode()
        if (name, id) not in seen and id.strip("0"):
            seen.add((name, id))
            yield _Blob(name, id, indexed=False)


_EVERY_CHANGE = (
    "log",
    "--all",
    "--raw",
    "--root",
    "-m",
    "--no-abbrev",
    "--no-renames",
    "--relative",
    "-z",
    "--format=",
)
_CHANGE = re.compile(rb":\d{6} \d{6} [0-9a-f]+ (?P<id>[0-9a-f]+) [A-Z]\d*\0(?P<path>[^\0]+)\0")
"""Of `git log --raw -z`: two modes, two names of blobs, what changed, and where."""


def _git(root: str, *arguments: str, given: bytes = b"") -> bytes:
    # A hook's own variables would have git answer for the folder it was started in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.quotePath=false", "-C", root, *arguments]
    try:
        ran = subprocess.run(command, input=given, capture_output=True, check=False, env=environment)
    except OSError as error:
        raise GitFailed(error.strerror or "it cannot be started") from error
    if ran.returncode:
        raise GitFailed(ran.stderr.decode(errors="replace").strip().partition("\n")[0] or "no reason given")
    return ran.stdout


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


def _by_content(root: str, blobs: list[_Blob]) -> Iterator[Diagnostic]:
    """Copies of originals under any name, and pictures that carry a camera's metadata."""
    elsewhere = [blob for blob in blobs if not blob.path.startswith((f"{ORIGINALS}/", f"{PRIVATE}/"))]
    originals = _ids_of_originals(root, elsewhere)
    pictures = {blob.id: blob for blob in reversed(elsewhere) if blob.path.lower().endswith(PICTURE_ENDINGS)}
    told = {}
    for blob in elsewhere:
        if blob.id in originals and blob.id not in told:
            told[blob.id] = _found(blob, "tracked-original", f"`{blob.path}` is the original {originals[blob.id]}")
    yield from told.values()
    for id, data in _contents(root, [id for id in pictures if id not in told]):
        picture = examined(data)
        carried = [each.what for each in picture.carried if each.of_camera] if picture else []
        if carried:
            blob = pictures[id]
            yield _found(blob, "tracked-metadata", f"`{blob.path}` carries {', '.join(carried)}")


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


def _contents(root: str, ids: list[str]) -> Iterator[tuple[str, bytes]]:
    """The bytes of some blobs, one batch of git's after another, so that memory holds few at a time."""
    for start in range(0, len(ids), 50):
        answer = _git(root, "cat-file", "--batch", given="".join(f"{id}\n" for id in ids[start : start + 50]).encode())
        at = 0
        while at < len(answer):
            end = answer.index(b"\n", at)
            facts = answer[at:end].split()
            if len(facts) != 3:
                raise GitFailed(answer[at:end].decode(errors="replace"))
            length = int(facts[2])
            if facts[1] == b"blob":
                yield facts[0].decode(), answer[end + 1 : end + 1 + length]
            at = end + 2 + length


def _found(blob: _Blob, kind: str, message: str) -> Diagnostic:
    shown = blob.path.encode("ascii", "backslashreplace").decode() if not blob.path.isprintable() else blob.path
    if blob.indexed:
        return problem(
            Position(shown),
            kind,
            f"{message}, and git tracks it",
            f"`git rm --cached '{shown}'`; if it was ever committed, take it out of the history too: "
            f"`git filter-repo --invert-paths --path '{shown}'`, and {_PUBLISHED}",
        )
    return problem(
        Position(shown),
        kind,
        f"{message}, and it is in the history of this repository",
        f"`git filter-repo --invert-paths --path '{shown}'` takes it out, then push with --force; {_PUBLISHED}",
    )
