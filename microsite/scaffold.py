"""Starts a story: a draft that builds at once and teaches the format by its comments. Never overwrites anything.

What it writes stands in `starter/`, as the files that it becomes. Where the site has several languages, each
reader-facing text becomes a map with the same words in each of them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import files, inventory, load
from .model import Exhibit, FrontMatter, Price, PriceFile, PriceRowsKind, Seed
from .schema import ID_WITH_HYPHENS, FieldKind, ListOf, MapOf, Record, TextKind, keys_of
from .yamltext import compose

if TYPE_CHECKING:
    from yaml.nodes import Node

STARTER_FOLDER = Path(__file__).parent / "starter"
SLUG_IN_STARTER = "SLUG"
"""Stands for the story's slug in the files of `starter/`."""
LONGEST_SLUG = 80
"""In characters; some disks hold no names beyond 255 bytes, and a slug is part of several."""


class NameTaken(Exception):  # noqa: N818 (named by what happened)
    """Something of this name is there already."""


def new_story(root: str, slug: str) -> list[str]:
    """Start a story.

    Args:
        root: the site's folder. Where it has no content/site.yaml, it gets one.
        slug: the name of the story's folder.

    Returns:
        The paths made, from the root, with forward slashes.

    Raises:
        ValueError: no story can have this slug, or the site's files are not in order; the message says what to do.
        NameTaken: there is such a story, or one of its files, already.
    """
    languages = _languages(root)
    _refuse_bad_slug(slug, languages)
    made = story_files(slug, languages or ("en",))
    if not languages:
        made = {"content/site.yaml": starter("site.yaml", slug), **made}
    _refuse_taken(root, slug, made)
    for path, text in made.items():
        files.write_within(root, path, text.encode())
    return list(made)


def story_files(slug: str, languages: Sequence[str]) -> dict[str, str]:
    """The files of a new story by path, in the languages of a site, the first one first."""
    _, front, prose = starter("index.md", slug).split("---\n", 2)
    folder = f"content/{slug}"
    return {
        f"seeds/{slug}-example.yaml": _in_each(languages, starter("seed.yaml", slug), Record(Seed)),
        f"{folder}/exhibits.yaml": _in_each(languages, starter("exhibits.yaml", slug), MapOf(Record(Exhibit))),
        f"{folder}/prices.yaml": _in_each(languages, starter("prices.yaml", slug), Record(PriceFile)),
        f"{folder}/index.md": f"---\n{_in_each(languages, front, Record(FrontMatter))}---\n{prose}",
        **{f"{folder}/index.{language}.md": prose.lstrip("\n") for language in languages[1:]},
    }


def starter(name: str, slug: str) -> str:
    """A file of `starter/` with the story's slug in it."""
    return (STARTER_FOLDER / name).read_text(encoding="utf-8").replace(SLUG_IN_STARTER, slug)


# --- What is refused -------------------------------------------------------------------------------------------------


def _languages(root: str) -> tuple[str, ...]:
    """The languages of the site; none where it has no content/site.yaml yet."""
    if not os.path.lexists(Path(root, "content", "site.yaml")):
        return ()
    site, problems = load.site_file(root)
    if site is None:
        raise ValueError(f"{problems[0].at}: {problems[0].message}; mend that first")
    return tuple(dict.fromkeys(site.language_codes))


def _refuse_bad_slug(slug: str, languages: Sequence[str]) -> None:
    suggestion = _nearest_slug(slug, languages)
    hint = f"try `{suggestion}`" if suggestion else "write small letters a to z, digits and hyphens, as in harbour-fees"
    if len(slug) > LONGEST_SLUG:
        raise ValueError(f"`{slug[:20]}…` is longer than {LONGEST_SLUG} characters: {hint}")
    if not ID_WITH_HYPHENS.fullmatch(slug):
        raise ValueError(f"`{slug}` cannot be part of an address: {hint}")
    if _is_reserved(slug, languages):
        raise ValueError(f"`{slug}` is the name of a page or a language, so no story can have it: {hint}")


def _is_reserved(slug: str, languages: Sequence[str]) -> bool:
    return inventory.is_reserved(slug) or slug in {code.casefold() for code in languages}


def _nearest_slug(name: str, languages: Sequence[str]) -> str:
    """The slug most like a name, or nothing where no letter of it can stay."""
    from unicodedata import normalize

    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-")
    return f"{slug}-story" if _is_reserved(slug, languages) else slug


def _refuse_taken(root: str, slug: str, made: Mapping[str, str]) -> None:
    """Refuse what is there already, be it under a name that differs only in case."""
    for folder in (Path(root, "content"), Path(root, "seeds")):
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise ValueError(f"{folder.name}/ is a link or a file: put a folder in its place")
    there = sorted(entry.name for entry in Path(root, "content").glob("*"))
    if same := [name for name in there if name.casefold() == slug]:
        raise NameTaken(f"there is a content/{same[0]} already: choose another name, such as `{_free(slug, there)}`")
    if taken := [path for path in made if os.path.lexists(Path(root, path))]:
        raise NameTaken(f"there is a {taken[0]} already: move it away, or choose another name")


def _free(slug: str, there: Sequence[str]) -> str:
    taken = {name.casefold() for name in there}
    return next(name for number in range(2, len(taken) + 3) if (name := f"{slug}-{number}") not in taken)


# --- Several languages -----------------------------------------------------------------------------------------------


def _in_each(languages: Sequence[str], text: str, kind: FieldKind) -> str:
    """A YAML text whose reader-facing texts are maps with the same words in each language."""
    node, _ = compose(text, "starter")
    if len(languages) == 1 or node is None:
        return text
    for leaf in reversed(list(_texts(kind, node))):
        start, end = leaf.start_mark.index, leaf.end_mark.index
        text = _with_map(text[:start], text[start:end], languages) + text[end:]
    return text


def _texts(kind: FieldKind, node: Node) -> Iterator[Any]:
    """The nodes of a text's kind within a node, in the order written."""
    if isinstance(kind, TextKind):
        yield node
    elif isinstance(kind, ListOf):
        for item in node.value:
            yield from _texts(kind.item, item)
    elif isinstance(kind, MapOf):
        for _, value in node.value:
            yield from _texts(kind.value, value)
    elif isinstance(kind, Record):
        fields = keys_of(kind.record)
        for name, value in node.value:
            yield from _texts(fields[name.value].metadata["kind"], value)
    elif isinstance(kind, PriceRowsKind):
        yield from _texts(MapOf(Record(Price)), node)


def _with_map(before: str, written: str, languages: Sequence[str]) -> str:
    """What stands before a text, then the text as a map, indented as its place asks."""
    words, rest = written.rstrip("\n"), written[len(written.rstrip("\n")) :]
    line = before[before.rfind("\n") + 1 :]
    is_item = line.strip() == "-"
    indent = " " * (len(line) if is_item else len(line) - len(line.lstrip()) + 2)
    deeper = words.replace("\n", "\n  ")
    entries = f"\n{indent}".join(f"{language}: {deeper}" for language in languages)
    return (before if is_item else f"{before.rstrip(' ')}\n{indent}") + entries + rest
