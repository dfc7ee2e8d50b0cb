"""Reads the files of a site into the model. The only stage that opens authored files; it never follows a link out.

Nothing stops at the first mistake: every function returns what it could read, and what was wrong.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

from .diagnostics import Diagnostic, Position, nearest, problem
from .model import Exhibit, FrontMatter, Price, PriceFile, Prose, Seed, SiteFile, Story
from .schema import ID_WITH_HYPHENS, LANGUAGE_CODE, MapOf, Name, Reader, Record, read_record
from .yamltext import compose

R = TypeVar("R")
LARGEST_TEXT_BYTES = 1_000_000
RESERVED_SLUGS = frozenset(
    {
        "404",
        "about",
        "evidence",
        "exhibits",
        "feed",
        "images",
        "index",
        "manifest",
        "offline",
        "prices",
        "robots",
        "sitemap",
        "sources",
        "static",
        "stories",
        "text",
    }
)
"""Names of pages and folders of the built site; any two-letter name is kept for a language besides."""
IGNORED_NAMES = ("README.md", "LICENSE.md", "LICENCE.md")


@dataclass(frozen=True, slots=True)
class Tree:
    """Which authored files there are, before any is read."""

    stories: Mapping[str, tuple[str, ...]]
    """By slug, the names of the files in the story's folder."""
    seeds: tuple[str, ...]
    """The names of the seeds."""


@dataclass(frozen=True, slots=True)
class Text:
    """An authored text and the digest of its bytes."""

    value: str
    sha256: str


def tree(root: str) -> tuple[Tree, list[Diagnostic]]:
    """List the authored files under a root folder."""
    problems: list[Diagnostic] = []
    stories = {}
    for name, is_folder in _entries(root, "content", problems):
        if is_folder:
            stories[name] = _story_files(root, name, problems)
        elif name != "site.yaml" and name not in IGNORED_NAMES:
            problems.append(_unknown_file(f"content/{name}", ["site.yaml"], "a story is a folder of content/"))
    for slug in stories:
        problems.extend(_slug_problems(slug))
    seeds = [
        name.removesuffix(".yaml")
        for name, is_folder in _entries(root, "seeds", problems)
        if name.endswith(".yaml") and not is_folder
    ]
    problems.extend(_badly_named(f"seeds/{name}.yaml", name) for name in seeds if not ID_WITH_HYPHENS.fullmatch(name))
    return Tree(MappingProxyType(stories), tuple(seeds)), problems


def _entries(root: str, folder: str, problems: list[Diagnostic]) -> list[tuple[str, bool]]:
    """Names in a folder and whether each is a folder, sorted; special files are reported and left out."""
    try:
        found = sorted(os.scandir(os.path.join(root, folder)), key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        problems.append(
            problem(Position(folder), "irregular-file", f"`{folder}` is not a folder", "put a folder in its place")
        )
        return []
    plain = []
    by_folded_name: dict[str, str] = {}
    for entry in found:
        if entry.name.startswith(".") or entry.name.endswith(("~", ".swp", ".tmp")):
            continue
        path = f"{folder}/{entry.name}"
        if (
            other := by_folded_name.setdefault(entry.name.casefold(), entry.name) != entry.name
            and by_folded_name[entry.name.casefold()]
        ):
            problems.append(
                problem(
                    Position(path),
                    "clashing-names",
                    f"`{entry.name}` and `{other}` differ only in case",
                    "rename one of them",
                )
            )
        if not (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)):
            what = "a symlink" if entry.is_symlink() else "neither a file nor a folder"
            problems.append(
                problem(
                    Position(path), "irregular-file", f"`{path}` is {what}", "put a plain file or folder in its place"
                )
            )
            continue
        plain.append((entry.name, entry.is_dir(follow_symlinks=False)))
    return plain


def _story_files(root: str, slug: str, problems: list[Diagnostic]) -> tuple[str, ...]:
    files = []
    for name, is_folder in _entries(root, f"content/{slug}", problems):
        known = (
            name in ("index.md", "exhibits.yaml", "prices.yaml") or name.endswith(".csv") or name.startswith("index.")
        )
        if is_folder and name == "photos":
            files.extend(f"photos/{photo}" for photo, _ in _entries(root, f"content/{slug}/photos", problems))
        elif known and not is_folder:
            files.append(name)
        elif name not in IGNORED_NAMES:
            problems.append(
                _unknown_file(f"content/{slug}/{name}", ["index.md", "exhibits.yaml", "prices.yaml", "photos"], "")
            )
    return tuple(files)


