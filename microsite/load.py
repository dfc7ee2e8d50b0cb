"""Reads the files of a site into the model; `authored` opens them.

Nothing stops at the first mistake: every function returns what it could read, and what was wrong.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from .authored import LARGEST_TEXT_BYTES, read_bytes, read_text
from .diagnostics import Diagnostic, Position, nearest, problem
from .files import sha256
from .inventory import unknown_file
from .memory import Forgetful, Memory
from .metadata import examined
from .model import Exhibit, FrontMatter, PhotoFile, Price, PriceFile, Prose, Review, Seed, SiteFile, Story
from .record import Published, record_path
from .schema import LANGUAGE_CODE, UNREADABLE, Entries, MapOf, Name, Reader, Record, Text, read_record
from .yamltext import compose

R = TypeVar("R")
T = TypeVar("T")
LARGEST_PHOTO_BYTES = 40_000_000
FILE_NAME = re.compile(r"\w[\w .()-]{0,199}")
_NO_MEMORY = Forgetful()


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


def seed(root: str, name: str, memory: Memory = _NO_MEMORY) -> tuple[Seed | None, list[Diagnostic], str]:
    """Read one seed; also the digest of its bytes."""
    path = f"seeds/{name}.yaml"
    text, problems = read_text(root, path)
    if text is None:
        return None, problems, ""
    found, more = _record(Seed, text.value, path, id=name, memory=memory)
    return found, more, text.sha256


def seed_holds(root: str, name: str, word: str) -> bool:
    """Whether a word stands in a seed's file at all: much quicker than reading what the file says."""
    data = read_bytes(root, f"seeds/{name}.yaml", LARGEST_TEXT_BYTES)
    return isinstance(data, bytes) and word.encode() in data


def story_holds(root: str, slug: str, word: str) -> bool:
    """Whether a word stands in a story's own file at all, likewise."""
    data = read_bytes(root, f"content/{slug}/index.md", LARGEST_TEXT_BYTES)
    return isinstance(data, bytes) and word.encode() in data


def _record(
    record: type[R], text: str, file: str, first_line: int = 1, *, memory: Memory = _NO_MEMORY, **given: Any
) -> tuple[R | None, list[Diagnostic]]:
    question = record, file, first_line, text
    value, problems = memory.once(question, lambda: _record_anew(record, text, file, first_line, given))
    return value, [*problems]


def _record_anew(
    record: type[R], text: str, file: str, first_line: int, given: Mapping[str, Any]
) -> tuple[R | None, list[Diagnostic]]:
    node, problems = compose(text, file, first_line)
    if problems:
        return None, problems
    if node is None:
        hint = f"write {Record(record).expected}"
        return None, [problem(Position(file, first_line), "wrong-type", "there is nothing here", hint)]
    reader = Reader(file, text, first_line)
    value = read_record(record, node, reader, **given)
    return value, reader.problems


def story(
    root: str, slug: str, files: tuple[str, ...], first_language: str, memory: Memory = _NO_MEMORY
) -> tuple[Story | None, list[Diagnostic]]:
    """Read a story's folder.

    Args:
        files: the names of its files, as `tree` lists them.
        first_language: the language of `index.md`.
        memory: of files that were read before.
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

    front, prose = _front_and_prose(read("index.md"), f"{folder}/index.md", problems, memory)
    editions = {first_language: prose} if prose else {}
    for language, name in _translations(files, first_language, folder, problems):
        text = read(name)
        if text is not None:
            editions[language] = Prose(text, Position(f"{folder}/{name}"))
    exhibits: Mapping[str, Exhibit] = MappingProxyType({})
    if "exhibits.yaml" in files:
        exhibits = _exhibits(read("exhibits.yaml"), f"{folder}/exhibits.yaml", problems, memory)
    photographs = dict(_photographs(root, folder, exhibits, files, problems, memory))
    digests |= {photo.path: photo.sha256.removeprefix("sha256-") for photo in photographs.values()}
    prices = None
    rows: Mapping[str, Price] = MappingProxyType({})
    if "prices.yaml" in files:
        if (text := read("prices.yaml")) is not None:
            prices, more = _record(PriceFile, text, f"{folder}/prices.yaml", memory=memory)
            problems.extend(more)
        rows = _price_rows(prices, files, folder, read, problems)
    reviews = _reviews(files, folder, read, problems, memory)
    record, more = published(root, slug)
    problems += more
    if prose is None:
        return None, problems
    front = front or _stand_in(f"{folder}/index.md")
    made = Story(
        slug,
        front,
        MappingProxyType(editions),
        exhibits,
        MappingProxyType(photographs),
        prices,
        rows,
        MappingProxyType(reviews),
        MappingProxyType(digests),
        record,
    )
    return made, problems


def published(root: str, slug: str) -> tuple[Published | None, list[Diagnostic]]:
    """What is recorded of a story's publication; nothing where there was none."""
    path = record_path(slug)
    if not os.path.lexists(os.path.join(root, path)):
        return None, []
    text, problems = read_text(root, path)
    if text is None:
        return None, problems
    return _record(Published, text.value, path)


