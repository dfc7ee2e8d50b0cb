"""Where addresses lead, in pages and style sheets."""

from __future__ import annotations

from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.addresses import resolve
from microsite.audit import css_problems, page_facts
from tests.audited import RIGHT, STYLE, URL, bare, problems, source

STEPS = st.lists(st.sampled_from(["..", ".", "a", "b-c", "d.html", "%20x", "한", "..."]), max_size=6)


@given(
    page=st.lists(st.sampled_from(["a", "ko", "b-c"]), max_size=3),
    steps=STEPS,
    end=st.sampled_from(["", "/", "?q=1/../2", "#f", "/#f/../g", "?a#b?c"]),
)
def test_a_relative_address_leads_where_a_browser_would_go(page: list[str], steps: list[str], end: str) -> None:
    root = "https://paper.example/1/2/3/4/5/6/7/"  # deep enough for every way out of the site
    path, address = "/".join([*page, "index.html"]), "/".join(steps) + (end if steps else end.lstrip("/"))
    target, fragment = resolve(path, address)
    expected, _, expected_fragment = urljoin(root + path, address).partition("#")
    assert unquote(urljoin(root, quote(target))) == unquote(expected.partition("?")[0])
    assert fragment == expected_fragment


def test_without_the_sites_url_nothing_may_be_absolute() -> None:
    found = problems(bare("", f'<link rel="canonical" href="{URL}">'), site_url=None)
    assert found == [("broken-link", f"`<link href>` names `{URL}`, not below the site's url")]


def test_a_page_shown_at_any_depth_links_by_the_sites_url_or_upwards_or_not_at_all() -> None:
    by_url = page_facts(
        "404.html", bare(f'<a href="#x" id="x">x</a> <a href="{URL}">x</a> <a href="{URL}a.html">'), URL
    )
    assert by_url.problems == ()
    assert by_url.links == (("a.html", ()), ("index.html", ()))
    assert problems(bare('<a href="./">up</a><a href="../">further up</a>'), "404.html") == []
    found = problems(bare('<a href="index.html">x</a>'), "404.html")
    assert [kind for kind, _ in found] == ["broken-link"]
    assert "any depth" in found[0][1]
    assert problems(bare('<a href="index.html">x</a>'), "story/404.html") == []


def test_a_very_long_address_is_shown_in_part() -> None:
    [(_kind, message)] = problems(bare(f'<img alt="" src="data:image/png;base64,{"x" * 100_000}">'))
    assert len(message) < 200


def test_a_page_moved_elsewhere_in_the_site_leads_there() -> None:
    facts = page_facts("old.html", bare("", '<meta http-equiv="refresh" content="0; url=story/index.html#a">'))
    assert (facts.problems, facts.assets) == ((), (("story/index.html", ("a",)),))


def test_an_inline_style_may_not_fetch_from_elsewhere_even_if_it_is_listed() -> None:
    style = "@import 'https://cdn.example/a.css'; p{background:url(//cdn.example/a.png)}"
    found = problems(RIGHT.replace(source(STYLE), source(style)).replace(STYLE, style))
    assert [kind for kind, _ in found] == ["outside-request", "outside-request"]


@pytest.mark.parametrize(
    ("css", "kinds"),
    [
        ("a{b:url(https://cdn.example/a.png)}", ["outside-request"]),
        ("a{b:URL( '//cdn.example/a.png' )}", ["outside-request"]),
        ('@import\n"http://cdn.example/a.css";', ["outside-request"]),
        ("@import url(http://cdn.example/a.css);", ["outside-request"]),
        ("a{b:image-set('http://cdn.example/a.png' 1x)}", ["outside-request"]),
        ("a{b:url(/plates/a.png)}", ["absolute-link"]),
        ("a{b:url(data:image/png;base64,xx)}", ["unsafe-markup"]),
        ("a{b:url(../plates/a.png) url('b.png') url(#c)}", []),
        ("/* url(https://cdn.example/a.png) */ a::after{content:' (' attr(href) ') https://x.example'}", []),
    ],
)
def test_what_a_style_sheet_fetches_stays_within_the_site(css: str, kinds: list[str]) -> None:
    assert [found.kind for found in css_problems("static/site.css", css)] == kinds