def _unknown_file(path: str, valid: list[str], why: str) -> Diagnostic:
    return problem(
        Position(path),
        "unknown-file",
        f"nothing reads `{path}`" + (f"; {why}" if why else ""),
        nearest(path.rsplit("/", 1)[-1], valid),
    )


def _badly_named(path: str, name: str) -> Diagnostic:
    return problem(
        Position(path),
        "bad-name",
        f"`{name[:80]}` cannot be part of an address",
        "use small letters a to z, digits and hyphens",
    )


def _slug_problems(slug: str) -> list[Diagnostic]:
    path = f"content/{slug}"
    if slug in RESERVED_SLUGS or len(slug) == 2:
        return [
            problem(
                Position(path),
                "reserved-name",
                f"`{slug}` is the name of a page or a language, so no story can have it",
                "rename the folder",
            )
        ]
    return [] if ID_WITH_HYPHENS.fullmatch(slug) else [_badly_named(path, slug)]


# --- Single files ----------------------------------------------------------------------------------------------------


def read_text(root: str, path: str) -> tuple[Text | None, list[Diagnostic]]:
    """Read an authored text file: regular, at most `LARGEST_TEXT_BYTES`, UTF-8 (a byte-order mark is dropped, CRLF becomes LF)."""
    from hashlib import sha256

    data, refusal = _read_bytes(root, path)
    if data is None:
        return None, [refusal] if refusal else []
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        return None, [
            problem(
                Position(path, line),
                "unreadable-file",
                "there is a NUL byte here, so this is not a text file",
                "save it as plain UTF-8 text",
            )
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        message = f"the byte 0x{data[error.start]:02x} here is not UTF-8"
        return None, [
            problem(Position(path, line, column), "unreadable-file", message, "save the file with the encoding UTF-8")
        ]
    return Text(text.replace("\r\n", "\n").replace("\r", "\n"), sha256(data).hexdigest()), []


def _read_bytes(root: str, path: str) -> tuple[bytes | None, Diagnostic | None]:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(os.path.join(root, path), flags)
    except FileNotFoundError:
        return None, problem(Position(path), "missing-file", f"there is no file `{path}`", "create it")
    except OSError as error:
        return None, problem(
            Position(path),
            "irregular-file",
            f"`{path}` cannot be opened ({error.strerror})",
            "put a plain, readable file in its place",
        )
    with os.fdopen(handle, "rb") as file:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            return None, problem(
                Position(path), "irregular-file", f"`{path}` is not a plain file", "put a plain file in its place"
            )
        if facts.st_size > LARGEST_TEXT_BYTES:
            message = f"`{path}` has {facts.st_size:,} bytes; the most that is read is {LARGEST_TEXT_BYTES:,}"
            return None, problem(Position(path), "oversized-file", message, "split it, or move data out of it")
        return file.read(), None


def site_file(root: str) -> tuple[SiteFile | None, list[Diagnostic]]:
    """Read `content/site.yaml`."""
    text, problems = read_text(root, "content/site.yaml")
    if text is None:
        return None, problems
    site, more = _record(SiteFile, text.value, "content/site.yaml")
    if site and not site.languages:
        more.append(problem(site.at, "missing-key", "the site declares no language", "add `languages: [en]`"))
        site = None
    return site, more


def seed(root: str, name: str) -> tuple[Seed | None, list[Diagnostic], str]:
    """Read one seed; also the digest of its bytes."""
    path = f"seeds/{name}.yaml"
    text, problems = read_text(root, path)
    if text is None:
        return None, problems, ""
    found, more = _record(Seed, text.value, path, id=name)
    return found, more, text.sha256


def _record(
    record: type[R], text: str, file: str, first_line: int = 1, **given: Any
) -> tuple[R | None, list[Diagnostic]]:
    node, problems = compose(text, file, first_line)
    if problems:
        return None, problems
    if node is None:
        return None, [
            problem(
                Position(file, first_line),
                "wrong-type",
                "there is nothing here",
                f"write the keys of {Record(record).expected}",
            )
        ]
    reader = Reader(file, text, first_line)
    value = read_record(record, node, reader, **given)
    return value, reader.problems


def story(root: str, slug: str, files: tuple[str, ...], first_language: str) -> tuple[Story | None, list[Diagnostic]]:
    """Read a story's folder.

    Args:
        files: the names of its files, as `tree` lists them.
        first_language: the language of `index.md`.
    """
    folder = f"content/{slug}"
    digests: dict[str, str] = {}
    problems: list[Diagnostic] = []

    def read(name: str) -> str | None:
        text, more = read_text(root, f"{folder}/{name}")
        problems.extend(more)
        if text:
            digests[f"{folder}/{name}"] = text.sha256
        return text.value if text else None

    front, prose = _front_and_prose(read("index.md"), f"{folder}/index.md", problems)
    editions = {first_language: prose} if prose else {}
    for name in files:
        if (match := name.split("."))[0] == "index" and name != "index.md":
            if len(match) == 3 and match[2] == "md" and LANGUAGE_CODE.fullmatch(match[1]):
                editions[match[1]] = Prose(read(name) or "", Position(f"{folder}/{name}"))
            else:
                problems.append(
                    _unknown_file(f"{folder}/{name}", ["index.md"], "a translation is named index.LANGUAGE.md")
                )
    exhibits = (
        _map(MapOf(Record(Exhibit)), read("exhibits.yaml"), f"{folder}/exhibits.yaml", problems)
        if "exhibits.yaml" in files
        else {}
    )
    prices, more = (
        _record(PriceFile, read("prices.yaml") or "", f"{folder}/prices.yaml") if "prices.yaml" in files else (None, [])
    )
    problems.extend(more)
    rows = _price_rows(prices, files, folder, read, problems)
    if front is None or prose is None:
        return None, problems
    return Story(slug, front, MappingProxyType(editions), exhibits, prices, rows, MappingProxyType(digests)), problems


def _front_and_prose(
    text: str | None, file: str, problems: list[Diagnostic]
) -> tuple[FrontMatter | None, Prose | None]:
    if text is None:
        return None, None
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        which = "begins with" if end is not None or lines[0].rstrip() != "---" else "has a second"
        problems.append(
            problem(
                Position(file),
                "front-matter",
                f"a story {which} line of three hyphens (`---`) around its front matter",
                "put `---` on the first line and after the front matter",
            )
        )
        return None, None
    front, more = _record(FrontMatter, "\n".join(lines[1:end]) + "\n", file, first_line=2)
    problems.extend(more)
    return front, Prose("\n".join(lines[end + 1 :]), Position(file, end + 2))


def _map(kind: MapOf, text: str | None, file: str, problems: list[Diagnostic]) -> Mapping[str, Any]:
    node, more = compose(text or "", file)
    problems.extend(more)
    if node is None or more:
        return MappingProxyType({})
    reader = Reader(file, text or "")
    value = kind.read(node, reader)
    problems.extend(reader.problems)
    return value or MappingProxyType({})


def _price_rows(
    prices: PriceFile | None, files: tuple[str, ...], folder: str, read: Any, problems: list[Diagnostic]
) -> Mapping[str, Price]:
    if prices is None:
        return MappingProxyType({})
    if not isinstance(prices.prices, Name):
        return prices.prices
    name = prices.prices
    if name.value not in files or not name.value.endswith(".csv"):
        problems.append(
            problem(
                name.at,
                "missing-file",
                f"there is no CSV file `{name.value}` beside this one",
                nearest(name.value, [f for f in files if f.endswith(".csv")]),
            )
        )
        return MappingProxyType({})
    from .spreadsheet import price_rows

    rows, more = price_rows(read(name.value) or "", f"{folder}/{name.value}")
    problems.extend(more)
    return rows


def with_seed_text(root: str, seed_: Seed) -> tuple[str | None, list[Diagnostic]]:
    """The stored copy of a seed's text, where it keeps one."""
    if seed_.text is None:
        return None, []
    if "/" in seed_.text or "\\" in seed_.text or seed_.text.startswith("."):
        return None, [problem(seed_.at, "bad-name", f"`text: {seed_.text}` must name a file beside the seed")]
    text, problems = read_text(root, f"seeds/{seed_.text}")
    return (text.value if text else None), [replace(p, at=seed_.at) for p in problems]
