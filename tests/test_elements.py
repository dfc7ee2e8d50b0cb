"""What is read of a page does not hang on how: tag by tag where it is plain, or by a parser for browsers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite import command
from microsite.elements import Read, read
from tests import trees

SITES = Path(__file__).parent / "sites"
PLAIN_DOCTYPE, OTHER_DOCTYPE = "<!doctype html>", "<!DOCTYPE html>"


def told(page: Read) -> tuple[object, ...]:
    """What rules get to know of a page, however it was read."""
    elements = [
        (element.tag, sorted(element.attributes.items(), key=str), element.text)
        for element, times in page.elements.items()
        if element.tag != "title"
        for _ in range(times)
    ]
    return page.title, sorted(map(str, elements))


def as_browsers_read(html: str) -> Read:
    """A page that begins otherwise than ours do is left to the parser."""
    return read(html.replace(PLAIN_DOCTYPE, OTHER_DOCTYPE, 1))


@pytest.mark.parametrize("case", ["everything", "exhibits", "corrected"])
def test_our_own_pages_are_read_as_browsers_read_them(case: str, compiled_once: None, tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, SITES / case)
    assert command.main(["build", "--root", str(root)]) == 0
    for path in (root / "site").rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        assert html.startswith(PLAIN_DOCTYPE)
        assert told(read(html)) == told(as_browsers_read(html)), path


PIECES = (
    '<p id="a">one &lt; two</p>',
    '<p id="a" id="b" title="twice">x</p>',
    '<p title="a > b" id="c"></p>',
    "<p title='a \"b\"' id='d'>x</p>",
    "<img src=a.png alt=b/>",
    '<img alt src="a.png?a=1&amp;b=2">',
    '<A HREF="b.html" ID=Up>x</A>',
    '<svg viewBox="0 0 9 9" id="s"><title>drawn</title><path fill="url(#g)" d="M0 0"/><use href="#s"/></svg>',
    '<style>a::before { content: "\\3c p id=q>" }</style>',
    '<style>b { background: url("x.png") }</style>',
    '<style media="print">c > d { color: red }</style>',
    '<script>if (1 < 2) document.write("<p id=w>")</script>',
    '<script type="application/ld+json">{"a": "b"}</script>',
    "<textarea><a id=t></textarea>",
    "<template><a id=held href=c.html></a></template>",
    "<noscript><a id=n href=d.html></a></noscript>",
    "<!-- <a id=not> -->",
    "<p>a < b and c > d</p>",
    "<title>inside <b id=bold>body</b></title>",
    '<p onclick="go()" style="color: red">x</p>',
    "<h1>Once\r\n</h1>",
    "<h2 id='e'\nlang=ko>x</h2>",
    '<a href="a.html#b"rel="noopener">x</a>',
    '<p id="nul\0">x</p>',
    "<p id=<b>x</p>",
    "<br/><br />",
)


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["", "<title>Page &amp; more</title>"]))
def test_whatever_a_page_holds_is_read_as_browsers_read_it(pieces: list[str], title: str) -> None:
    html = f'{PLAIN_DOCTYPE}\n<html lang="en"><head><meta charset=utf-8>{title}</head><body>{"".join(pieces)}</body></html>'
    assert told(read(html)) == told(as_browsers_read(html))


def test_an_element_that_stands_there_twice_is_counted_twice() -> None:
    page = read(f'{PLAIN_DOCTYPE}<h1 id="a">One</h1><h1 id="a">Two</h1><h1>Three</h1>')
    assert [(element.tag, times) for element, times in page.elements.items()] == [("h1", 2), ("h1", 1)]
