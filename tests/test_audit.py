"""One wrong page for each thing the audit must see, and a right one in which it sees nothing."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote, urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite import audit
from microsite.audit import PageFacts, across, css_facts, css_problems, page_facts, resolve
from microsite.diagnostics import KINDS, Diagnostic

URL = "https://paper.example/dandong/"
STYLE = "p{color:red}"
SCRIPT = "document.title += 1 < 2 && '&amp;'"


def source(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


RIGHT = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'; script-src 'self' \
{source(SCRIPT)}; style-src 'self' {source(STYLE)}; connect-src 'self'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>The coats: a report</title>
<meta property="og:title" content="The coats: a report // two">
<meta property="og:image" content="{URL}card.png">
<link rel="canonical" href="{URL}story/index.html">
<link rel="alternate" hreflang="ko" href="{URL}ko/">
<link rel="license" href="https://licences.example/by/4.0/">
<link rel="stylesheet" href="../static/site.css?v=2">
<style>{STYLE}</style>
<script>{SCRIPT}</script>
<script type="application/ld+json">{{"url": "https://anywhere.example/"}}</script>
</head>
<body>
<a href="#main">Skip</a> <a href="#">Up</a> <a href="#top">Up</a> <a href="">Here</a>
<main id="main">
<h1 id="한글 headline">The coats</h1>
<p id="a%b" aria-describedby="note main"><a href="prices.html#row-2">prices</a> <a href="index.html#note">note</a>
<a href="../index.html">home</a> <a href="mailto:desk@paper.example">write</a> <a href="data%20file.csv">data</a>
<a href="https://elsewhere.example/x" rel="noreferrer external NOOPENER" target="_blank">source</a></p>
<p id="note" class="style onclick">content = "on = 1"</p>
<img src="../plates/one.png" alt="" srcset="../plates/one-2.png 2x, ../plates/one-3.png 3x">
<svg viewBox="0 0 1 1"><title>plate</title><linearGradient id="grey"/><a href="#note"><rect fill="url(#grey)"/></a>
<use href="../static/marks.svg#dot"/></svg>
<template><img src="../plates/two.png" alt=""></template>
</main>
</body>
</html>
"""
OTHER_FILES = [
    *("card.png", "static/site.css", "plates/one.png", "plates/one-2.png", "plates/one-3.png", "plates/two.png"),
    "story/data file.csv",
]


def bare(body: str, head: str = "") -> str:
    """A page that has what every page must have, and this."""
    start = RIGHT.index("<!doctype")
    essentials = RIGHT[start : RIGHT.index("<meta property")]
    return f"{essentials}{head}</head><body><h1>One</h1>{body}</body></html>"


def problems(html: str, path: str = "story/index.html", site_url: str | None = URL) -> list[tuple[str, str]]:
    return [(found.kind, found.message) for found in page_facts(path, html, site_url).problems]


def site(**changed: str) -> dict[str, PageFacts]:
    """The facts of a small sound site; `changed` replaces what stands in the body of its plain pages."""
    bodies = {"index.html": "", "ko/index.html": "", "story/prices.html": '<p id="row-1"></p><p id="row-2"></p>'}
    pages = {path: page_facts(path, bare(changed.get(path, body)), URL) for path, body in bodies.items()}
    drawing = '<svg xmlns="http://www.w3.org/2000/svg"><style>a{b:c}</style><path id="dot"/></svg>'
    pages["static/marks.svg"] = page_facts("static/marks.svg", drawing)
    return pages | {"story/index.html": page_facts("story/index.html", RIGHT, URL)}


def told(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(d.at.file, d.kind, d.message) for d in found]


def test_a_right_page_has_no_problems_and_tells_where_it_leads() -> None:
    facts = page_facts("story/index.html", RIGHT, URL.rstrip("/"))
    assert facts.problems == ()
    assert facts.ids.split(" ") == ["a%b", "grey", "main", "note"]
    assert facts.links == (
        ("card.png", ()),
        ("index.html", ()),
        ("ko/index.html", ()),
        ("story/data file.csv", ()),
        ("story/prices.html", ("row-2",)),
    )
    assert dict(facts.assets) == {
        "plates/one-2.png": (),
        "plates/one-3.png": (),
        "plates/one.png": (),
        "plates/two.png": (),
        "static/marks.svg": ("dot",),
        "static/site.css": (),
    }