def _photographs(
    root: str,
    folder: str,
    exhibits: Mapping[str, Exhibit],
    files: tuple[str, ...],
    problems: list[Diagnostic],
    memory: Memory,
) -> Iterator[tuple[str, PhotoFile]]:
    """What is found at each exhibit's photograph; files that are nobody's photograph are reported."""
    named = {f"photos/{exhibit.photo}": exhibit for exhibit in exhibits.values() if exhibit.photo}
    for path, exhibit in named.items():
        if path not in files:
            valid = [name.removeprefix("photos/") for name in files if name.startswith("photos/")]
            message = f"there is no file `{path}` for the photograph of `{exhibit.id}`"
            problems.append(problem(exhibit.at, "missing-file", message, nearest(exhibit.photo or "", valid)))
            continue
        found = _photograph(root, f"{folder}/{path}", memory)
        if isinstance(found, Diagnostic):
            problems.append(found)
        else:
            yield exhibit.id, found
    for path in files:
        is_known = path in named or (isinstance(exhibits, Entries) and exhibits.unreadable)
        if path.startswith("photos/") and not is_known:
            message = f"no exhibit shows `{path}`, and it would be as public as the repository"
            hint = "delete it, or move it to originals/ and run `python build.py photo` on it"
            problems.append(problem(Position(f"{folder}/{path}"), "stray-photo", message, hint))


def _photograph(root: str, path: str, memory: Memory) -> PhotoFile | Diagnostic:
    """What is found at a photograph's path."""

    def read() -> PhotoFile | Diagnostic:
        data = photo_bytes(root, path)
        return data if isinstance(data, Diagnostic) else _photo_file(path, data)

    return remembered(root, path, read, memory)


def remembered(root: str, path: str, read: Callable[[], T], memory: Memory) -> T:
    """What came of reading a large file, which is read again only where its state is another."""
    try:
        found = os.lstat(os.path.join(root, path))
    except OSError:
        found = None
    state = (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino) if found else None
    return memory.once(("large", root, path, state), read)


def photo_bytes(root: str, path: str) -> bytes | Diagnostic:
    """A photograph's file, whole."""
    return read_bytes(root, path, LARGEST_PHOTO_BYTES)


def _photo_file(path: str, data: bytes) -> PhotoFile:
    digest = sha256(data)
    picture = examined(data)
    if picture is None:
        return PhotoFile(path, digest, "", 0, 0, ())
    carried = tuple(each.what for each in picture.carried)
    return PhotoFile(path, digest, picture.format, picture.width, picture.height, carried)


def _reviews(
    files: tuple[str, ...],
    folder: str,
    read: Callable[[str], str | None],
    problems: list[Diagnostic],
    memory: Memory,
) -> Mapping[str, Review]:
    """What is recorded of a story's translations, by language."""
    found = {}
    for name in files:
        if name.startswith("reviewed.") and (text := read(name)) is not None:
            review, more = _record(Review, text, f"{folder}/{name}", memory=memory)
            problems.extend(more)
            if review:
                found[name.removeprefix("reviewed.").removesuffix(".yaml")] = review
    return MappingProxyType(found)


