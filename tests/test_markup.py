"""One wrong page for each thing the audit must see in a page alone."""

from __future__ import annotations

import pytest

from microsite.diagnostics import KINDS
from tests.audited import RIGHT, SCRIPT, STYLE, URL, bare, problems, source


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


def test_a_drawing_may_style_itself_but_not_run_or_fetch() -> None:
    drawing = '<svg xmlns="x"><style>a{b:c}</style><script>x()</script><image href="https://cdn.example/a.png"/></svg>'
    found = problems(drawing, "static/a.svg")
    assert [kind for kind, _ in found] == ["unsafe-markup", "outside-request"]
