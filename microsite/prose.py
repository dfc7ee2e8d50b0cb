"""Markdown with claims, exhibits and expressions, turned into blocks of safe HTML with numbered places to fill in.

Python-Markdown converts; raw HTML is not passed through, and nh3 sanitises what comes out. Claims, exhibits and
expressions become numbered marks (`<claim n="0">`, a private-use character for an expression), so that the result
depends on the text alone and can be cached by content; `pieces` cuts a block at its marks for the templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

VERSION = "2"
"""Part of the cache key; raise it when the same text would convert differently."""
DEEPEST_NESTING = 12
DEEPEST_INDENT = 48
MOST_OPEN_BRACKETS = 40
"""At one place of a paragraph; Python-Markdown's time grows with the square of the unclosed ones and worse."""
MOST_FOOTNOTE_MARKS = 500
"""In a text; its time grows with the square of those, too."""
LONGEST_LINE = 20_000
LONGEST_PARAGRAPH = 2_000
"""Lines without a blank one between them."""
SAFE_SCHEMES = ("https", "http", "mailto")

_EXPRESSION = re.compile(r"\{\{(?P<text>[^\n{}]*)\}\}")
_ESCAPED_OR_EXPRESSION = re.compile(rf"\\\{{\{{|{_EXPRESSION.pattern}")
_OPEN, _CLOSE, _BLOCK = "\ue000", "\ue001", "\ue002"
_FIGURE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_OUR_TAG = "claim|exhibit-reference|exhibit"
_MARK = re.compile(
    rf'{_OPEN}(?P<figure>\d+){_CLOSE}|<(?P<tag>{_OUR_TAG}) n="(?P<n>\d+)">|</(?P<end>{_OUR_TAG})>'
)
_FORBIDDEN = re.compile(f"[\\x00-\\x08\\x0b-\\x1f\\x7f\\ufffe\\uffff{_OPEN}-{_BLOCK}]")
"""Characters that no page can hold, and those that our marks and Python-Markdown's are made of."""
_CHARACTER_REFERENCE = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<decimal>[0-9]+));?")
_NESTING = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+")
_BRACKET = re.compile(r"\\.|[\[\]]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)")
_PLAIN_ID = re.compile(r"[A-Za-z][\w:.-]*", re.ASCII)
_PLAIN_CLASS = re.compile(r"[\w-]+", re.ASCII)


class Mistake(NamedTuple):
    """Something wrong in a text: a diagnostic that does not yet know its file."""

    kind: str
    offset: int
    """In characters from the start of the text."""
    message: str
    hint: str = ""


class Use(NamedTuple):
    """A citation, an exhibit or an expression in a text, as written."""

    text: str
    offset: int
    id: str = ""
    """The anchor its author gave it, if any."""


class Block(NamedTuple):
    """One top-level element."""

    tag: str
    """`p`, `h2`, `table`, …; `exhibit` where an exhibit stands alone in a paragraph."""
    html: str


class Converted(NamedTuple):
    """A text after Markdown. Plain tuples throughout, so that the cache can hold it as JSON."""

    blocks: tuple[Block, ...]
    claims: tuple[Use, ...]
    exhibits: tuple[Use, ...]
    """Exhibits placed, by number of their mark."""
    references: tuple[Use, ...]
    """Exhibits or annotations referred to."""
    expressions: tuple[Use, ...]
    mistakes: tuple[Mistake, ...]
    fragments: tuple[Use, ...] = ()
    """Links to a place on the same page."""


