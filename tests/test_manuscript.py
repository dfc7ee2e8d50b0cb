"""One edition of a story: its claims, their anchors and what they rest on, its figures, and where mistakes stand."""

from __future__ import annotations

import time
from pathlib import Path
from textwrap import dedent, indent

import pytest

from microsite.diagnostics import Diagnostic
from microsite.intervals import between, exact
from microsite.manuscript import Manuscript, convert_plainly, place_in, read
from microsite.model import Prose

from .helpers import HERE, SITE, character_at, diagnose, read_story, write_site

INDEX, EXHIBITS, PRICES = (f"content/story/{name}" for name in ("index.md", "exhibits.yaml", "prices.yaml"))
ROWS = """\
currency: CNY
unit: piece
places:
  shop: The shop
populations:
  goods: all goods
  seconds: goods with defects
  others: other goods
comparable:
  - populations: [goods, seconds]
    reason: They are the same goods.
rates:
  - currency: USD
    rate: 7
    date: 2019-11
    seed: paper/opening
prices:
"""


def prices(**rows: str) -> str:
    """A prices file of rows such as `price: 200` or `population: seconds, price: 1`."""
    defaults = "place: shop, item: An item, statistic: single, seed: paper/price"
    lines = []
    for name, row in rows.items():
        population = "" if "population" in row else "population: goods, "
        lines.append(f"  {name}: {{{population}{row}, {defaults}}}\n")
    return ROWS + "".join(lines)


def edition(root: Path, body: str, **rows: str) -> tuple[Manuscript, list[Diagnostic], str]:
    """The story with this prose and these prices, what is wrong with it, and its whole text."""
    text = f"---\ntitle: T\nstandfirst: S.\nstatus: published\n---\n{dedent(body)}"
    write_site(root, {INDEX: text, PRICES: prices(**rows) if rows else None, EXHIBITS: None})
    manuscript, problems = read(read_story(root), "en", "en", convert_plainly)
    return manuscript, problems, text


# --- Claims ----------------------------------------------------------------------------------------------------------


def test_a_claim_rests_on_what_it_cites_and_on_the_prices_inside_it(tmp_path: Path) -> None:
    body = "[one](seed:paper/opening) [costs {{ a / b }}](seed:paper/opening) {{ a }}"
    manuscript, problems, _ = edition(tmp_path, body, a="price: 2", b="price: 1")
    assert problems == []
    plain, priced = manuscript.claims()
    assert (str(plain.citation), plain.prices) == ("paper/opening", ())
    assert (str(priced.citation), str(priced.written), priced.prices) == (
        "paper/opening&paper/price",
        "paper/opening",
        ("a", "b"),
    )


def test_a_claim_on_a_multiple_rests_on_the_price_it_multiplies_too(tmp_path: Path) -> None:
    rows = prices(a="price: 2", b="times: 3, of: a").replace(
        "price: 2, place: shop, item: An item, statistic: single, seed: paper/price",
        "price: 2, place: shop, item: An item, statistic: single, seed: paper/opening",
    )
    text = "---\ntitle: T\nstandfirst: S.\nstatus: published\n---\n[{{ b }}](seed:paper)"
    write_site(tmp_path, {INDEX: text, PRICES: rows, EXHIBITS: None})
    manuscript, problems = read(read_story(tmp_path), "en", "en", convert_plainly)
    assert problems == []
    (claim,) = manuscript.claims()
    assert str(claim.citation) == "paper&paper/price&paper/opening"


def test_a_claim_on_a_converted_amount_rests_on_the_rate_too(tmp_path: Path) -> None:
    manuscript, problems, _ = edition(
        tmp_path, "[{{ a | in USD }}](seed:paper/price) [{{ a }}](seed:paper/price)", a="price: 14"
    )
    assert problems == []
    assert [str(claim.citation) for claim in manuscript.claims()] == ["paper/price&paper/opening", "paper/price"]
    assert manuscript.body.figures[0].quantity.amount == exact(2)


def test_anchors_come_from_what_is_cited_and_are_numbered_in_reading_order(tmp_path: Path) -> None:
    citations = ("paper/opening", "paper", "paper/opening+/price", "paper/opening")
    body = " ".join(f"[a](seed:{citation})" for citation in citations) + " [e](seed:paper/opening){#own}"
    manuscript, _, _ = edition(tmp_path, body)
    assert [claim.anchor for claim in manuscript.claims()] == [
        "c-opening",
        "c-paper",
        "c-opening-price",
        "c-opening-2",
        "own",
    ]


