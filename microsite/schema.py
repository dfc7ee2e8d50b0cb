"""How a field of the content is read from YAML: the kinds of value there are, and records made of them.

A record is a frozen dataclass whose fields are made with `key(kind, doc)`. From that one declaration come the reading,
the errors, `docs/content.md` and the JSON Schemas. A reader never stops at the first mistake; what cannot be read is
reported and left at its default.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from .citations import Citation, parse_citation
from .dates import parse_date
from .diagnostics import Diagnostic, Position, nearest, problem
from .intervals import parse_amount
from .yamltext import position

if TYPE_CHECKING:
    from yaml.nodes import Node

R = TypeVar("R")
ID_WITH_HYPHENS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ID_FOR_EXPRESSIONS = re.compile(r"[a-z][a-z0-9_]*")
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")
LONGEST_ID = 100
"""In characters: ids become names of files, and disks hold no longer ones than 255 bytes."""
LONGEST_LINE = 20_000
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""Characters that no page, feed or drawing can hold; only an escape in double quotes can bring one here."""


class Reader:
    """Reads one file's nodes and gathers what is wrong with them."""

    def __init__(self, file: str, text: str, first_line: int = 1) -> None:
        self.file = file
        self.text = text
        self.first_line = first_line
        self.problems: list[Diagnostic] = []

    def at(self, node: Node) -> Position:
        return position(node, self.file, self.first_line)

    def report(self, node: Node, kind: str, message: str, hint: str = "") -> None:
        self.problems.append(problem(self.at(node), kind, message, hint))

    def raw(self, node: Node) -> str:
        """The node exactly as written, quotes and line breaks included."""
        return self.text[node.start_mark.index : node.end_mark.index]


class FieldKind(Protocol):
    """One kind of value: what it looks like, how it is read, and its JSON Schema."""

    @property
    def expected(self) -> str:
        """What an author should write, as the end of "expected …"."""

    def read(self, node: Node, reader: Reader) -> Any:
        """The value, or `None` after reporting why there is none."""

    def schema(self) -> dict[str, Any]:
        """The kind as JSON Schema (draft 2020-12)."""


class Name(NamedTuple):
    """The name of something declared elsewhere, and where it was written."""

    value: str
    at: Position

    def __str__(self) -> str:
        return self.value


class PlacedNumber(NamedTuple):
    """A number, and where it was written."""

    value: int
    at: Position


class Cited(NamedTuple):
    """What something rests on, and where that was written."""

    citation: Citation
    at: Position


class Wording(NamedTuple):
    """A reader-facing text in one language, and where it was written."""

    value: str
    at: Position
    raw: str
    """As it stands in the file, to find a place within it."""

    def place_at(self, offset: int) -> Position:
        """Where the character at `offset` of the text stands in the file; the text's start where that cannot be told.

        YAML folds lines and undoes escapes, but keeps every sign that is no space: they are counted off in the file.
        """
        style = self.raw[:1]
        start = self.raw.find("\n") + 1 if style in ("|", ">") else len(style) if style in _SIGNS_IN_QUOTES else 0
        signs = sum(map(len, self.value[:offset].split()))
        for written in _SIGNS_IN_QUOTES.get(style, _SIGNS).finditer(self.raw, start):
            width = _signs_of_escape(written[0]) if written.lastgroup == "escape" else len(written[0])
            if signs < width:
                return self._place_in_raw(written.start() + signs)
            signs -= width
        return self.at

    def _place_in_raw(self, index: int) -> Position:
        before = self.raw[:index]
        if "\n" not in before:
            return self.at._replace(column=self.at.column + index)
        return Position(self.at.file, self.at.line + before.count("\n"), index - before.rindex("\n"))


_SIGNS = re.compile(r"\S+")
_SIGNS_IN_QUOTES = MappingProxyType(
    {
        "'": re.compile(r"(?P<escape>'')|[^'\s]+"),
        '"': re.compile(r"(?P<escape>\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|\n[ \t]*|.))|[^\\\s]+"),
    }
)


def _signs_of_escape(escape: str) -> int:
    """1, or 0 where it stands for a space or a line break."""
    letter, digits = escape[1], escape[2:]
    is_space = chr(int(digits, 16)).isspace() if letter in "xuU" else letter in " \t\ntnvfrNLP_"
    return 0 if is_space else 1


@dataclass(frozen=True, slots=True)
class Text:
    """A reader-facing text: in the site's first language, or in several by code."""

    at: Position
    wordings: Mapping[str, Wording]
    """By language code; the key is empty where the author wrote a plain text in the site's first language."""

    def wording(self, language: str, first: str) -> Wording | None:
        """The text in `language`, where `first` is the site's first language."""
        return self.wordings.get(language) or (self.wordings.get("") if language == first else None)

    def words(self, language: str, first: str) -> str:
        """The text in `language`, else in the first language, else nothing."""
        found = self.wording(language, first) or self.wording(first, first)
        return found.value if found else ""


