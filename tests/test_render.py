"""Pages laid out: whatever authors write is text on them, and what is wrong with a template is told at its line."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from microsite import model, pipeline, render, schema, templating
from microsite.command import order_for
from microsite.rules import RULES
from tests import trees

NASTY = "<script>alert(1)</script> & &amp; <b onclick='x' title=\"y\"> {% raw %} </style> --> \\{{ x }}"
MARKER = "END-OF-IT"
"""Stands after each nasty text, so that none is missed."""


@pytest.fixture(scope="module")
def nasty(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of a site whose every text is nasty, by path."""
    root = tmp_path_factory.mktemp("nasty")
    for path, text in nasty_site().items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    result = pipeline.build(order_for(str(root)))
    assert (result.outcome, result.diagnostics) == ("built", ())
    return {path: data.decode() for path, data in trees.bytes_of(root / "site").items() if path.endswith(".html")}


# --- Sites of nasty texts, made from the model -----------------------------------------------------------------------


def nasty_site() -> dict[str, str]:
    """Each field there is, filled; as JSON, which is YAML too."""
    front = filled(model.FrontMatter, status="published", withdrawn=None, based_on=["paper"])
    prose = f"{NASTY} {MARKER}\n\n[{NASTY} {MARKER}](seed:paper/s)\n\n![](exhibit:e)\n\n## {NASTY} {MARKER}\n"
    table = (
        f"\n| {NASTY.replace('|', '')} {MARKER} |\n|---|\n| {{{{ p }}}} |\n\n- {NASTY} {MARKER}\n\n> {NASTY} {MARKER}\n"
    )
    seed = filled(model.Seed, kind="news report", url=None, text="paper.txt", withdrawn=None, voices={}, statements={})
    kept = "WARC/1.1\n"
    seed["archive"] = filled(
        model.Archive, url=None, file="paper.warc", sha256=f"sha256-{sha256(kept.encode()).hexdigest()}", publish="true"
    )
    seed["voices"] = {"v": filled(model.Voice, relays=[], withdrawn=None)}
    seed["statements"] = {"s": filled(model.Statement, voice="v", reading="testimony", contradicts=[])}
    other = {**seed, "text": None, "statements": {"t": {**seed["statements"]["s"], "quote": None}}}
    contradiction = {"statement": "paper/s", "why": f"{NASTY} {MARKER}"}
    other["statements"]["t"]["contradicts"] = [contradiction]
    prices = filled(model.PriceFile, currency="CNY", rates=[], comparable=[], places={}, populations={}, prices={})
    prices |= {"places": {"here": f"{NASTY} {MARKER}"}, "populations": {"all": f"{NASTY} {MARKER}"}}
    prices["prices"] = {
        "p": filled(model.Price, place="here", population="all", price=200, times=None, of=None, seed="paper/s")
    }
    exhibit = filled(model.Exhibit, photo=None, master=None, absent="withheld", redactions=[], annotations={})
    exhibit["annotations"] = {"a": filled(model.Annotation, region={"point": [0.5, 0.5]}, seed="paper/s")}
    off = {"level": "off", "reason": f"{NASTY} {MARKER}"}
    apart = "https://example.net/?a='b'&c=d"
    site = filled(
        model.SiteFile, format=1, languages=["en"], front=None, rules=dict.fromkeys(RULES, off), repository=apart
    )
    return {
        "content/site.yaml": json.dumps(without_none(site)),
        "seeds/paper.warc": kept,
        "content/story/index.md": f"---\n{json.dumps(without_none(front))}\n---\n{prose}{table}",
        "content/story/prices.yaml": json.dumps(without_none(prices)),
        "content/story/exhibits.yaml": json.dumps({"e": without_none(exhibit)}),
        "seeds/paper.yaml": json.dumps(without_none(seed)),
        "seeds/other.yaml": json.dumps(without_none(other)),
        "seeds/paper.txt": f"{NASTY} {MARKER}",
    }


def filled(record: type, **given: Any) -> dict[str, Any]:
    """A value for each key of a record."""
    keys = schema.keys_of(record)
    assert given.keys() <= keys.keys()
    return {
        name: given[name] if name in given else sample(declared.metadata["kind"]) for name, declared in keys.items()
    }


def sample(kind: Any) -> Any:
    known = {
        id(schema.TEXT): f"{NASTY} {MARKER}",
        id(schema.PLAIN): f"{NASTY} {MARKER}",
        id(schema.DATE): "2024-12-XX",
        id(schema.ASPECT): "3:2",
        id(schema.WEB_ADDRESS): "https://example.org/?a='b'&c=d",
        id(schema.SITE_ADDRESS): "https://example.org/",
        id(schema.DIGEST): f"sha256-{'0' * 64}",
        id(schema.FLAG): False,
        id(schema.LANGUAGE): "ko",
    }
    match kind:
        case schema.Choice(options=options):
            return options[-1]
        case schema.ListOf(item=item):
            return [value for value in [sample(item)] if value is not None]
        case schema.MapOf(value=value):
            return {"one": sample(value)}
        case schema.Record(record=record):
            return filled(record)
    return known.get(id(kind))