def test_no_two_claims_share_an_anchor(tmp_path: Path) -> None:
    body = "[a](seed:paper){#x} [b](seed:paper){#x} [c](seed:paper){#c-price} [d](seed:paper/price)"
    manuscript, _, _ = edition(tmp_path, body)
    anchors = [claim.anchor for claim in manuscript.claims()]
    assert anchors == ["x", "x-2", "c-price", "c-price-2"]


def test_anchors_are_the_same_in_every_language(tmp_path: Path) -> None:
    korean = "[값](seed:paper/price)과 [가게](seed:paper/opening)"
    write_site(tmp_path, {"content/site.yaml": SITE.replace("[en]", "[en, ko]"), "content/story/index.ko.md": korean})
    story = read_story(tmp_path)
    english, _ = read(story, "en", "en", convert_plainly)
    translated, _ = read(story, "ko", "en", convert_plainly)
    assert {claim.anchor for claim in translated.body.claims} == {claim.anchor for claim in english.body.claims}


def test_texts_come_in_the_order_in_which_the_page_is_read(tmp_path: Path) -> None:
    manuscript, _ = read(read_story(write_site(tmp_path)), "en", "en", convert_plainly)
    assert [passage.role for passage in manuscript.passages()] == ["title", "standfirst", "body", "caption", "note"]
    assert [str(claim.written) for claim in manuscript.claims()] == ["paper/opening", "paper/price", "paper/opening"]


def test_thousands_of_claims_are_read_in_no_time(tmp_path: Path) -> None:
    started = time.process_time()
    manuscript, problems, _ = edition(tmp_path, "[{{ a }}](seed:paper/a)\n\n" * 3_000, a="price: 1")
    assert (len(manuscript.claims()), problems) == (3_000, [])
    assert time.process_time() - started < 10


# --- Figures ---------------------------------------------------------------------------------------------------------


def test_figures_are_computed_from_the_prices(tmp_path: Path) -> None:
    manuscript, problems, _ = edition(
        tmp_path, "{{ a }} {{ b / a }} {{ 2 * 3 }}", a="price: 2", b="population: seconds, price: 4..6"
    )
    assert problems == []
    assert [figure.quantity.amount for figure in manuscript.body.figures] == [exact(2), between(2, 3), exact(6)]


@pytest.mark.parametrize(
    ("expression", "kind", "place"),
    [
        ("a +", "bad-expression", " }}"),
        ("  a ** b", "bad-expression", "* b }}"),
        ("a.b", "bad-expression", "a.b }}"),
        ("a | loud", "bad-expression", "loud }}"),
        ("", "bad-expression", "}}"),
        ("1" + "0" * 199 + " + 1", "bad-expression", None),
        ("9" * 50, "bad-expression", "9" * 50),
        ("a + c", "unknown-price", "c }}"),
        ("a / zero", "unsound-price", "a / zero }}"),
        ("a / (b - b)", "unsound-price", "a / (b - b) }}"),
        ("a - other", "unsound-price", "a - other }}"),
        ("a * b", "unsound-price", "a * b }}"),
        ("a | in EUR", "unsound-price", "a | in EUR }}"),
        ("a | times", "unsound-price", "a | times }}"),
    ],
)
def test_an_expression_that_cannot_be_computed_is_reported_at_its_place(
    tmp_path: Path, expression: str, kind: str, place: str | None
) -> None:
    rows = {"a": "price: 2", "b": "price: 3", "zero": "price: 0", "other": "population: others, price: 1"}
    _, (problem,), text = edition(tmp_path, f"Some words.\n\nand {{{{ {expression} }}}} more\n", **rows)
    assert (problem.kind, problem.at.file, problem.at.line) == (kind, INDEX, 8)
    if place:
        assert character_at(text, problem.at).startswith(place)


def test_without_prices_an_expression_says_so(tmp_path: Path) -> None:
    _, (problem,), _ = edition(tmp_path, "{{ a }}")
    assert problem.kind == "unknown-price"
    assert "prices.yaml" in problem.hint


def test_a_price_that_cannot_be_computed_is_reported_once_where_it_stands(tmp_path: Path) -> None:
    _, problems, text = edition(
        tmp_path, "{{ b }} {{ b + a }} {{ c }}", a="price: 1", b="times: 2, of: aa", c="date: 2019"
    )
    assert [problem.kind for problem in problems] == ["unknown-price", "unsound-price"]
    assert problems[0].hint == "did you mean `a`?"
    assert {problem.at.file for problem in problems} == {PRICES}
    assert text