class Entries(dict[str, R]):
    """Things by id, in the order written; never changed once made."""

    def __init__(self, entries: Mapping[str, R], unreadable: Container[str] = frozenset()) -> None:
        super().__init__(entries)
        self.unreadable = unreadable
        """Ids that were written, but so that their entries cannot be read."""


class _Everything(Container[str]):
    def __contains__(self, item: object) -> bool:
        return True


UNREADABLE: Entries[Any] = Entries({}, _Everything())
"""What a file holds that cannot be read at all."""


def written(name: str, entries: Mapping[str, Any]) -> bool:
    """Whether there is an entry of this name, be it an unreadable one, which is reported at its own place."""
    return name in entries or name in getattr(entries, "unreadable", ())


def key(kind: FieldKind, doc: str, *, default: Any = dataclasses.MISSING) -> Any:
    """Declare a field: its kind, one sentence on what it means, and its default unless it is required.

    Args:
        kind: how it is read.
        doc: meaning and unit, for docs/content.md.
        default: the value where the author writes none.
    """
    metadata = {"kind": kind, "doc": doc, "required": default is dataclasses.MISSING}
    if default == {}:
        return dataclasses.field(metadata=metadata, default_factory=lambda: MappingProxyType({}), kw_only=True)
    return dataclasses.field(metadata=metadata, default=default, kw_only=True)


def keys_of(record: type) -> dict[str, dataclasses.Field[Any]]:
    """The fields an author writes, by key; a trailing underscore keeps a Python word out of the way (`of_` is `of`)."""
    return {f.name.rstrip("_").replace("__", "-"): f for f in dataclasses.fields(record) if "kind" in f.metadata}


def read_record(record: type[R], node: Node, reader: Reader, **given: Any) -> R | None:
    """Read a map as a record; report unknown, duplicate, missing and malformed keys.

    Args:
        record: a dataclass with an `at` field, made with `key`.
        given: values of fields that do not stand in the map, such as its id.

    Returns:
        The record, or `None` where a required key is missing or unreadable. A record with an id is also `None` where
        any other value is unreadable: it would be taken for one that says nothing there.
    """
    from yaml.nodes import MappingNode

    if not isinstance(node, MappingNode):
        reader.report(
            node, "wrong-type", f"expected a map with the keys {_listed(keys_of(record))}", "write `key: value` lines"
        )
        return None
    fields = keys_of(record)
    values: dict[str, Any] = {"at": reader.at(node), **given}
    broken = False
    for name, value_node in entries(node, reader):
        declared = fields.get(name.value)
        if declared is None:
            message = f"there is no key `{name.value[:60]}` here"
            reader.problems.append(problem(name.at, "unknown-key", message, nearest(name.value, fields)))
            continue
        value = declared.metadata["kind"].read(value_node, reader)
        if value is not None:
            values[declared.name] = value
        elif declared.metadata["required"] or "id" in given:
            values.setdefault(declared.name, None)
            broken = True
    for name_, declared in fields.items():
        if declared.name not in values and declared.metadata["required"]:
            hint = f"add `{name_}:` with {declared.metadata['kind'].expected}"
            reader.report(node, "missing-key", f"the key `{name_}` is missing here", hint)
            broken = True
    return None if broken else record(**values)


def entries(node: Any, reader: Reader) -> list[tuple[Name, Node]]:
    """The entries of a map, each key once, duplicates reported."""
    from yaml.nodes import ScalarNode

    found: dict[str, tuple[Name, Node]] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, ScalarNode):
            reader.report(key_node, "wrong-type", "a key must be a plain word")
        elif key_node.value in found:
            first = found[key_node.value][0].at.line
            message = f"the key `{key_node.value[:60]}` stands here twice, first at line {first}"
            reader.report(key_node, "duplicate-key", message, "remove one")
        else:
            found[key_node.value] = (Name(key_node.value, reader.at(key_node)), value_node)
    return list(found.values())


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(f"`{name}`" for name in list(names)[:6]) + (" …" if len(names) > 6 else "")