_NOTHING = Converted((), (), (), (), (), ())


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of finished HTML, or a mark that a template fills in."""

    kind: Literal["markup", "claim", "end-claim", "reference", "end-reference", "figure"]
    markup: str = ""
    number: int = -1


def convert(text: str) -> Converted:
    """Convert a whole text."""
    if mistakes := tuple(_refusals(text)):
        return _NOTHING._replace(mistakes=mistakes)
    if not text.strip():
        return _NOTHING
    prepared, expressions, unclosed = _set_expressions_aside(text)
    engine = _engine()
    try:
        html = engine.convert(prepared)
    except RecursionError:
        message = "quotes, lists or brackets are nested too deeply in this text"
        return _NOTHING._replace(mistakes=(Mistake("too-deep", 0, message),))
    marks: _Marks = engine.treeprocessors["microsite"].marks  # type: ignore[attr-defined]
    finder = _Finder(text)
    # Elements are found in the order of the page; the same words stand in the same order in the text.
    found = Converted(
        blocks=tuple(_blocks(html)),
        claims=tuple(finder.use(f"(seed:{target})", target, id) for target, id in marks.claims),
        exhibits=tuple(finder.use(f"](exhibit:{target}", target) for target in marks.exhibits),
        references=tuple(finder.use(f"(exhibit:{target}", target) for target in marks.references),
        expressions=expressions,
        mistakes=(),
        fragments=tuple(finder.use(f"(#{target}", target) for target in marks.fragments),
    )
    return found._replace(mistakes=(*unclosed, *(_placed(mistake, found, finder) for mistake in marks.mistakes)))


def convert_line(text: str) -> Converted:
    """Convert a text that may only be one paragraph: a headline, a caption, a note."""
    converted = convert(text)
    if converted.mistakes:
        return converted
    if len(converted.blocks) != 1 or converted.blocks[0].tag != "p":
        message = "this text must be a single paragraph, without headings, lists, tables or exhibits"
        return converted._replace(mistakes=(Mistake("wrong-type", 0, message),))
    inner = converted.blocks[0].html.removeprefix("<p>").removesuffix("</p>")
    return converted._replace(blocks=(Block("", inner),))


def pieces(html: str) -> Iterator[Piece]:
    """Cut a block's HTML at its marks."""
    done = 0
    for mark in _MARK.finditer(html):
        if mark.start() > done:
            yield Piece("markup", html[done : mark.start()])
        done = mark.end()
        if mark["figure"]:
            yield Piece("figure", number=int(mark["figure"]))
        elif mark["tag"] == "claim":
            yield Piece("claim", number=int(mark["n"]))
        elif mark["tag"] == "exhibit-reference":
            yield Piece("reference", number=int(mark["n"]))
        elif mark["end"]:
            yield Piece("end-claim" if mark["end"] == "claim" else "end-reference")
    if done < len(html):
        yield Piece("markup", html[done:])


def to_json(converted: Converted) -> bytes:
    """For the cache."""
    import json

    return json.dumps(converted, ensure_ascii=False).encode()


def from_json(data: bytes) -> Converted:
    """From the cache."""
    import json

    blocks, claims, exhibits, references, expressions, mistakes, fragments = json.loads(data)
    return Converted(
        tuple(Block(*b) for b in blocks),
        *(tuple(Use(*u) for u in uses) for uses in (claims, exhibits, references, expressions)),
        tuple(Mistake(*m) for m in mistakes),
        tuple(Use(*u) for u in fragments),
    )


# --- Before Markdown -------------------------------------------------------------------------------------------------


def _refusals(text: str) -> Iterator[Mistake]:
    """What would make a converter slow or deep."""
    offset = 0
    for line in text.split("\n"):
        if len(line) > LONGEST_LINE:
            yield Mistake(
                "oversized-file",
                offset,
                f"this line has {len(line):,} characters; the longest allowed has {LONGEST_LINE:,}",
                "break it into paragraphs",
            )
        elif (match := _NESTING.match(line)) and len(re.findall(r">|[-*+]|\d[.)]", match[0])) > DEEPEST_NESTING:
            yield Mistake(
                "too-deep", offset, f"quotes and lists are nested more than {DEEPEST_NESTING} deep here", "flatten them"
            )
            return
        elif len(line) - len(line.lstrip(" ")) > DEEPEST_INDENT and _NESTING.match(line):
            yield Mistake(
                "too-deep",
                offset,
                f"this list item is indented by more than {DEEPEST_INDENT} characters",
                "flatten the list",
            )
            return
        elif line.count("[") > MOST_BRACKETS or re.search(r"(?:\[[^\]]{0,4}){60}|[*_]{200}", line):
            yield Mistake("too-deep", offset, "brackets or emphasis are nested too deeply here", "flatten them")
            return
        offset += len(line) + 1


def _set_expressions_aside(text: str) -> tuple[str, list[Use], list[Mistake]]:
    """Replace each `{{ … }}` by a numbered private-use mark that no Markdown rule touches."""
    uses: list[Use] = []

    def aside(match: re.Match[str]) -> str:
        if match["escape"]:
            return match[0][1:].replace("{{", "{\u200b{")
        uses.append(Use(match["text"].strip(), match.start("text")))
        return f"{_OPEN}{len(uses) - 1}{_CLOSE}"

    clean = re.sub(f"[{_OPEN}-{_BLOCK}\x02\x03]", "\ufffd", text)
    prepared = _EXPRESSION.sub(aside, clean)
    unclosed = [
        Mistake(
            "bad-expression",
            text.find("{{"),
            "`{{` opens an expression that no `}}` on its line closes",
            "write {{ name }}",
        )
    ]
    return prepared, uses, unclosed if "{{" in prepared else []


