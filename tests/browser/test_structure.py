"""What a page tells those who do not see it: headings, landmarks, tables, drawings, and the language of each part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

LETTERS = {
    "ko": r"[\uac00-\ud7a3]",
    "zh": r"[\u4e00-\u9fff]",
    "ar": r"[\u0620-\u064a]",
    "he": r"[\u05d0-\u05ea]",
    "en": r"[A-Za-z]+(?:[ ’'-]+[A-Za-z]+){5,}",
}
"""How a passage in a language looks; names are few words, and stay as they are in any language."""
OWN_LETTERS = {"ko": ("ko", "zh"), "ja": ("ja", "zh")}
"""Which of them may stand in a language's own text."""


@pytest.fixture(scope="package")
def pages(own_site: Path, made_up_sites: dict[str, Path]) -> dict[str, LexborHTMLParser]:
    """Every page that a reader stays on, by its path."""
    found = {}
    for site in (own_site, *made_up_sites.values()):
        for path in sorted(site.rglob("*.html")):
            page = LexborHTMLParser(path.read_bytes())
            if not page.css_first("meta[http-equiv=refresh]"):
                found[f"{site.parent.name}/{path.relative_to(site)}"] = page
    return found


def test_headings_begin_with_the_only_one_of_the_first_level_and_leave_no_level_out(
    pages: dict[str, LexborHTMLParser],
) -> None:
    for path, page in pages.items():
        levels = [int(str(heading.tag)[1]) for heading in page.css("h1, h2, h3, h4, h5, h6")]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        assert all(below <= above + 1 for above, below in pairwise(levels)), (path, levels)
        assert all(heading.text(strip=True) for heading in page.css("h1, h2, h3, h4, h5, h6")), path


def test_a_page_has_its_landmarks_and_a_name_for_each_of_which_there_are_several(
    pages: dict[str, LexborHTMLParser],
) -> None:
    for path, page in pages.items():
        assert [len(page.css(part)) for part in ("main", "body > header", "body > footer")] == [1, 1, 1], path
        for part in ("nav", "[role=region]", "aside", "form", "figure"):
            names = [name_of(page, landmark) for landmark in page.css(part)]
            assert all(names), (path, part)
            assert len(set(names)) == len(names), (path, part, names)


def test_whatever_is_named_by_another_element_is_named_by_one_that_is_there(pages: dict[str, LexborHTMLParser]) -> None:
    for path, page in pages.items():
        for element in page.css("[aria-labelledby], [aria-describedby]"):
            assert name_of(page, element), (path, element.html)


def name_of(page: LexborHTMLParser, element: LexborNode) -> str:
    """What an attribute, or the elements that it refers to, call an element."""
    if label := element.attributes.get("aria-label"):
        return label
    others = element.attributes.get("aria-labelledby") or element.attributes.get("aria-describedby") or ""
    found = [page.css_first(f"[id='{other}']") for other in others.split()]
    return " ".join(other.text(strip=True) if other else "" for other in found)


def test_tables_have_captions_and_every_header_says_what_it_heads(pages: dict[str, LexborHTMLParser]) -> None:
    for path, page in pages.items():
        for table in page.css("table"):
            region = table.parent and table.parent.attributes.get("aria-label")
            caption = table.css_first("caption")
            assert (caption and caption.text(strip=True)) or region, path
            assert table.css("thead th"), path
            for header in table.css("th"):
                assert header.attributes.get("scope") in ("col", "row", "colgroup", "rowgroup"), (path, header.html)


def test_what_changes_by_itself_is_told(pages: dict[str, LexborHTMLParser]) -> None:
    sums = [part for page in pages.values() for part in page.css(".consequences")]
    assert sums
    # A screen reader speaks of what comes into a status that was there, and passes over one that comes as a whole.
    assert all(part.parent and part.parent.attributes.get("role") == "status" for part in sums)


def test_whoever_says_the_words_of_a_control_means_it(pages: dict[str, LexborHTMLParser]) -> None:
    named = 0
    for path, page in pages.items():
        for control in page.css("a[href], button, summary, label"):
            if name := control.attributes.get("aria-label"):
                named += 1
                assert " ".join(control.text().split("\u2060")).strip().casefold() in name.casefold(), (
                    path,
                    control.html,
                )
        for field in page.css("input, select, textarea"):
            label = field
            while label.tag != "label" and label.parent:
                label = label.parent
            assert label.tag == "label", (path, field.html)
            assert label.text(strip=True), (path, field.html)
            assert "aria-label" not in field.attributes, (path, field.html)
    assert named


def test_drawings_have_a_name_or_are_passed_over(pages: dict[str, LexborHTMLParser]) -> None:
    for path, page in pages.items():
        for drawing in page.css("svg"):
            silent = is_passed_over(drawing)
            named = drawing.attributes.get("role") == "img" and name_of(page, drawing)
            assert silent or named, (path, (drawing.html or "")[:120])
            assert not silent or not drawing.css("a, [tabindex]"), path
        for picture in page.css("[role=img]"):
            assert name_of(page, picture), path
        for image in page.css("img"):
            assert image.attributes.get("alt") is not None, path
            assert {"width", "height"} <= image.attributes.keys(), path


def is_passed_over(element: LexborNode) -> bool:
    """Whether an element, or one around it, is hidden from those who do not see the page."""
    around: LexborNode | None = element
    while around and around.attributes.get("aria-hidden") != "true":
        around = around.parent
    return around is not None


def test_a_passage_in_another_language_says_so(pages: dict[str, LexborHTMLParser]) -> None:
    wrong = sorted({found for page in pages.values() for found in passages_without_language(page)})
    assert wrong == []


def passages_without_language(page: LexborHTMLParser) -> Iterator[str]:
    assert page.body
    for node in page.body.traverse(include_text=True):
        if node.tag != "-text" or not (text := re.sub(r"https?:\S+", "", node.text_content or "").strip()):
            continue
        language = language_of(node)
        for other, letters in LETTERS.items():
            if other not in (language, *OWN_LETTERS.get(language, ())) and re.search(letters, text):
                yield f"{other} in {language}: {text[:80]}"


def language_of(node: LexborNode) -> str:
    """The language that the nearest element around a text declares, without script or region; none for code."""
    parent = node.parent
    while parent:
        if parent.tag in ("code", "style", "script"):
            return "en"
        if language := parent.attributes.get("lang"):
            return language.split("-")[0]
        parent = parent.parent
    return ""
