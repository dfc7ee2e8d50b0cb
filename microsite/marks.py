"""Python-Markdown with our link schemes: claims, exhibits and references become numbered marks in its tree.

Raw HTML is not passed through. What is wrong with a link or picture is noted with the mark or the words it concerns;
`prose` finds their place in the text.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markdown import Markdown

SAFE_SCHEMES = ("https", "http", "mailto")
OPEN, CLOSE, BLOCK = "\ue000", "\ue001", "\ue002"
"""Around the number of an expression, and between blocks. `prose` sees to it that no text holds them."""

_EXPRESSION_MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_UNREAD_LINK = re.compile(r"\]\s?\((?P<target>(?:seed|exhibit):[^\s()]*)")
_ENCODED = "\x02amp\x03"
"""Python-Markdown writes the letters of a mail address so, as character references."""
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)")
_SAFE_ADDRESS = re.compile(rf"(?:https?://[^/\\]|mailto:.)[^\s<>\"`\\{OPEN}-{BLOCK}]*", re.IGNORECASE)
_SAFE_FRAGMENT = re.compile(rf"#[^\s<>\"`\\{OPEN}-{BLOCK}]*")
_KEPT_ATTRIBUTES = {"id", "class", "lang", "href", "src", "align", "start"}
_PLAIN_ID = re.compile(r"[A-Za-z][\w:.-]*", re.ASCII)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_PLAIN_CLASS = re.compile(r"[\w-]+", re.ASCII)


class Numbered(NamedTuple):
    """A mark: the third claim, the first expression."""

    sort: Literal["claims", "exhibits", "references", "expressions"]
    number: int


class Complaint(NamedTuple):
    """Something wrong with an element, before it is known where that stands in the text."""

    kind: str
    where: Numbered | str
    """The mark it is about, `heading` for the next one, or words that stand in the text as they do here."""
    message: str
    hint: str = ""


class Marks:
    """What one conversion met, in the order of the page."""

    def __init__(self) -> None:
        self.claims: list[tuple[str, str]] = []
        """Target and the anchor its author gave it, if any."""
        self.exhibits: list[str] = []
        self.references: list[str] = []
        self.fragments: list[str] = []
        self.complaints: list[Complaint] = []


_SIGN_OF = {
    "backtick": "`",
    "escape": "\\",
    "footnote": "[^",
    "reference": "]:",
    "link": "](",
    "image_link": "![",
    "image_reference": "]:",
    "short_reference": "]:",
    "short_image_ref": "]:",
    "autolink": "<",
    "automail": "<",
    "entity": "&",
}
"""By an inline rule of Python-Markdown, what stands in every text in which it finds anything."""


def engine_for(text: str) -> Markdown:
    """The converter, ready for a text: inline rules that cannot find anything in it are left out."""
    converter = engine().reset()
    rules = converter.inlinePatterns
    idle = {rules[name] for name, sign in _SIGN_OF.items() if sign not in text}
    converter.treeprocessors["inline"].inlinePatterns = [rule for rule in rules if rule not in idle]  # type: ignore[attr-defined]
    return converter


@cache
def engine() -> Markdown:
    """The converter, which `engine_for` makes ready; making one takes as long as converting a headline.

    Its tree processor `microsite` keeps the `Marks` of the last conversion under `marks`.
    """
    from markdown import Markdown
    from markdown.extensions.attr_list import AttrListExtension
    from markdown.extensions.def_list import DefListExtension
    from markdown.extensions.footnotes import FootnoteExtension
    from markdown.extensions.tables import TableExtension
    from markdown.treeprocessors import Treeprocessor

    class MarkProcessor(Treeprocessor):
        """Turns our links and pictures into numbered marks, after all other processing."""

        marks = Marks()

        def run(self, root: Element) -> None:
            self.marks = Marks()
            for child in list(root):
                _mark(child, self.marks, None)
                child.tail = "\n" + BLOCK
            _lift_exhibits(root)
            _report_misplaced(root, self.marks)

    extensions = [
        TableExtension(use_align_attribute=True),
        FootnoteExtension(BACKLINK_TITLE=""),
        AttrListExtension(),
        DefListExtension(),
    ]
    converter = Markdown(extensions=extensions)
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    converter.treeprocessors.register(MarkProcessor(converter), "microsite", -10)
    return converter


def _mark(element: Element, marks: Marks, inside: str | None) -> None:
    """Replace the element, if it is one of ours, and go on to its children."""
    _tidy_attributes(element, marks)
    if element.tag == "a":
        inside = _mark_link(element, marks, inside) or inside
    elif element.tag == "img":
        _mark_picture(element, marks)
    elif element.tag == "h1":
        message = "the headline is the only heading of the first level"
        marks.complaints.append(Complaint("heading-one", "heading", message, "begin sections with `##`"))
    if element.tag not in ("code", "pre"):
        _report_unread(element, marks, inside)
    for child in element:
        _mark(child, marks, inside)


def _report_unread(element: Element, marks: Marks, inside: str | None) -> None:
    """Markdown leaves a link within a link as it is written, and one whose address it cannot read."""
    for text in (element.text, *(child.tail for child in element)):
        for unread in _UNREAD_LINK.finditer(text or ""):
            if inside:
                message, hint = (
                    "a claim or exhibit stands inside another link",
                    "end the first before the second begins",
                )
                marks.complaints.append(Complaint("misplaced-claim", unread["target"], message, hint))
            else:
                message = f"`{unread['target'][:80]}` is not read as a link"
                hint = "write [words](seed:seed-name/statement-name), without spaces in the address"
                marks.complaints.append(Complaint("bad-citation", unread["target"], message, hint))


def _tidy_attributes(element: Element, marks: Marks) -> None:
    """Keep what an author may set: an id, classes and a language. A title is dropped: readers on phones never see it."""
    for name in set(element.attrib) - _KEPT_ATTRIBUTES:
        element.attrib.pop(name)
    if not element.get("start", "1").isdecimal():
        element.attrib.pop("start")
    if alignment := element.attrib.pop("align", None):
        element.set("class", f"align-{alignment}")
    for name, value in element.items():
        if mark := _EXPRESSION_MARK.search(value):
            message = "an expression cannot stand in an address or a name"
            complaint = Complaint(
                "bad-expression", Numbered("expressions", int(mark[1])), message, "write it in the text"
            )
            marks.complaints.append(complaint)
            element.set(name, "")
        elif name == "id" and not _PLAIN_ID.fullmatch(value):
            message = f"`{value[:60]}` cannot be the name of a place on a page"
            marks.complaints.append(Complaint("bad-name", value, message, "use letters, digits and hyphens"))
            element.set(name, "")
        elif name == "lang" and not _LANGUAGE_TAG.fullmatch(value):
            message = f"`{value[:60]}` is no code of a language"
            marks.complaints.append(Complaint("bad-value", value, message, "write one such as `ko` or `zh-Hans`"))
            element.set(name, "")
    element.set("class", " ".join(word for word in element.get("class", "").split() if _PLAIN_CLASS.fullmatch(word)))
    for name in ("id", "class", "lang"):
        if not element.get(name):
            element.attrib.pop(name, None)


def _mark_link(element: Element, marks: Marks, inside: str | None) -> str | None:
    href = element.get("href", "").strip()
    if _ENCODED in href:
        href = unescape(href.replace(_ENCODED, "&"))
        element.set("href", href)
    if href.startswith("seed:"):
        if inside:
            message = "a claim cannot stand inside another link or claim"
            place = Numbered("claims", len(marks.claims))
            marks.complaints.append(
                Complaint("misplaced-claim", place, message, "end the first before the second begins")
            )
        if not len(element) and not (element.text or "").strip():
            message, hint = "this claim has no words", "write the words that are claimed in the square brackets"
            marks.complaints.append(Complaint("empty-claim", Numbered("claims", len(marks.claims)), message, hint))
        marks.claims.append((href.removeprefix("seed:"), element.get("id", "")))
        _become(element, "claim", len(marks.claims) - 1)
        return "claim"
    if href.startswith("exhibit:"):
        marks.references.append(href.removeprefix("exhibit:"))
        _become(element, "exhibit-reference", len(marks.references) - 1)
        return "link"
    if _SAFE_FRAGMENT.fullmatch(unescape(href)):
        if "footnote" not in element.get("class", ""):
            marks.fragments.append(href[1:])
        return "link"
    if complaint := _unsafe(href):
        marks.complaints.append(complaint)
        del element.attrib["href"]
    element.set("rel", "noopener noreferrer")
    return "link"


def _unsafe(href: str) -> Complaint | None:
    """Why a link should not be followed, if it should not."""
    address = unescape(href)  # as a browser reads it
    if _SAFE_ADDRESS.fullmatch(address):
        return None
    if _SCHEME.match(re.sub(r"[\x00-\x20]", "", address)):
        message = f"a link to `{href[:60]}` is not safe to follow"
        return Complaint(
            "unsafe-link", href, message, "link to https://…, http://… or mailto:…, without spaces or quotes"
        )
    message = f"a link to `{href[:60]}` leads nowhere in a story"
    hint = "name a full address, [text](exhibit:name), or a place on this page (#name)"
    return Complaint("unsafe-link", href, message, hint)


def _mark_picture(element: Element, marks: Marks) -> None:
    source = element.get("src", "")
    if not source.startswith("exhibit:"):
        message = f"the picture `{source[:60]}` is not an exhibit"
        hint = "describe it in exhibits.yaml and write ![](exhibit:name)"
        marks.complaints.append(Complaint("plain-image", source, message, hint))
        return
    marks.exhibits.append(source.removeprefix("exhibit:"))
    _become(element, "exhibit", len(marks.exhibits) - 1)
    element.text = "\u200b"


def _become(element: Element, tag: str, number: int) -> None:
    element.tag = tag
    element.attrib.clear()
    element.set("n", str(number))


def _lift_exhibits(root: Element) -> None:
    """An exhibit alone in a paragraph takes its place; any other is misplaced, and its mark is left to say so."""
    for index, child in enumerate(list(root)):
        if child.tag != "p" or [inner.tag for inner in child] != ["exhibit"]:
            continue
        exhibit = child[0]
        if not (child.text or "").strip() and not (exhibit.tail or "").strip():
            exhibit.tail = child.tail
            root[index] = exhibit


def _report_misplaced(root: Element, marks: Marks) -> None:
    lifted = {child.get("n") for child in root if child.tag == "exhibit"}
    for element in root.iter("exhibit"):
        number = element.get("n", "0")
        if number not in lifted:
            message = f"the exhibit `{marks.exhibits[int(number)]}` stands inside other text"
            place = Numbered("exhibits", int(number))
            marks.complaints.append(Complaint("misplaced-exhibit", place, message, "give it a paragraph of its own"))
