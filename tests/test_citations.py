"""Citations as authors write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.citations import Citation, Reference, parse_citation

NAMES = st.lists(st.text("abz09", min_size=1, max_size=3), min_size=1, max_size=3).map("-".join)
REFERENCES = st.builds(Reference, NAMES, NAMES | st.just(""))
PARTS = st.lists(REFERENCES, min_size=1, max_size=3, unique=True).map(tuple)
CITATIONS = st.lists(PARTS, min_size=1, max_size=3, unique=True).map(tuple).map(Citation)


def test_a_statement_of_a_seed_and_the_document_itself_can_be_cited() -> None:
    assert parse_citation("paper/opening") == Citation(((Reference("paper", "opening"),),))
    assert parse_citation("paper") == Citation(((Reference("paper"),),))


def test_plus_joins_alternatives_and_binds_tighter_than_and() -> None:
    assert parse_citation("a/x+b/y&c/z") == Citation(
        ((Reference("a", "x"), Reference("b", "y")), (Reference("c", "z"),))
    )


def test_a_bare_statement_is_of_the_seed_named_before_across_both_joins() -> None:
    assert str(parse_citation("a/x+/y&/z+b/x&/y")) == "a/x+a/y&a/z+b/x&b/y"


def test_each_term_may_carry_its_scheme() -> None:
    assert parse_citation("a/x+seed:b/y") == parse_citation("a/x+b/y")


def test_repetitions_count_once() -> None:
    assert parse_citation("a/x+/x&a/x") == parse_citation("a/x")
    assert parse_citation("a/x+/y&/y").references() == (Reference("a", "x"), Reference("a", "y"))


def test_citations_together_share_no_part_twice() -> None:
    both = parse_citation("a/x&b/y").together_with(parse_citation("b/y&c/z"))
    assert str(both) == "a/x&b/y&c/z"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty term"),
        ("a/x+", "empty term"),
        ("&a/x", "empty term"),
        ("/x", "names no seed"),
        ("a/", "not of the form"),
        ("a/x/y", "not of the form"),
        ("A/x", "not of the form"),
        ("a/x y", "not of the form"),
        ("a_b/x", "not of the form"),
        ("a--b/x", "not of the form"),
        (" a/x", "not of the form"),
        ("а/x", "not of the form"),  # a Cyrillic letter
    ],
)
def test_a_malformed_citation_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_citation(text)


def test_a_complaint_about_an_endless_term_stays_short() -> None:
    with pytest.raises(ValueError, match="not of the form") as caught:
        parse_citation("x" * 100_000 + "!")
    assert len(str(caught.value)) < 250


@given(CITATIONS)
def test_a_citation_written_out_is_read_back(citation: Citation) -> None:
    assert parse_citation(str(citation)) == citation


@given(st.text(alphabet="ab-/+& :x", max_size=20))
def test_any_text_is_a_citation_or_refused(text: str) -> None:
    try:
        citation = parse_citation(text)
    except ValueError:
        return
    assert parse_citation(str(citation)) == citation
