"""What the command prints: diagnostics as text with the line quoted, as JSON, or as GitHub's annotations; progress; a closing line."""

# `typing.NamedTuple` would import what most runs can do without:
# ruff: noqa: PYI024

from __future__ import annotations

import os
import sys
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

TYPE_CHECKING = False  # as `typing` has it: importing that takes longer than most of what is printed here
if TYPE_CHECKING:
    from typing import Any

    from .diagnostics import Diagnostic
    from .verify import Compared

PROGRESS_AFTER = {"pages": 0, "stories": 20, "photographs": 4, "cards": 40, "addresses": 4}
"""How many are made before anybody would wonder how long it takes."""


def diagnostics(found: Sequence[Diagnostic], root: str, *, as_json: bool, consequences: Iterable[str] = ()) -> None:
    """Print what is wrong: to standard output as JSON, else to standard error as text; on GitHub as annotations besides."""
    consequences = list(consequences)
    if as_json:
        import json

        data = {"diagnostics": [to_json(d) for d in found], "consequences": consequences}
        print(json.dumps(data, ensure_ascii=sys.stdout.encoding.lower() != "utf-8", indent=1))
        return
    for line in consequences:
        print(line)
    for diagnostic in found:
        print(as_text(diagnostic, root), file=sys.stderr)
    if os.environ.get("GITHUB_ACTIONS") == "true":
        for diagnostic in found:
            print(as_annotation(diagnostic))
    errors = sum(1 for d in found if d.severity == "error")
    if found:
        print(f"{counted(errors, 'error')}, {counted(len(found) - errors, 'warning')}.", file=sys.stderr)


def comparison(compared: Compared, root: str, published: str) -> None:
    """Print what came of verifying: a line for each file, those as made here first, then what explains a difference, then the sum."""
    diagnostics(compared.diagnostics, root, as_json=False)
    if compared.diagnostics and not compared.files:
        print("Nothing was compared: the content has errors.", file=sys.stderr)
        return
    for verdict, path in sorted(compared.files, key=lambda file: file[0] != "same"):  # what is wrong stands by the sum
        print(f"{verdict:8} {_printable(path)}")
    for remark in compared.remarks:
        print(f"note: {_printable(remark)}")
    if compared.signature:
        sound = "sound" if compared.signature.is_sound else "NOT SOUND"
        print(f"signature: {sound}: {_printable(compared.signature.words)}")
    print(f"{published}: {_sum(compared)}.")


def _sum(compared: Compared) -> str:
    """How many files are not as made here: of pictures, whose bytes an encoder shapes, and of all others."""
    whole, wrong = counted(len(compared.files), "file"), compared.wrong()
    if not wrong:
        return f"all {whole} as made here"
    pictures, all_pictures = len(compared.pictures(wrong)), len(compared.pictures(path for _, path in compared.files))
    others = f"{len(wrong) - pictures} of {counted(len(compared.files) - all_pictures, 'other file')}"
    return f"{len(wrong)} of {whole} not as made here ({pictures} of {counted(all_pictures, 'picture')}, {others})"


def _printable(text: str) -> str:
    """A stranger's text with every sign spelt out that could change what a terminal shows."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic as plain data."""
    at = diagnostic.at
    return {
        "file": at.file,
        "line": at.line,
        "column": at.column,
        "severity": diagnostic.severity,
        "kind": diagnostic.kind,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def as_text(diagnostic: Diagnostic, root: str) -> str:
    """One diagnostic for a terminal, with the line it is about."""
    lines = [f"{diagnostic.at}: {diagnostic.severity}: {diagnostic.message} [{diagnostic.kind}]"]
    if quote := quoted(diagnostic, root):
        lines += ["    " + "".join(quote), "    " + " " * len(quote.before) + "^"]
    if diagnostic.hint:
        lines.append(f"    → {diagnostic.hint}")
    return "\n".join(lines)


class Quote(namedtuple("Quote", ("before", "here", "after"))):
    """The line that a diagnostic is about, or the stretch of it around the place."""

    __slots__ = ()
    before: str
    here: str
    """The character at the place; empty at the end of the line."""
    after: str


NEVER_QUOTED = ("tripwire", "unsearched-file")
"""Kinds of which the line may hold what must not be said: a log may be public."""


def quoted(diagnostic: Diagnostic, root: str) -> Quote | None:
    """The line a diagnostic is about, cut at its place; nothing where there is no such line to read, or none to show."""
    if diagnostic.kind in NEVER_QUOTED:
        return None
    path, line = os.path.join(root, diagnostic.at.file), diagnostic.at.line
    if os.path.islink(path) or not os.path.isfile(path):  # a pipe would have us wait
        return None
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            text = next((text for number, text in enumerate(file, 1) if number == line), "").rstrip("\n")
    except OSError:
        return None
    if not text.strip() or "\0" in text:  # a picture has no lines
        return None
    start = max(0, diagnostic.at.column - 60)
    shown = text[start : start + 110].replace("\t", " ")
    at = diagnostic.at.column - 1 - start
    return Quote(shown[:at], shown[at : at + 1], shown[at + 1 :])


def as_annotation(diagnostic: Diagnostic) -> str:
    """One diagnostic as a GitHub workflow command, so that it shows beside the line on github.com."""

    def data(text: str) -> str:
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def attribute(text: str) -> str:
        return data(text).replace(":", "%3A").replace(",", "%2C")

    message = diagnostic.message + (f" → {diagnostic.hint}" if diagnostic.hint else "")
    at = diagnostic.at
    return f"::{diagnostic.severity} file={attribute(at.file)},line={at.line},col={at.column},title={attribute(diagnostic.kind)}::{data(message)}"


def say(text: str) -> None:
    """A closing line, for people: silent when the output is piped."""
    if sys.stdout.isatty():
        print(text)


def say_beside(text: str) -> None:
    """A line for whoever waits, beside what is printed as the result."""
    print(text, file=sys.stderr, flush=True)


def say_at_once(text: str) -> None:
    """A line that somebody waits for: printed at once, also into a pipe."""
    print(text, flush=True)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars with the time left for long work on a terminal; silent otherwise."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _all: None
        return
    bars: Any = None
    tasks: dict[str, Any] = {}

    def show(what: str, done: int, whole: int) -> None:
        nonlocal bars
        if whole <= PROGRESS_AFTER[what]:
            return
        bars = bars or _bars()
        if what not in tasks:
            tasks[what] = bars.add_task(f"{'Visiting' if what == 'addresses' else 'Making'} {what}", total=whole)
        bars.update(tasks[what], completed=done)

    try:
        yield show
    finally:
        if bars is not None:
            bars.stop()


def _bars() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    bars = Progress(*columns, console=Console(stderr=True), transient=True)
    bars.start()
    return bars


def counted(number: int, noun: str) -> str:
    """A number and its noun, in the plural but for one."""
    return f"{number} {noun}" + ("" if number == 1 else "s")
