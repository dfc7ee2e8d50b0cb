"""The drawing of one exhibit, its annotations and redactions: read from exhibits.yaml, and put back into its entry alone.

Only what differs from the file is written there, value by value, so that comments, order, translations and everything
else stay as their author left them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from . import load
from .diagnostics import Diagnostic, Position
from .model import RegionKind
from .schema import Reader
from .sketches import Drawing, Note, Shape
from .writeback import Value, with_item, with_value, without_item, without_key
from .yamltext import compose

if TYPE_CHECKING:
    from yaml.nodes import Node

_SAME = 1e-5
"""Two fractions closer than this are one."""
_BEFORE_REDACTIONS = (
    *("title", "alt", "caption", "credit", "rights", "photo", "master", "shape", "absent", "would_show", "positions"),
)


class Entry(NamedTuple):
    """What an exhibit's entry says, so far as the annotator shows it; the rest may be unfinished."""

    at: Position
    title: str
    drawing: Drawing
    photo: str
    """The file in `photos/`; empty while a placeholder stands in its place."""
    absent: str
    aspect: tuple[int, int]
    """The placeholder's, width to height."""
    text: str
    """The entry as it stands in the file."""


class Unreadable(Exception):  # noqa: N818 - named by what happened
    """Why an entry cannot be shown."""

    def __init__(self, found: list[Diagnostic]) -> None:
        super().__init__(found)
        self.found = found


# --- From the file ---------------------------------------------------------------------------------------------------


def entry(text: str, exhibit: str, file: str, language: str) -> Entry:
    """What a file says of an exhibit.

    Args:
        text: of the whole `exhibits.yaml`.
        exhibit: the name of its entry.
        file: its path, for positions.
        language: the site's first.

    Raises:
        Unreadable: the file is broken, or a region in the entry is.
        KeyError: there is no such entry.
    """
    plain = _plain(text)
    node, problems = compose(plain, file)
    if problems:
        raise Unreadable(problems)
    name, found = _pairs(node)[exhibit]
    keys = _keys(found)
    reader = Reader(file, plain)
    notes = tuple(
        _written_note(id, _keys(each), language, reader) for id, each in _keys(keys.get("annotations")).items()
    )
    redactions = tuple(_written_shape(each, reader) for each in getattr(keys.get("redactions"), "value", ()))
    if reader.problems:
        raise Unreadable(reader.problems)
    return Entry(
        reader.at(found),
        _words(keys.get("title"), language),
        Drawing(notes, tuple(shape for shape in redactions if shape)),
        _words(keys.get("photo"), language),
        _words(keys.get("absent"), language),
        _aspect(_words(keys.get("shape"), language)),
        plain[name.start_mark.index - name.start_mark.column : found.end_mark.index].rstrip() + "\n",
    )


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def _keys(node: Node | None) -> dict[str, Node]:
    return {name: value for name, (_, value) in _pairs(node).items()}


def _pairs(node: Node | None) -> dict[str, tuple[Node, Node]]:
    """The entries of a map, each with the node of its key."""
    from yaml.nodes import MappingNode, ScalarNode

    pairs = node.value if isinstance(node, MappingNode) else ()
    return {pair[0].value: pair for pair in pairs if isinstance(pair[0], ScalarNode)}


def _words(node: Node | None, language: str) -> str:
    """A text in the site's first language, on one line."""
    value = getattr(_keys(node).get(language, node), "value", "")
    return " ".join(value.split()) if isinstance(value, str) else ""


def _written_note(id: str, keys: Mapping[str, Node], language: str, reader: Reader) -> Note:
    shape = _written_shape(keys["region"], reader) if "region" in keys else None
    label, note, seed = (_words(keys.get(key), language) for key in ("label", "note", "seed"))
    return Note(id, shape, label, note, seed.removeprefix("seed:"))


def _written_shape(node: Node, reader: Reader) -> Shape | None:
    region = RegionKind().read(node, reader)
    return Shape(region.shape, region.numbers) if region else None


def _aspect(words: str) -> tuple[int, int]:
    width, _, height = words.partition(":")
    return (int(width), int(height)) if width.isdigit() and height.isdigit() and int(width) * int(height) else (3, 2)


# --- Into the file ---------------------------------------------------------------------------------------------------


def applied(text: str, exhibit: str, drawing: Drawing, language: str, *, on_photograph: bool) -> str:
    """The file with a drawing in place of the one that stands in an exhibit's entry.

    Args:
        text: of the whole `exhibits.yaml`.
        language: the site's first, in which labels and notes are given; translations stay.
        on_photograph: whether it was drawn on the photograph. Then no position is schematic any more; else all are.

    Raises:
        CannotWriteBack: the entry is not written in a way that can be changed in place.
        Unreadable: as `entry` does.
    """
    before = entry(text, exhibit, "", language).drawing
    text = _with_redactions(text, exhibit, before.redactions, drawing.redactions)
    text = _with_annotations(text, exhibit, before, drawing, language, on_photograph)
    if on_photograph:
        return without_key(text, (exhibit, "positions"))
    if drawing.annotations and "positions" not in _keys(_keys(compose(_plain(text), "")[0])[exhibit]):
        return with_value(text, (exhibit, "positions"), "schematic", after=_BEFORE_REDACTIONS)
    return text


