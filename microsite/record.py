"""What is kept of a story once it is published: its texts by place, and its versions. `published/SLUG.yaml`.

The file is written by `build.py publish`, committed with the content, and read by people in a diff: a line for each
place and language. Where a text must not be kept, its digest stands in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from .dates import PartialDate
from .diagnostics import Position
from .schema import DATE, FORMAT_ONE, PLAIN, Choice, ListOf, Name, Reader, Record, Scalar, entries, key

if TYPE_CHECKING:
    from yaml.nodes import Node

RECORDS_FOLDER = "published"
"""In a site's root."""
STANDING = "standing"
"""Beside the languages of a claim: how it stood, which is the same in all of them."""
CORRECTION_KINDS = ("correction", "clarification", "update")
VERSION_KINDS = ("first", *CORRECTION_KINDS, "minor", "withdrawn")
_PLACE = re.compile(r"headline|standfirst|text|(?:claim|price|figure|exhibit|seed):\S(?:.{0,400}\S)?")
_DIGEST = re.compile(r"sha256-[0-9a-f]{64}")
HEAD = """\
# What readers have been shown of this story. Written by `python build.py publish`, and not to be edited by hand:
# a later build is compared with it. docs/corrections.md says how, and what to do about a text that must not be kept.
"""


def _place(text: str) -> str:
    if not _PLACE.fullmatch(text):
        raise ValueError(f"`{text[:60]}` is no place of a story")
    return text


PLACE = Scalar(
    "`headline`, `standfirst`, `text` (the whole of it), `claim:name`, `price:name`, `figure:expression`, "
    "`exhibit:name`, `exhibit:name/annotation`, `seed:name` or `seed:name@voice`",
    _place,
    placed=Name,
)


class Kept(NamedTuple):
    """One text as it was published, or its digest."""

    value: str
    at: Position

    @property
    def is_forgotten(self) -> bool:
        """Whether only the digest remains."""
        return bool(_DIGEST.fullmatch(self.value))

    def is_of(self, text: str) -> bool:
        """Whether this is what was kept of a text."""
        return self.value == text or self.value == digest(text)


def digest(text: str) -> str:
    """What is kept of a text that must not be."""
    return f"sha256-{sha256(text.encode()).hexdigest()}"


Texts = Mapping[str, Mapping[str, Kept]]
"""By place, then by language; of a claim also its standing."""


@dataclass(frozen=True)
class TextsKind:
    """Texts by place and language."""

    expected: str = "a map from places to texts by language"

    def read(self, node: Node, reader: Reader) -> Texts | None:
        from yaml.nodes import MappingNode

        if not isinstance(node, MappingNode):
            reader.report(node, "wrong-type", f"expected {self.expected}")
            return None
        found: dict[str, Mapping[str, Kept]] = {}
        for place, texts in entries(node, reader):
            if not isinstance(texts, MappingNode):
                reader.report(texts, "wrong-type", f"expected the texts of `{place.value[:60]}` by language")
                return None
            read = {name.value: (PLAIN.read(text, reader), reader.at(text)) for name, text in entries(texts, reader)}
            found[place.value] = {name: Kept(*text) for name, text in read.items() if text[0] is not None}
        return found

    def schema(self) -> dict[str, Any]:
        texts = {"type": "object", "additionalProperties": {"type": "string"}}
        return {"type": "object", "additionalProperties": texts}


@dataclass(frozen=True, slots=True)
class Version:
    """One publication of a story that changed what is recorded of it."""

    at: Position
    date: PartialDate = key(DATE, "The day it was published.")
    kinds: tuple[str, ...] = key(ListOf(Choice(VERSION_KINDS)), "What the changes were.")
    reason: str | None = key(PLAIN, "Why changes that are no corrections were made.", default=None)
    fingerprint: str = key(PLAIN, "The fingerprint of the story's content, which its pages showed.")


@dataclass(frozen=True, slots=True)
class Published:
    """What is recorded of a story: `published/SLUG.yaml`."""

    at: Position
    format: str = key(FORMAT_ONE, "The format's number: 1.", default="1")
    versions: tuple[Version, ...] = key(ListOf(Record(Version)), "Its publications, the latest first.")
    corrections: tuple[str, ...] = key(
        ListOf(PLAIN),
        "The entries of `corrections` that were published, each with its day, kind and places.",
        default=(),
    )
    texts: Texts = key(TextsKind(), "What readers were shown, by place and language.", default={})

    @property
    def is_withdrawn(self) -> bool:
        """Whether the story was taken down when it was last published."""
        return bool(self.versions) and "withdrawn" in self.versions[0].kinds


def record_path(slug: str) -> str:
    """Where the record of a story stands, from the site's root."""
    return f"{RECORDS_FOLDER}/{slug}.yaml"


def as_text(published: Published) -> str:
    """A record as it is written."""
    lines = ["format: 1", "versions:"]
    for version in published.versions:
        lines += [f"  - date: {version.date}", f"    kinds: [{', '.join(version.kinds)}]"]
        lines += [f"    reason: {_quoted(version.reason)}"] if version.reason else []
        lines.append(f"    fingerprint: {version.fingerprint}")
    lines += ["corrections:" if published.corrections else "corrections: []"]
    lines += [f"  - {_quoted(entry)}" for entry in published.corrections]
    lines += ["texts:" if published.texts else "texts: {}"]
    for place, texts in published.texts.items():
        lines.append(f"  {_quoted(place)}:")
        lines += [f"    {name}: {_quoted(text.value)}" for name, text in texts.items()]
    return HEAD + "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A text in the double quotes of YAML, of which those of JSON are a part."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\x85", "\\x85")


def forgetting(published: Published, places: set[str]) -> dict[str, dict[str, Kept]]:
    """The texts with only digests left at some places, in each language."""
    return {
        place: {
            name: Kept(digest(text.value), text.at)
            if place in places and name != STANDING and not text.is_forgotten
            else text
            for name, text in texts.items()
        }
        for place, texts in published.texts.items()
    }