def test_a_right_site_has_no_problems() -> None:
    assert across(site(), OTHER_FILES) == []


@pytest.mark.parametrize(
    ("wanted", "instead", "message"),
    [
        ("<!doctype html>", "", "`<!doctype html>`"),
        (' lang="en"', "", "language"),
        (' lang="en"', ' lang=" "', "language"),
        ('<meta charset="utf-8">', "", "charset"),
        ('charset="utf-8"', 'charset="latin1"', "charset"),
        ('<meta name="viewport" content="width=device-width">', "", "viewport"),
        ('<meta name="referrer" content="no-referrer">', "", "referrer"),
        ('content="no-referrer"', 'content="origin"', "referrer"),
        ("Content-Security-Policy", "Content-Type", "policy"),
        ("<title>The coats: a report</title>", "", "a title"),
        ("<title>The coats: a report</title>", "<title> </title>", "a title"),
        ("</main>", "<h1>Two</h1></main>", "2 `<h1>`"),
        ("h1", "h2", "no `<h1>`"),
    ],
)
def test_a_page_that_lacks_what_every_page_must_have_is_reported(wanted: str, instead: str, message: str) -> None:
    assert wanted in RIGHT
    found = problems(RIGHT.replace(wanted, instead))
    assert [kind for kind, _ in found].count("incomplete-page") == 1
    assert message in dict(found)["incomplete-page"]


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ('<p id="a"><p id="b"><p id="a">', "duplicate-id", "`a` stands 2 times"),
        ('<p id="a"><svg><path id="a"/></svg>', "duplicate-id", "`a` stands 2 times"),
        ('<img src="a.png">', "missing-alt", "`a.png`"),
        ('<map><area href="a.html"></map>', "missing-alt", "`<area>`"),
        ('<input type="image" src="a.png">', "missing-alt", "`<input>`"),
        # Requests to another origin
        ('<img alt="" src="https://cdn.example/a.png">', "outside-request", "`<img src>`"),
        ('<img alt="" src="//cdn.example/a.png">', "outside-request", "`//cdn.example/a.png`"),
        ('<img alt="" src="\\\\cdn.example/a.png">', "outside-request", "`<img src>`"),
        ('<img alt="" src=" HT\nTPS://cdn.example/a.png">', "outside-request", "`<img src>`"),
        ('<img alt="" srcset="a.png 1x, http://cdn.example/a.png 2x">', "outside-request", "`<img srcset>`"),
        ('<picture><source srcset="http://cdn.example/a.png"></picture>', "outside-request", "`<source srcset>`"),
        ('<script src="https://cdn.example/a.js"></script>', "outside-request", "`<script src>`"),
        ('<link rel="stylesheet" href="https://cdn.example/a.css">', "outside-request", "`<link href>`"),
        ('<link rel="alternate stylesheet" href="https://cdn.example/a.css">', "outside-request", "`<link href>`"),
        ('<link rel="preconnect" href="https://cdn.example">', "outside-request", "`<link href>`"),
        ('<video poster="https://cdn.example/a.png"></video>', "outside-request", "`<video poster>`"),
        ('<object data="https://cdn.example/a"></object>', "outside-request", "`<object data>`"),
        ('<iframe src="https://cdn.example/a"></iframe>', "outside-request", "`<iframe src>`"),
        ('<form action="https://cdn.example/a"></form>', "outside-request", "`<form action>`"),
        ('<button formaction="https://cdn.example/a">', "outside-request", "`<button formaction>`"),
        ('<a href="#" ping="https://cdn.example/a">x</a>', "outside-request", "`<a ping>`"),
        ('<svg><use xlink:href="https://cdn.example/a.svg#b"/></svg>', "outside-request", "`<use xlink:href>`"),
        ('<svg><image href="https://cdn.example/a.png"/></svg>', "outside-request", "`<image href>`"),
        ("<svg><rect fill=\"URL('https://cdn.example/a.svg#b')\"/></svg>", "outside-request", "`<rect fill>`"),
        ('<template><img alt="" src="https://cdn.example/a.png"></template>', "outside-request", "`<img src>`"),
        ('<noscript><img alt="" src="https://cdn.example/a.png"></noscript>', "outside-request", "`<img src>`"),
        # Links
        ('<a href="javascript:alert(1)">x</a>', "unsafe-link", "`javascript:alert(1)`"),
        ('<a href=" java\tscript:alert(1)">x</a>', "unsafe-link", "`<a href>`"),
        ('<a href="data:text/html,x">x</a>', "unsafe-link", "`data:text/html,x`"),
        ('<a href="//elsewhere.example/x" rel="noopener noreferrer">x</a>', "unsafe-link", "`//elsewhere.example/x`"),
        ('<a href="/prices.html">x</a>', "absolute-link", "`/prices.html`"),
        ('<img alt="" src="/a.png">', "absolute-link", "`/a.png`"),
        ('<a href="file:///home/x/a.html">x</a>', "absolute-link", "on one computer"),
        (f'<a href="{URL}prices.html">x</a>', "absolute-link", "by the site's url"),
        ('<a href="#nowhere">x</a>', "broken-link", "`#nowhere`"),
        ('<a href="index.html#nowhere">x</a>', "broken-link", "`#nowhere`"),
        ('<label for="nowhere">x</label>', "broken-link", "`<label for>`"),
        ('<p aria-labelledby="nowhere">x</p>', "broken-link", "`<p aria-labelledby>`"),
        ('<svg><use href="#nowhere"/></svg>', "broken-link", "`#nowhere`"),
        ('<svg><rect mask="url(#nowhere)"/></svg>', "broken-link", "`#nowhere`"),
        ('<a href="exhibits/">x</a>', "broken-link", "the folder `exhibits/`"),
        ('<a href="..">x</a>', "broken-link", "the folder `..`"),
        ('<a href="./?page=2">x</a>', "broken-link", "the folder"),
        ('<img alt="" src="">', "missing-file", "the page it stands in"),
        ('<a href="https://elsewhere.example/">x</a>', "unsafe-markup", "leads out to `https://elsewhere.example/`"),
        ('<a href="HTTP://elsewhere.example/" rel="noopener">x</a>', "unsafe-markup", "unguarded"),
        ('<a href="index.html" target="_blank">x</a>', "unsafe-markup", "opens `_blank` unguarded"),
        ('<a href="index.html" target="_blank" rel="noopener">x</a>', "unsafe-markup", "opens `_blank` unguarded"),
        # Markup that the policy would not allow
        ('<img alt="" src="data:image/png;base64,xx">', "unsafe-markup", "`data:image/png;base64,xx`"),
        ('<p style="color:red">x</p>', "unsafe-markup", "attribute `style`"),
        ('<p class="x" ONCLICK="x()">x</p>', "unsafe-markup", "attribute `onclick`"),
        ('<body onload="x()">', "unsafe-markup", "attribute `onload`"),
        ('<iframe srcdoc="<p>x">', "unsafe-markup", "attribute `srcdoc`"),
        ('<img alt="" src="a.png" referrerpolicy="unsafe-url">', "unsafe-markup", "referrer policy"),
        ("<script>x()</script>", "unsafe-markup", "inline `<script>`"),
        ('<script type="module">x()</script>', "unsafe-markup", "inline `<script>`"),
        ("<style>p{color:blue}</style>", "unsafe-markup", "inline `<style>`"),
        (f"<style>{SCRIPT}</style>", "unsafe-markup", "inline `<style>`"),
        ("<svg><style>p{color:blue}</style></svg>", "unsafe-markup", "inline `<style>`"),
    ],
)
def test_a_wrong_page_is_reported_once(body: str, kind: str, message: str) -> None:
    found = problems(bare(body))
    assert [found_kind for found_kind, _ in found] == [kind]
    assert message in found[0][1]
    assert kind in KINDS