class _Finder:
    """Finds where in the text something stands that the converter met later, taking repetitions in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def offset(self, snippet: str) -> int:
        found = self._text.find(snippet, self._next.get(snippet, 0))
        if found < 0:
            return max(self._text.find(snippet), self._text.find(snippet.strip("()")), 0)
        self._next[snippet] = found + len(snippet)
        return found

    def use(self, snippet: str, text: str, id: str = "") -> Use:
        return Use(text, self.offset(snippet), id)

    def mistake(self, kind: str, snippet: str, message: str, hint: str = "") -> Mistake:
        return Mistake(kind, self.offset(snippet) if snippet else 0, message, hint)


# --- The Markdown engine ---------------------------------------------------------------------------------------------


class _Marks:
    """What one conversion met, in the order of the page."""

    def __init__(self) -> None:
        self.claims: list[tuple[str, str]] = []
        self.exhibits: list[tuple[str, str]] = []
        self.references: list[tuple[str, str]] = []
        self.fragments: list[tuple[str, str]] = []
        self.mistakes: list[tuple[str, str, str, str]] = []


def _engine() -> Markdown:
    """A converter with our link schemes and without raw HTML."""
    from markdown import Markdown
    from markdown.extensions.attr_list import AttrListExtension
    from markdown.extensions.def_list import DefListExtension
    from markdown.extensions.footnotes import FootnoteExtension
    from markdown.extensions.tables import TableExtension
    from markdown.treeprocessors import Treeprocessor

    class MarkProcessor(Treeprocessor):
        """Turns our links and pictures into numbered marks, after all other processing."""

        def run(self, root: Element) -> None:
            self.marks = _Marks()
            for child in list(root):
                _mark(child, self.marks, None)
                child.tail = "\n" + _BLOCK
            _lift_exhibits(root)
            _report_misplaced(root, self.marks)

    engine = Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            FootnoteExtension(BACKLINK_TITLE=""),
            AttrListExtension(),
            DefListExtension(),
        ]
    )
    engine.preprocessors.deregister("html_block")
    engine.inlinePatterns.deregister("html")
    engine.treeprocessors.register(MarkProcessor(engine), "microsite", -10)
    return engine


def _mark(element: Element, marks: _Marks, inside: str | None) -> None:
    """Replace the element, if it is one of ours, and go on to its children."""
    if element.tag == "a":
        inside = _mark_link(element, marks, inside) or inside
    elif element.tag == "img":
        _mark_picture(element, marks)
    elif element.tag == "h1":
        marks.mistakes.append(
            (
                "heading-one",
                "".join(element.itertext()).strip()[:40],
                "the headline is the only heading of the first level",
                "begin sections with `##`",
            )
        )
    if alignment := element.attrib.pop("align", None):
        element.set("class", f"align-{alignment}")
    for child in element:
        _mark(child, marks, inside)


def _mark_link(element: Element, marks: _Marks, inside: str | None) -> str | None:
    href = element.get("href", "").strip()
    if href.startswith("seed:"):
        if inside:
            marks.mistakes.append(
                (
                    "misplaced-claim",
                    href,
                    "a claim cannot stand inside another link or claim",
                    "end the first before the second begins",
                )
            )
        _become(element, "claim", len(marks.claims))
        marks.claims.append((href.removeprefix("seed:"), element.attrib.pop("id", "")))
        return "claim"
    if href.startswith("exhibit:"):
        _become(element, "exhibit-reference", len(marks.references))
        marks.references.append((href.removeprefix("exhibit:"), ""))
        return "link"
    if href.startswith("#"):
        if "footnote" not in element.get("class", ""):
            marks.fragments.append((href[1:], ""))
        return "link"
    if problem := _unsafe(href):
        marks.mistakes.append(("unsafe-link", href, *problem))
    element.set("rel", "noopener noreferrer")
    return "link"


def _unsafe(href: str) -> tuple[str, str] | None:
    """Why a link should not be followed, if it should not."""
    compact = re.sub(r"[\x00-\x20]", "", href)
    scheme = _LINK_LIKE.match(compact)
    if scheme and scheme[1].lower() in SAFE_SCHEMES and compact == href:
        return None
    if scheme:
        return f"a link to `{compact[:60]}` is not safe to follow", "link to https, http or mailto"
    return (
        f"a link to `{href[:60]}` leads nowhere in a story",
        "name a full address, [text](exhibit:name), or a place on this page (#name)",
    )


def _mark_picture(element: Element, marks: _Marks) -> None:
    source = element.get("src", "")
    if not source.startswith("exhibit:"):
        marks.mistakes.append(
            (
                "plain-image",
                source,
                f"the picture `{source[:60]}` is not an exhibit",
                "describe it in exhibits.yaml and write ![](exhibit:name)",
            )
        )
        return
    name = source.removeprefix("exhibit:")
    _become(element, "exhibit", len(marks.exhibits))
    marks.exhibits.append((name, ""))


def _become(element: Element, tag: str, number: int) -> None:
    element.tag = tag
    kept = element.attrib.get("id")
    element.attrib.clear()
    if kept and tag == "claim":
        element.set("id", kept)
    element.set("n", str(number))
    if tag == "exhibit":
        element.text = "\u200b"


def _lift_exhibits(root: Element) -> None:
    """An exhibit alone in a paragraph takes the paragraph's place; any other is misplaced, and its mark is left to say so."""
    for index, child in enumerate(list(root)):
        if (
            child.tag == "p"
            and len(child) == 1
            and child[0].tag == "exhibit"
            and not (child.text or "").strip()
            and not (child[0].tail or "").strip()
        ):
            child[0].tail = child.tail
            root[index] = child[0]