def _stand_in(file: str) -> FrontMatter:
    """In place of front matter that cannot be read, so that the rest of the story is looked at in the same run."""
    at = Position(file)
    nothing = Text(at, MappingProxyType({}))
    return FrontMatter(at, title=nothing, standfirst=nothing, status="published")


def _translations(
    files: tuple[str, ...], first_language: str, folder: str, problems: list[Diagnostic]
) -> Iterator[tuple[str, str]]:
    """The language and name of each file that holds the prose in another language."""
    for name in files:
        stem, _, rest = name.partition(".")
        language, _, ending = rest.rpartition(".")
        if stem != "index" or name == "index.md":
            continue
        if language == first_language and ending == "md":
            why = f"the text in `{language}`, the site's first language, is index.md"
            problems.append(unknown_file(f"{folder}/{name}", ["index.md"], why))
        elif ending == "md" and LANGUAGE_CODE.fullmatch(language):
            yield language, name
        else:
            why = "a translation is named index.LANGUAGE.md"
            problems.append(unknown_file(f"{folder}/{name}", ["index.md"], why))


def _front_and_prose(
    text: str | None, file: str, problems: list[Diagnostic], memory: Memory
) -> tuple[FrontMatter | None, Prose | None]:
    if text is None:
        return None, None
    lines = text.split("\n")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        missing = "the first line is not" if lines[0].rstrip() != "---" else "the front matter is not closed by"
        message = f"{missing} a line of three hyphens (`---`)"
        hint = "put `---` on the first line and after the front matter"
        problems.append(problem(Position(file), "front-matter", message, hint))
        return None, None
    front, more = _record(FrontMatter, "\n".join(lines[1:end]) + "\n", file, first_line=2, memory=memory)
    problems.extend(more)
    return front, Prose("\n".join(lines[end + 1 :]), Position(file, end + 2))


def exhibits(text: str, file: str) -> tuple[Mapping[str, Exhibit], list[Diagnostic]]:
    """Read the text of an `exhibits.yaml`, its lines ended by line feeds alone."""
    return _map_anew(MapOf(Record(Exhibit)), text, file)


def _exhibits(text: str | None, file: str, problems: list[Diagnostic], memory: Memory) -> Mapping[str, Exhibit]:
    if text is None:
        return UNREADABLE
    value, more = memory.once(("exhibits", file, text), lambda: _map_anew(MapOf(Record(Exhibit)), text, file))
    problems.extend(more)
    return value


def _map_anew(kind: MapOf, text: str, file: str) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    node, problems = compose(text, file)
    if node is None or problems:
        return UNREADABLE if problems else MappingProxyType({}), problems
    reader = Reader(file, text)
    value = kind.read(node, reader)
    return UNREADABLE if value is None else value, reader.problems


def _price_rows(
    prices: PriceFile | None,
    files: tuple[str, ...],
    folder: str,
    read: Callable[[str], str | None],
    problems: list[Diagnostic],
) -> Mapping[str, Price]:
    if prices is None:
        return UNREADABLE
    if not isinstance(prices.prices, Name):
        return prices.prices
    name = prices.prices
    if name.value not in files or not name.value.endswith(".csv"):
        valid = [file for file in files if file.endswith(".csv")]
        message = f"there is no CSV file `{name.value[:80]}` beside this one"
        problems.append(problem(name.at, "missing-file", message, nearest(name.value, valid)))
        return UNREADABLE
    text = read(name.value)
    if text is None:
        return UNREADABLE
    from .spreadsheet import price_rows

    rows, more = price_rows(text, f"{folder}/{name.value}")
    problems.extend(more)
    return rows


def with_seed_text(root: str, seed_: Seed) -> tuple[str | None, list[Diagnostic]]:
    """The stored copy of a seed's text, where it keeps one."""
    if seed_.text is None:
        return None, []
    if not FILE_NAME.fullmatch(seed_.text):
        message = f"`text: {ascii(seed_.text)[1:81]}` does not name a file beside the seed"
        return None, [problem(seed_.at, "bad-name", message, "write its name alone, without a folder")]
    text, problems = read_text(root, f"seeds/{seed_.text}")
    return (text.value if text else None), [replace(p, at=seed_.at) for p in problems]