@pytest.mark.parametrize(
    ("head", "kind", "message"),
    [
        ('<base href="x/">', "unsafe-markup", "`<base>`"),
        (
            '<meta http-equiv="refresh" content="0; url=https://elsewhere.example/">',
            "outside-request",
            "`<meta content>`",
        ),
        ('<meta http-equiv="refresh" content="0; //elsewhere.example/">', "outside-request", "`<meta content>`"),
        ('<link rel="canonical" href="https://elsewhere.example/a.html">', "broken-link", "not below the site's url"),
        ('<link rel="canonical" href="https://paper.example/dandong2/">', "broken-link", "not below the site's url"),
        ('<link rel="alternate" hreflang="ko" href="//elsewhere.example">', "broken-link", "not below the site's url"),
        ('<meta property="og:image" content="https://cdn.example/a.png">', "broken-link", "not below the site's url"),
        ('<meta name="twitter:image" content="https://cdn.example/a.png">', "broken-link", "not below the site's url"),
    ],
)
def test_a_wrong_head_is_reported_once(head: str, kind: str, message: str) -> None:
    found = problems(bare("", head))
    assert [found_kind for found_kind, _ in found] == [kind]
    assert message in found[0][1]


def test_an_inline_style_may_not_fetch_from_elsewhere_even_if_it_is_listed() -> None:
    style = "@import 'https://cdn.example/a.css'; p{background:url(//cdn.example/a.png)}"
    found = problems(RIGHT.replace(source(STYLE), source(style)).replace(STYLE, style))
    assert [kind for kind, _ in found] == ["outside-request", "outside-request"]