def _report_misplaced(root: Element, marks: _Marks) -> None:
    lifted = {child.get("n") for child in root if child.tag == "exhibit"}
    for element in root.iter("exhibit"):
        if element.get("n") not in lifted:
            name = marks.exhibits[int(element.get("n", "0"))][0]
            marks.mistakes.append(
                (
                    "misplaced-exhibit",
                    "](exhibit:" + name,
                    f"the exhibit `{name}` stands inside other text",
                    "give it a paragraph of its own",
                )
            )


# --- After Markdown --------------------------------------------------------------------------------------------------


def _blocks(html: str) -> Iterator[Block]:
    cleaner = _cleaner()
    for part in html.split(_BLOCK):
        clean = _smarten(cleaner.clean(part.strip()))
        if clean:
            tag = re.match(r"<([a-z0-9-]+)", clean)
            yield Block(tag[1] if tag else "p", clean)


def _cleaner() -> Any:
    import nh3

    everywhere = {"id", "class"}
    return nh3.Cleaner(
        tags={
            "p",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "ul",
            "ol",
            "li",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "pre",
            "code",
            "em",
            "strong",
            "a",
            "br",
            "hr",
            "sup",
            "div",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "claim",
            "exhibit",
            "exhibit-reference",
        },
        attributes={
            "*": everywhere,
            "a": {"href", "title", "rel"},
            "ol": {"start"},
            "claim": {"n"},
            "exhibit": {"n"},
            "exhibit-reference": {"n"},
        },
        url_schemes=set(SAFE_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


_TAG_OR_TEXT = re.compile(r"(<[^>]*>)")
_DASHES = (("---", "\u2014"), ("--", "\u2013"), ("...", "\u2026"))


def _smarten(html: str) -> str:
    """Curl quotes and join dashes in the text, leaving code and attributes alone.

    One pass of ours costs a twentieth of Python-Markdown's smarty extension, which takes half of a conversion's time.
    """
    if not any(sign in html for sign in ("'", '"', "--", "...")):
        return html
    before, verbatim, done = " ", 0, []
    for part in _TAG_OR_TEXT.split(html):
        if part.startswith("<"):
            verbatim += part.startswith(("<code", "<pre")) - part.startswith(("</code", "</pre"))
        elif part and not verbatim:
            part = _curl(part, before)
            before = part[-1]
        elif part:
            before = part[-1]
        done.append(part)
    return "".join(done)


def _curl(text: str, before: str) -> str:
    for typed, meant in _DASHES:
        text = text.replace(typed, meant)

    def quote(match: re.Match[str]) -> str:
        previous = text[match.start() - 1] if match.start() else before
        opens = previous.isspace() or previous in "([{\u2014\u2013\u201c\u2018/"
        following = text[match.end() : match.end() + 1]
        if match[0] == "'":
            return "\u2018" if opens and not following.isdigit() else "\u2019"
        return "\u201c" if opens else "\u201d"

    return re.sub("[\"']", quote, text)