@pytest.mark.parametrize("row", ["price: cheap", "price: 1, colour: [red], date: soon", "price: 1, seed: A"])
def test_a_price_that_cannot_be_read_is_reported_once_where_it_stands(tmp_path: Path, row: str) -> None:
    rows = prices(a=row, b="times: 2, of: a").replace(
        f"{row}, place: shop", f"{row}, place: shop" if "seed" not in row else row + ", place: shop"
    )
    text = "---\ntitle: T\nstandfirst: S.\nstatus: published\n---\n{{ a }} {{ b }} {{ c }}"
    problems = diagnose(write_site(tmp_path, {INDEX: text, PRICES: rows, EXHIBITS: None}))
    outside = [(problem.at.file, problem.kind) for problem in problems if problem.at.file != PRICES]
    assert outside == [(INDEX, "unknown-price")]
    assert not {"unknown-price", "unsound-price", "missing-key"} & {
        problem.kind for problem in problems if problem.at.file == PRICES
    }


# --- Where things stand ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("caption: The [shop](seed:papers/opening)", "seed:papers"),
        ('caption: "The \\"shop\\": [it](seed:papers/opening)"', "seed:papers"),
        ("caption: 'It''s [it](seed:papers/opening)'", "seed:papers"),
        ("caption: >-\n  A long caption that is folded\n  over lines: {{ shirts }} and\n  more", "shirts"),
        ("caption: |-\n  Kept lines:\n  {{ shirt * }}", "}}"),
        ("caption: one [a](seed:paper/opening) two [a](seed:paper/opning)", "seed:paper/opn"),
        ("caption:\n  plain over\n  lines [x](https:evil) and [x](javascript:y)", "https:evil"),
    ],
)
def test_a_mistake_in_a_yaml_text_is_reported_at_its_words(tmp_path: Path, caption: str, words: str) -> None:
    text = "shop:\n  title: T\n  alt: A\n" + indent(caption, "  ") + "\n  credit: C\n  absent: not in hand\n"
    problems = diagnose(
        write_site(
            tmp_path, {EXHIBITS: text, INDEX: "---\ntitle: T\nstandfirst: S.\nstatus: draft\n---\n![](exhibit:shop)\n"}
        )
    )
    assert problems
    assert problems[0].at.file == EXHIBITS
    assert character_at(text, problems[0].at).startswith(words)


def test_an_exhibit_may_only_be_placed_in_the_prose(tmp_path: Path) -> None:
    text = "shop:\n  title: T\n  alt: A\n  caption: See ![](exhibit:shop)\n  credit: C\n  absent: not in hand\n"
    problems = diagnose(
        write_site(
            tmp_path, {EXHIBITS: text, INDEX: "---\ntitle: T\nstandfirst: S.\nstatus: draft\n---\n![](exhibit:shop)\n"}
        )
    )
    assert {problem.kind for problem in problems} == {"misplaced-exhibit"}
    assert character_at(text, problems[0].at).startswith("exhibit:shop")


def test_a_headline_is_one_paragraph(tmp_path: Path) -> None:
    text = '---\ntitle: "- a list"\nstandfirst: S.\nstatus: draft\n---\n'
    (problem,) = diagnose(write_site(tmp_path, {INDEX: text}))
    assert (str(problem.at), problem.kind) == (f"{INDEX}:2:9", "wrong-type")


def test_a_citation_that_cannot_be_read_is_reported_at_its_place(tmp_path: Path) -> None:
    for citation in ("/opening", "Paper/x", "paper//x", "paper/x+", "paper/x&", "paper/x%20y"):
        _, (problem,), text = edition(tmp_path, f"One\ntwo [claim](seed:{citation}) three")
        assert (problem.kind, problem.at.line) == ("bad-citation", 7)
        assert character_at(text, problem.at).startswith(f"seed:{citation}")


def test_a_place_in_prose_is_counted_from_where_the_prose_begins() -> None:
    place = place_in(Prose("a\nbc\n\nd", HERE._replace(line=10)))
    places = [place(offset)[1:] for offset in range(7)]
    assert places == [(10, 1), (10, 2), (11, 1), (11, 2), (11, 3), (12, 1), (13, 1)]
