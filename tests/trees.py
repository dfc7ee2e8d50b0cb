"""Whole trees of files: laid over each other, read into a form that people can review, and compared with a golden one.

A golden tree holds what a reviewer wants to see change and nothing else: pages indented, a tag or a run of text on each
line; hashes and digests as `HASH`; pictures and style sheets as one line of facts. What every page has alike (its head,
its footer, drawn symbols) is shown in full in one golden tree only.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from html import escape
from html.parser import HTMLParser
from pathlib import Path

from microsite.newsroom import as_published

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "static"
Tree = Mapping[str, str]
"""By path, a file in its readable form."""

_HASH_IN_NAME = re.compile(r"-[0-9a-f]{8,10}(?=\.[a-z]+\b)")
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b|(?<=sha256-)[A-Za-z0-9+/]{43}=")


def lay_over(base: Path, *overlays: Path) -> Path:
    """Copy folders over a folder, each later one on top; `expected` and `expected.txt` are left behind."""
    base.mkdir(parents=True, exist_ok=True)
    for overlay in overlays:
        shutil.copytree(overlay, base, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected", "expected.txt"))
    return base


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder as it is."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder)}


def golden_of(folder: Path) -> dict[str, str]:
    """A golden tree as it was written."""
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in _files(folder)}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []


def readable(site: Path, shown: tuple[str, ...] = ("*",), *, in_full: bool = False) -> dict[str, str]:
    """A built site in readable form, without the `.gitignore` that marks its folder.

    Args:
        shown: patterns of the files that are shown; of other pages only the title is, of other files nothing.
        in_full: whether pages are shown with what every page has alike.
    """
    tree = {}
    for path, data in bytes_of(site).items():
        if path != ".gitignore":
            is_shown = any(fnmatch(path, pattern) for pattern in shown)
            is_shown = is_shown and (in_full or not path.endswith("offline.html"))  # it repeats the others
            text = _facts(path, data) or _text(path, data.decode().replace("\r\n", "\n"), is_shown, in_full)
            tree[_HASH_IN_NAME.sub("-HASH", path)] = _DIGEST.sub("HASH", _HASH_IN_NAME.sub("-HASH", text))
    return tree


def _facts(path: str, data: bytes) -> str:
    """What there is to say of a file that is not to be read."""
    if path.endswith((".png", ".jpg", ".avif")):
        return _picture_facts(data)
    if path.startswith("schemas/"):
        return f"As microsite/{path}.\n" if (ROOT / "microsite" / path).read_bytes() == data else ""
    source = STATIC / _HASH_IN_NAME.sub("", path.removeprefix("static/"))
    if not path.startswith("static/") or not source.is_file():
        return ""
    written = source.read_bytes()
    published = as_published(written) if path.endswith(".css") else written
    return f"As static/{source.name}.\n" if data == published else ""


def _text(path: str, text: str, is_shown: bool, in_full: bool) -> str:
    if path.endswith(".html"):
        return indented(text, in_full=in_full) if is_shown else f"{_TITLE.findall(text)[0]}\n"
    return text if is_shown else ""


def _picture_facts(data: bytes) -> str:
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        return f"A {picture.format} picture, {width} by {height} pixels.\n"


def rewrite(folder: Path, tree: Tree) -> None:
    """Make a golden tree hold this and nothing else."""
    for path in _files(folder):
        if path.relative_to(folder).as_posix() not in tree:
            path.unlink()
    for name, text in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for below in sorted(folder.rglob("*"), reverse=True):
        if below.is_dir() and not any(below.iterdir()):
            below.rmdir()


# --- Pages -----------------------------------------------------------------------------------------------------------

_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_IN_LINE = frozenset(
    {"a", "abbr", "b", "br", "button", "cite", "code", "del", "em", "i", "img", "input", "ins", "label"}
)
_IN_LINE |= {"mark", "q", "s", "small", "span", "strong", "sub", "sup", "dd", "dt", "td", "th"}
_IN_LINE |= {"svg", "circle", "ellipse", "path", "polygon", "rect", "text", "use"}
"""Elements that stay on the line they are in; so a row of a table is a line, and so is a drawing."""
_DRAWN = frozenset({"symbol", "symbols"})
"""Classes of drawings beside which words stand that say the same."""
_ALIKE = frozenset({"skip", "colophon", "levels", "check", "rules", "data"})
"""Classes, and names of sections, of what is alike wherever it stands."""
_TELLING = frozenset({"canonical", "alternate", "description", "robots", "refresh"})
"""What is told about a page in its head that another page has otherwise."""


def indented(html: str, *, in_full: bool) -> str:
    """A page with each block on a line of its own, text with its inline markup kept together.

    Args:
        in_full: whether to show what every page has alike.
    """
    writer = _Writer(in_full=in_full)
    writer.feed(html)
    writer.close()
    return "\n".join(writer.lines()) + "\n"


class _Writer(HTMLParser):
    """Writes down what it parses, line by line."""

    def __init__(self, *, in_full: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._in_full = in_full
        self._lines: list[str] = []
        self._run = ""
        """Text and inline markup that will be the next line."""
        self._open: list[tuple[str, int]] = []
        """Elements not yet closed, each with the number of its line."""
        self._left_out = 0
        """The depth within an element that is left out."""

    def lines(self) -> Iterator[str]:
        self._end_run()
        yield from self._lines

    def handle_decl(self, decl: str) -> None:
        if self._in_full:
            self._line(f"<!{decl}>")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._left_out or self._is_alike(tag, dict(attrs)):
            self._left_out += tag not in _VOID
            return
        written = "".join(f" {name}" + (f'="{escape(value)}"' if value else "") for name, value in attrs)
        if tag in _IN_LINE:
            self._run += f"<{tag}{written}>"
            return
        self._line(f"<{tag}{written}>")
        if tag not in _VOID:
            self._open.append((tag, len(self._lines)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if self._left_out:
            self._left_out -= 1
        elif tag in _IN_LINE:
            self._run += f"</{tag}>"
        else:
            self._end_block(tag)

    def handle_data(self, data: str) -> None:
        if not self._left_out:
            in_style = bool(self._open) and self._open[-1][0] == "style"
            self._run += "RULES" if in_style and data.strip() else escape(data, quote=False)

    def _end_block(self, tag: str) -> None:
        """Close an element, on its own line where no more than one line is in it."""
        self._end_run()
        opened, number = self._open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        inside = self._lines[number:]
        if len(inside) > 1:
            self._line(f"</{tag}>")
        else:
            del self._lines[number:]
            self._lines[-1] += "".join(inside).strip() + f"</{tag}>"

    def _is_alike(self, tag: str, attributes: dict[str, str | None]) -> bool:
        names = {*(attributes.get("class") or "").split(), attributes.get("aria-labelledby") or ""}
        if self._in_full or not _DRAWN.isdisjoint(names):
            return not _DRAWN.isdisjoint(names)
        is_told = tag in {"meta", "link", "style"} and _TELLING.isdisjoint(attributes.values())
        return is_told or not _ALIKE.isdisjoint(names)

    def _end_run(self) -> None:
        words = " ".join(self._run.split())
        self._run = ""
        if words:
            self._lines.append(" " * len(self._open) + words)

    def _line(self, text: str) -> None:
        self._end_run()
        self._lines.append(" " * len(self._open) + text)