def without_none(value: Any) -> Any:
    """The value without the keys that were left out."""
    if isinstance(value, dict):
        return {name: without_none(each) for name, each in value.items() if each is not None}
    return [without_none(each) for each in value] if isinstance(value, list) else value


# --- Whatever authors write is text ----------------------------------------------------------------------------------


def test_nothing_that_authors_write_becomes_markup(nasty: dict[str, str]) -> None:
    assert len(nasty) == 15
    for path, html in nasty.items():
        page = LexborHTMLParser(html)
        data = page.css('script[type="application/ld+json"]')
        assert len(data) == path.endswith("text.html"), path
        assert not any("<" in node.text() for node in data), path
        assert len(page.css("script, b[title], [onclick], noscript, iframe")) == len(data), path
        assert html.lower().count("<script") == len(data), path


def test_nasty_texts_arrive_letter_by_letter(nasty: dict[str, str]) -> None:
    arrived = 0
    for path, html in nasty.items():
        for text in texts_of(html):
            for piece in text.split(MARKER)[:-1]:
                plain = unsmartened(piece)
                assert plain.endswith((plain_text(), markdown_text())), f"{path}: {piece[-200:]}"
                arrived += 1
    assert arrived > 100


def plain_text() -> str:
    return unsmartened(f"{NASTY} ")


def markdown_text() -> str:
    """A nasty text after Markdown, to which an entity is its character and a backslash an escape."""
    return unsmartened(f"{unescape(NASTY)} ".replace("\\", ""))


def unsmartened(text: str) -> str:
    """Without typography, which is prose's affair, and without the breadthless sign between braces."""
    table = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "\u200b": "", "\n": " "}
    return re.sub("[“”‘’–\u200b\n]", lambda sign: table[sign[0]], text)


def texts_of(html: str) -> Iterator[str]:
    """All text of a page and of its attributes."""
    for node in LexborHTMLParser(html).css("*"):
        yield from (value for value in node.attributes.values() if value)
        if node.tag in {"title", "body"}:
            yield node.text()


# --- Policies and styles ---------------------------------------------------------------------------------------------


def test_every_page_allows_its_own_style_and_no_other(nasty: dict[str, str]) -> None:
    with_style = 0
    for path, html in nasty.items():
        page = LexborHTMLParser(html)
        (policy,) = page.css("meta[http-equiv=Content-Security-Policy]")
        styles = [style.text() for style in page.css("style")]
        digests = [b64encode(sha256(style.encode()).digest()).decode() for style in styles]
        allowed = re.findall("'sha256-([^']+)'", policy.attributes["content"] or "")
        assert allowed == digests, path
        assert page.css("[style]") == [], path
        with_style += bool(styles)
    assert with_style == 7, (
        "the story, its text-only and offline editions, its exhibit, its evidence, the sources of all stories, and the page for addresses that lead nowhere"
    )


def test_policy_without_a_style_allows_only_the_site_itself() -> None:
    assert set(re.findall("'[^']+'", render.policy(""))) == {"'self'", "'none'"}
    assert "http" not in render.policy("a {}")


@pytest.mark.parametrize(
    ("text", "capitalized"), [("", ""), ("all goods", "All goods"), ("éTÉ à Paris", "ÉTÉ à Paris")]
)
def test_first_letter_is_made_a_capital_and_the_rest_left_alone(text: str, capitalized: str) -> None:
    assert templating.capitalize_first(text) == capitalized


# --- Templates that are wrong ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "line", "said"),
    [
        ("{% extends 'base.html' %}\n{% block content %}\n{{ page.nothing }}{% endblock %}", 3, "nothing"),
        ("{% extends 'base.html' %}\n\n{% if %}", 3, "Expected an expression"),
        ("{% extends 'base.html' %}\n{% block content %}{{ 'a' | nothing }}{% endblock %}", 2, "nothing"),
        ("{% extends 'nothing.html' %}", 1, "nothing.html"),
        ("{% block content %}\n", 1, "Unexpected end of template"),
        ("\n{{ 1 // 0 }}", 2, "zero"),
        ("\n{{ page.name + 1 }}", 2, "str"),
        ("\n{{ none.nothing() }}", 2, "nothing"),
        ("\n{{ [1, 2] | join(3, 4, 5, 6) }}", 2, "argument"),
    ],
)
def test_broken_template_of_a_site_is_told_at_its_line(template: str, line: int, said: str, tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, Path(__file__).parent / "sites/minimal")
    trees.rewrite(root / "templates", {"about.html": template})
    result = pipeline.build(order_for(str(root)))
    assert result.outcome == "stopped"
    (found,) = result.diagnostics
    assert (found.at.file, found.at.line, found.kind) == ("templates/about.html", line, "broken-template")
    assert said in found.message


def test_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    root = trees.lay_over(tmp_path, Path(__file__).parent / "sites/minimal")
    (root / "templates").mkdir()
    (root / "templates/about.html").write_bytes(b"Caf\xe9")
    (found,) = pipeline.build(order_for(str(root))).diagnostics
    assert (found.at.file, found.kind) == ("templates/about.html", "broken-template")
