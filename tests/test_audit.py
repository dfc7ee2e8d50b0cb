"""All pages together: what leads where nothing is, and a right site in which the audit sees nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from microsite import audit, markup
from microsite.audit import PageFacts, across, css_facts, page_facts
from tests.audited import OTHER_FILES, RIGHT, URL, bare, site, told


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
    monkeypatch.setattr(markup, "parse", lambda _html: pytest.fail("a page was parsed again"))
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
