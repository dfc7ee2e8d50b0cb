"""Headlines in lines: what may stand where, that nothing is lost, and that the lines are even."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.linebreaks import NEVER_FIRST, NEVER_LAST, broken, cut_short, pieces

LATIN = "abcdefgh"
CHINESE = "丹东一家商店出售朝鲜人制作的服装"
KOREAN = "단둥매장북한인이만든옷"
words = st.text(st.sampled_from(LATIN + CHINESE + KOREAN), min_size=1, max_size=8)
marks = st.sampled_from(
    ["，", "。", "：", "”", "》", "）", "、", ", ", ". ", "“", "《", "（", " ", " — ", "-", "\u00a0"]
)
texts = st.lists(st.tuples(words, marks), min_size=1, max_size=12).map(lambda parts: "".join(sum(parts, ())))


def signs(line: str) -> float:
    """Every sign as wide as the next."""
    return len(line)


def in_lines(text: str, most: float = 10) -> list[str]:
    return broken(text, most, signs)


@given(texts)
def test_pieces_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


@settings(deadline=None)
@given(texts, st.integers(4, 30))
def test_lines_hold_all_that_the_text_holds_in_its_order(text: str, most: int) -> None:
    assert "".join("".join(broken(text, most, signs)).split()) == "".join(text.split())


@settings(deadline=None)
@given(texts, st.integers(4, 30))
def test_no_line_is_wider_than_it_may_be(text: str, most: int) -> None:
    assert max(map(len, broken(text, most, signs)), default=0) <= most


@settings(deadline=None)
@given(texts)
def test_no_line_begins_with_what_closes_or_ends_with_what_opens(text: str) -> None:
    for before, after in zip(pieces(text), pieces(text)[1:], strict=False):
        assert after[0] not in NEVER_FIRST
        assert before.rstrip()[-1:] not in NEVER_LAST


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from(LATIN + KOREAN), min_size=1, max_size=9), min_size=1, max_size=12))
def test_words_of_latin_and_korean_stay_whole(parts: list[str]) -> None:
    assert [word for line in in_lines(" ".join(parts)) for word in line.split()] == parts


@settings(deadline=None)
@given(texts, st.integers(4, 30))
def test_no_fewer_lines_would_do(text: str, most: int) -> None:
    lines, line, parts = 1, "", pieces(text.strip())
    for part in parts:
        if line and len((line + part).rstrip()) > most:
            lines, line = lines + 1, ""
        line += part
    if max(map(len, parts)) <= most:
        assert len(broken(text, most, signs)) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three four", ["one two", "three four"]),
        ("aaaa bb cc dd ee", ["aaaa bb", "cc dd ee"]),
        ("단둥 매장, 북한인이 판매", ["단둥 매장,", "북한인이 판매"]),
        ("丹东一家商店出售服装", ["丹东一家商店出售服装"]),
        ("丹东一家商店出售的服装", ["丹东一家商", "店出售的服装"]),
        ("丹东一家商店，出售的", ["丹东一家商店，出售的"]),
        ("他说：“丹东一家商店”吗", ["他说：“丹东", "一家商店”吗"]),
        ("Daily NK：丹东一家商店", ["Daily NK：", "丹东一家商店"]),
        ("a 200\u00a0yuan shirt", ["a 200\u00a0yuan", "shirt"]),
        ("abcdefghijklmnop", ["abcdefghij", "klmnop"]),
        ("well-known shops", ["well-known", "shops"]),
        ("the well-known one", ["the well-", "known one"]),
        ("5-6 of 10-12 are", ["5-6 of", "10-12 are"]),
        ("", []),
    ],
)
def test_lines_are_as_few_and_as_even_as_they_can_be(text: str, lines: list[str]) -> None:
    assert in_lines(text) == lines


def test_what_fits_is_not_cut() -> None:
    assert cut_short("one two three", lambda text: len(text) <= 13) == "one two three"


def test_what_is_cut_ends_between_words_with_an_ellipsis() -> None:
    assert cut_short("one, two three", lambda text: len(text) <= 9) == "one, two…"
    assert cut_short("one, two three", lambda text: len(text) <= 5) == "one…"
    assert cut_short("丹东一家，商店", lambda text: len(text) <= 5) == "丹东一家…"
    assert cut_short("one", lambda text: len(text) <= 1) == "…"