# --- Kinds of single values ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scalar:
    """A single line of text, turned into a value by `parse`, whose `ValueError` says what is wrong."""

    expected: str
    parse: Callable[[str], Any] = str
    mistake: str = "bad-value"
    json_schema: Mapping[str, Any] | None = None
    placed: Callable[[Any, Position], Any] | None = None
    """Joins the value with the place where it was written (`Name`, `Cited`), for values that are checked later."""

    def read(self, node: Node, reader: Reader) -> Any:
        from yaml.nodes import ScalarNode

        if not isinstance(node, ScalarNode):
            reader.report(node, "wrong-type", f"expected {self.expected}, not a list or a map")
            return None
        if not node.value.strip():
            hint = f"YAML takes an unquoted `{node.style}` for a block of text" if node.style in ("|", ">") else ""
            reader.report(node, self.mistake, f"expected {self.expected}, found nothing", hint)
            return None
        if len(node.value) > LONGEST_LINE:
            reader.report(node, self.mistake, f"expected {self.expected}, found {len(node.value):,} characters")
            return None
        if control := _CONTROL.search(node.value):
            message = f"expected {self.expected}, found the control character U+{ord(control[0]):04X}"
            reader.report(node, self.mistake, message, "remove it")
            return None
        try:
            value = self.parse(node.value)
        except ValueError as error:
            reader.report(node, self.mistake, str(error), f"expected {self.expected}")
            return None
        return self.placed(value, reader.at(node)) if self.placed else value

    def schema(self) -> dict[str, Any]:
        return dict(self.json_schema or {"type": "string"})


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def expected(self) -> str:
        return "one of " + ", ".join(f"`{option}`" for option in self.options)

    def read(self, node: Node, reader: Reader) -> Any:
        word = Scalar(self.expected).read(node, reader)
        if word is not None and word not in self.options:
            reader.report(node, "bad-value", f"`{word[:60]}` is not {self.expected}", nearest(word, self.options))
            return None
        return word

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.options)}


def _matching(pattern: re.Pattern[str], what: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"`{text[:60]}` is not {what}")
        return text

    return parse


def _truth(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"`{text[:40]}` is neither true nor false")
    return text == "true"


def _web_address(text: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit("" if "[" in text else text)  # its complaints about brackets are not for reporters
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", text):
        raise ValueError(f"`{text[:80]}` is not a web address")
    if "@" in parts.netloc:
        raise ValueError("this address has a name or a password in it, and is shown to everybody")
    return text


def _site_address(text: str) -> str:
    if "?" in text or "#" in text:
        raise ValueError(f"`{text[:80]}` has a `?` or `#`, so no page could stand below it")
    return _web_address(text)


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise ValueError(f"`{text[:40]}` is not a whole number above 0")
    return int(text)


def _aspect(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{1,5}):([0-9]{1,5})", text)
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if not width or not height or not 1 / 8 <= width / height <= 8:
        raise ValueError(f"`{text[:40]}` is not a shape between 1:8 and 8:1")
    return width, height


PLAIN = Scalar("a line of plain text")
FLAG = Scalar("`true` or `false`", _truth, json_schema=MappingProxyType({"enum": [True, False, "true", "false"]}))
DATE = Scalar("a date such as 2017-09-11, 2019-11 or XXXX-12-11", parse_date, "bad-date")
WEB_ADDRESS = Scalar(
    "an address that begins with https://",
    _web_address,
    json_schema=MappingProxyType({"type": "string", "format": "uri"}),
)
SITE_ADDRESS = Scalar(
    "the address below which all pages stand, such as https://example.org/name/",
    _site_address,
    json_schema=MappingProxyType({"type": "string", "format": "uri", "pattern": "^[^?#]*$"}),
)
DIGEST = Scalar(
    "`sha256-` and 64 hexadecimal digits", _matching(re.compile(r"sha256-[0-9a-f]{64}"), "a SHA-256 digest")
)
COLOUR = Scalar("six hexadecimal digits", _matching(re.compile(r"[0-9a-f]{6}"), "a colour of six hexadecimal digits"))
AMOUNT = Scalar(
    '200, 200..300, ">1000", ">=1000", "<50" or "~200"',
    parse_amount,
    "bad-price",
    MappingProxyType({"type": ["string", "number"]}),
)
WHOLE_NUMBER = Scalar("a whole number", _whole_number, json_schema=MappingProxyType({"type": "integer", "minimum": 1}))
PLACED_NUMBER = dataclasses.replace(WHOLE_NUMBER, placed=PlacedNumber)
ASPECT = Scalar("a shape such as `3:2`, width to height", _aspect)
CURRENCY = Scalar("a currency code such as `CNY`", _matching(re.compile(r"[A-Z]{3}"), "three capital letters"))
LANGUAGE = Scalar(
    "a language code such as `en`, `ko` or `zh-Hans`", _matching(LANGUAGE_CODE, "a language code"), placed=Name
)
NAME = Scalar(
    "a name of small letters, digits and hyphens",
    _matching(ID_WITH_HYPHENS, "a name of small letters, digits and hyphens"),
    placed=Name,
)
PRICE_NAME = Scalar(
    "a price's name", _matching(ID_FOR_EXPRESSIONS, "a price's name (small letters, digits, underscores)"), placed=Name
)
CITATION = Scalar(
    "a citation such as seed-name/statement-name",
    lambda text: parse_citation(text.removeprefix("seed:")),
    "bad-citation",
    placed=Cited,
)
FORMAT_ONE = Scalar(
    "`1`",
    _matching(re.compile("1"), "a known format (this generator reads format 1)"),
    json_schema=MappingProxyType({"enum": [1, "1"]}),
)


# --- Kinds made of others --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextKind:
    """A reader-facing text: plain, or a map from language to text."""

    expected: str = "a text, or a map from language code to text"

    def read(self, node: Node, reader: Reader) -> Text | None:
        from yaml.nodes import MappingNode

        if not isinstance(node, MappingNode):
            wording = self._wording(node, reader)
            return Text(reader.at(node), MappingProxyType({"": wording})) if wording else None
        wordings = {}
        for language, value in entries(node, reader):
            if not LANGUAGE_CODE.fullmatch(language.value):
                reader.problems.append(
                    problem(
                        language.at,
                        "wrong-type",
                        f"expected {self.expected}; `{language.value[:40]}` is no language code",
                        "put the text in quotes if it holds `: `",
                    )
                )
            elif wording := self._wording(value, reader):
                wordings[language.value] = wording
        return Text(reader.at(node), MappingProxyType(wordings)) if wordings else None

    def _wording(self, node: Node, reader: Reader) -> Wording | None:
        value = Scalar(self.expected).read(node, reader)
        return Wording(value.strip(), reader.at(node), reader.raw(node)) if value else None

    def schema(self) -> dict[str, Any]:
        plain = {"type": "string"}
        by_language = {
            "type": "object",
            "additionalProperties": plain,
            "propertyNames": {"pattern": f"^{LANGUAGE_CODE.pattern}$"},
        }
        return {"anyOf": [plain, by_language]}


TEXT = TextKind()


@dataclass(frozen=True)
class ListOf:
    """A list, each item of one kind."""

    item: FieldKind

    @property
    def expected(self) -> str:
        return f"a list, each item {self.item.expected}"

    def read(self, node: Node, reader: Reader) -> tuple[Any, ...] | None:
        from yaml.nodes import SequenceNode

        if not isinstance(node, SequenceNode):
            reader.report(
                node, "wrong-type", f"expected {self.expected}", "begin each item with `- `, or write [] for none"
            )
            return None
        return tuple(value for child in node.value if (value := self.item.read(child, reader)) is not None)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema()}