def _with_redactions(text: str, exhibit: str, before: Sequence[Shape], after: Sequence[Shape]) -> str:
    """What is hidden has no order and no name: equal ones are the same, and of the others each takes the next's place."""
    path = (exhibit, "redactions")
    if not after:
        return without_key(text, path) if before else text
    if not before:
        return with_value(text, path, [_value(shape) for shape in after], after=_BEFORE_REDACTIONS)
    places, fresh = list(range(len(before))), []
    for shape in after:
        same = next((place for place in places if _is_same(before[place], shape)), None)
        fresh.append(shape) if same is None else places.remove(same)
    for place, shape in zip(places, fresh, strict=False):
        text = with_item(text, path, place, _value(shape))
    for place in reversed(places[len(fresh) :]):
        text = without_item(text, path, place)
    for added, shape in enumerate(fresh[len(places) :], len(before)):
        text = with_item(text, path, added, _value(shape))
    return text


def _with_annotations(
    text: str, exhibit: str, before: Drawing, after: Drawing, language: str, on_photograph: bool
) -> str:
    path = (exhibit, "annotations")
    old = {note.id: note for note in before.annotations}
    new = {note.id: note for note in after.annotations}
    if not new:
        return without_key(text, path) if old else text
    if not old:
        return with_value(text, path, {id: _fresh(note) for id, note in new.items()})
    # Added before any is taken out: a map in lines of its own cannot become empty and be filled again.
    for id, note in new.items():
        text = (
            _changed(text, (*path, id), old[id], note, language, on_photograph)
            if id in old
            else with_value(text, (*path, id), _fresh(note))
        )
    for id in old.keys() - new.keys():
        text = without_key(text, (*path, id))
    return text


def _changed(text: str, path: tuple[str, ...], old: Note, new: Note, language: str, on_photograph: bool) -> str:
    for key, was, now in (("label", old.label, new.label), ("note", old.note, new.note)):
        if was != now:
            text = with_value(text, _text_path(text, (*path, key), language), now, after=("region", "label"))
    if old.seed != new.seed:
        seed = (*path, "seed")
        text = with_value(text, seed, new.seed) if new.seed else without_key(text, seed)
    if new.shape is None:
        return without_key(text, (*path, "region")) if on_photograph else text
    if old.shape and _is_same(old.shape, new.shape):
        return text
    if old.shape and old.shape.shape == new.shape.shape:
        return with_value(text, (*path, "region", new.shape.shape), _numbers(new.shape))
    return with_value(text, (*path, "region"), _value(new.shape))


def _text_path(text: str, path: tuple[str, ...], language: str) -> tuple[str, ...]:
    """Where a text stands in the site's first language: with translations beside it, under its code."""
    from yaml.nodes import MappingNode

    node: Node | None = compose(_plain(text), "")[0]
    for key in path:
        node = _keys(node).get(key)
    return (*path, language) if isinstance(node, MappingNode) else path


def _fresh(note: Note) -> dict[str, Value]:
    written: dict[str, Value] = {"region": _value(note.shape)} if note.shape else {}
    return {**written, "label": note.label, "note": note.note, **({"seed": note.seed} if note.seed else {})}


def _value(shape: Shape) -> dict[str, Value]:
    return {shape.shape: _numbers(shape)}


def _numbers(shape: Shape) -> Value:
    numbers = shape.numbers
    if shape.shape != "polygon":
        return list(numbers)
    return [list(corner) for corner in zip(numbers[0::2], numbers[1::2], strict=True)]


def _is_same(one: Shape, other: Shape) -> bool:
    return (
        one.shape == other.shape
        and len(one.numbers) == len(other.numbers)
        and all(abs(a - b) < _SAME for a, b in zip(one.numbers, other.numbers, strict=True))
    )


def new_mistakes(before: str, after: str, file: str) -> list[Diagnostic]:
    """What the loader finds wrong with a file that was not wrong with it before; that a region is still to come is not."""
    known = Counter((found.kind, found.message) for found in load.exhibits(_plain(before), file)[1])
    fresh = []
    for found in load.exhibits(_plain(after), file)[1]:
        what = (found.kind, found.message)
        known[what] -= 1
        if known[what] < 0 and not (found.kind == "missing-key" and "`region`" in found.message):
            fresh.append(found)
    return fresh