@pytest.mark.parametrize(
    "weak",
    [
        "default-src *",
        "default-src 'self' https:",
        "default-src 'self'; img-src cdn.example",
        "default-src 'self'; script-src 'unsafe-inline'",
        "default-src 'self'; script-src 'self' 'unsafe-eval'",
        "default-src 'self'; style-src-attr 'unsafe-inline'",
        "default-src 'self'; img-src data:",
        "default-src 'self'; form-action https://cdn.example",
        "img-src 'self'",
        "",
    ],
)
def test_a_policy_that_lets_others_in_is_reported(weak: str) -> None:
    policy = f'<meta http-equiv="content-security-policy" content="{weak}">'
    assert [kind for kind, _ in problems(bare("", policy))] == ["unsafe-markup"]


def test_two_policies_must_both_list_inline_code() -> None:
    second = '<meta http-equiv="content-security-policy" content="default-src \'self\'">'
    html = bare("", second)
    assert problems(html) == []
    found = problems(html.replace("</h1>", f"</h1><style>{STYLE}</style>"))
    assert found == [("unsafe-markup", "the page's policy does not list an inline `<style>`")]


def test_a_policy_must_stand_before_what_it_is_to_bind() -> None:
    late = RIGHT.replace('<meta charset="utf-8">', '<meta charset="utf-8"><link rel="icon" href="../icon.svg">')
    assert problems(late) == [("unsafe-markup", "`<link>` stands before the policy")]


def test_a_listed_style_is_recognised_whatever_the_line_ends_are() -> None:
    style = "p{\n  color: red;\n}\n"
    html = RIGHT.replace(source(STYLE), source(style)).replace(STYLE, style)
    assert problems(html) == problems(html.replace("\n", "\r\n")) == []


def test_without_the_sites_url_nothing_may_be_absolute() -> None:
    found = problems(bare("", f'<link rel="canonical" href="{URL}">'), site_url=None)
    assert found == [("broken-link", f"`<link href>` names `{URL}`, not below the site's url")]


def test_a_page_shown_at_any_depth_links_by_the_sites_url_or_not_at_all() -> None:
    by_url = page_facts(
        "404.html", bare(f'<a href="#x" id="x">x</a> <a href="{URL}">x</a> <a href="{URL}a.html">'), URL
    )
    assert by_url.problems == ()
    assert by_url.links == (("a.html", ()), ("index.html", ()))
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


# Style sheets and drawings


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


def test_a_style_sheet_asks_for_files_seen_from_itself() -> None:
    facts = css_facts("static/site.css", "a{b:url(../plates/one.png), url(gone.png)}")
    found = across(site() | {"static/site.css": facts}, OTHER_FILES)
    assert told(found) == [
        (
            "site/static/site.css",
            "missing-file",
            "a browser is sent for `static/gone.png`, which is not among the files made",
        )
    ]


def test_a_drawing_may_style_itself_but_not_run_or_fetch() -> None:
    drawing = '<svg xmlns="x"><style>a{b:c}</style><script>x()</script><image href="https://cdn.example/a.png"/></svg>'
    found = problems(drawing, "static/a.svg")
    assert [kind for kind, _ in found] == ["unsafe-markup", "outside-request"]


# Addresses

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


# All pages together