@dataclass(frozen=True)
class Record:
    """A map with fixed keys, read as a dataclass."""

    record: type

    @property
    def expected(self) -> str:
        return f"a map with the keys {_listed(keys_of(self.record))}"

    def read(self, node: Node, reader: Reader) -> Any:
        return read_record(self.record, node, reader)

    def schema(self) -> dict[str, Any]:
        fields = keys_of(self.record)
        required = [name for name, f in fields.items() if f.metadata["required"]]
        properties = {
            name: {**f.metadata["kind"].schema(), "description": f.metadata["doc"]} for name, f in fields.items()
        }
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": properties,
            **({"required": required} if required else {}),
        }


@dataclass(frozen=True)
class MapOf:
    """Things by id, in the order written; a record among them learns its id."""

    value: FieldKind
    ids: re.Pattern[str] = ID_WITH_HYPHENS

    @property
    def expected(self) -> str:
        return f"a map from names to entries, each {self.value.expected}"

    def read(self, node: Node, reader: Reader) -> Mapping[str, Any] | None:
        from yaml.nodes import MappingNode

        if not isinstance(node, MappingNode):
            reader.report(
                node, "wrong-type", f"expected {self.expected}", "write `name:` lines with the entry indented beneath"
            )
            return None
        found = {}
        unreadable = set()
        for name, child in entries(node, reader):
            if not self.ids.fullmatch(name.value):
                signs = "underscores (expressions name it)" if self.ids is ID_FOR_EXPRESSIONS else "hyphens"
                reader.problems.append(
                    problem(
                        name.at, "bad-name", f"`{name.value[:60]}` is not a name of small letters, digits and {signs}"
                    )
                )
            elif len(name.value) > LONGEST_ID:
                message = f"`{name.value[:20]}…` has {len(name.value)} characters; a name has at most {LONGEST_ID}"
                reader.problems.append(problem(name.at, "bad-name", message))
            elif (value := self._entry(name.value, child, reader)) is not None:
                found[name.value] = value
                continue
            unreadable.add(name.value)
        return Entries(found, frozenset(unreadable))

    def _entry(self, name: str, node: Node, reader: Reader) -> Any:
        if isinstance(self.value, Record):
            return read_record(self.value.record, node, reader, id=name)
        return self.value.read(node, reader)

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^{self.ids.pattern}$"},
            "additionalProperties": self.value.schema(),
        }