@pytest.mark.parametrize(
    ("href", "kind", "message", "hint"),
    [
        ("price.html", "broken-link", "`story/price.html`", "did you mean `story/prices.html`?"),
        ("prices.html#row-3", "broken-link", "`story/prices.html#row-3`", "did you mean `row-2`?"),
        ("prices.html#Row-2", "broken-link", "`story/prices.html#Row-2`", "did you mean `row-2`?"),
        ("../../index.html", "broken-link", "`../index.html`", "it leads out of the site"),
        ("../ko", "broken-link", "`ko`", "`ko` is a folder: name the file in it"),
        ("Prices.html", "broken-link", "`story/Prices.html`", "did you mean `story/prices.html`?"),
    ],
)
def test_a_link_to_what_was_not_made_is_broken(href: str, kind: str, message: str, hint: str) -> None:
    story = page_facts("story/index.html", bare(f'<a href="prices.html#row-2">x</a><a href="{href}">x</a>'), URL)
    [found] = across(site() | {"story/index.html": story}, OTHER_FILES)
    assert (found.at.file, found.kind, found.severity) == ("site/story/index.html", kind, "error")
    assert message in found.message
    assert found.hint.startswith(hint)


def test_an_asset_that_was_not_made_is_reported() -> None:
    others = [path for path in OTHER_FILES if path != "plates/one-2.png"]
    [found] = across(site(), others)
    assert (found.at.file, found.kind) == ("site/story/index.html", "missing-file")
    assert "`plates/one-2.png`" in found.message


def test_a_mark_that_a_drawing_does_not_hold_is_reported() -> None:
    pages = site() | {"static/marks.svg": page_facts("static/marks.svg", '<svg><path id="square"/></svg>')}
    [found] = across(pages, OTHER_FILES)
    assert "`static/marks.svg#dot`" in found.message


def test_ids_in_files_without_facts_are_taken_on_trust() -> None:
    pages = site()
    del pages["static/marks.svg"]
    assert across(pages, [*OTHER_FILES, "static/marks.svg"]) == []


def test_paths_that_differ_only_in_case_are_reported() -> None:
    found = across(site(), [*OTHER_FILES, "Plates/one.png"])
    assert told(found) == [
        ("site/plates/one.png", "clashing-names", "`plates/one.png` and `Plates/one.png` differ only in case")
    ]


def test_what_is_wrong_on_a_page_alone_is_told_at_its_place() -> None:
    page = page_facts("story/about.html", bare('<p style="x">'), URL)
    found = across(site() | {"story/about.html": page}, OTHER_FILES)
    assert told(found) == [("site/story/about.html", "unsafe-markup", "`<p>` has the attribute `style`")]


def revived(facts: PageFacts) -> PageFacts:
    """The facts as a ledger gives them back."""
    kept: Any = json.loads(json.dumps(facts))
    return PageFacts(*kept)


def test_facts_kept_as_json_serve_like_fresh_ones() -> None:
    pages = site()
    pages["story/index.html"] = page_facts(
        "story/index.html", bare('<a href="prices.html#gone">x</a><a href="gone.html">x</a><p style="x">'), URL
    )
    found = across(pages, OTHER_FILES)
    assert len(found) == 3
    assert across({path: revived(facts) for path, facts in pages.items()}, OTHER_FILES) == found


def test_a_changed_page_is_judged_with_kept_facts_of_the_others_in_both_directions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = {path: revived(facts) for path, facts in site().items()}
    changed = page_facts("story/prices.html", bare('<p id="row-1"></p><a href="index.html#gone">x</a>'), URL)
    monkeypatch.setattr(audit, "_parse", lambda _html: pytest.fail("a page was parsed again"))
    assert told(across(kept | {"story/prices.html": changed}, OTHER_FILES)) == [
        (
            "site/story/index.html",
            "broken-link",
            "a link leads to `story/prices.html#row-2`, an id that nothing there has",
        ),
        (
            "site/story/prices.html",
            "broken-link",
            "a link leads to `story/index.html#gone`, an id that nothing there has",
        ),
    ]
    del kept["story/prices.html"]
    assert [d.at.file for d in across(kept, OTHER_FILES)] == ["site/story/index.html"]


def test_names_are_compared_for_the_first_few_broken_links_only(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []

    def note(name: str, _valid: Iterable[str]) -> str:
        compared.append(name)
        return ""

    monkeypatch.setattr(audit, "nearest", note)
    links = tuple((f"gone-{n:03}.html", ()) for n in range(300))
    found = across({"index.html": PageFacts("", links, (), ())})
    assert len(found) == 300
    assert len(compared) == 20


def test_the_same_site_is_judged_the_same_in_any_order() -> None:
    pages = {f"p{n}.html": PageFacts("", (("gone.html", ()),), (("gone.css", ()),), ()) for n in range(30)}
    assert across(pages, ["A", "a"]) == across(dict(reversed(pages.items())), ["a", "A"])
