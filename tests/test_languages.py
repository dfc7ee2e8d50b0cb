"""Values in words: each shape in each language, never claiming more than is known."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.intervals import Interval, Quantity, between, exact, less_than, more_than, parse_amount
from microsite.languages import (
    PHRASES_FOLDER,
    Form,
    Measure,
    date_words,
    languages_known,
    list_words,
    number_words,
    phrases,
    quantity_words,
    read_phrases,
)

LANGUAGES = ("en", "ko", "zh-Hans")


def amount(text: str, currency: str = "CNY") -> Quantity:
    return Quantity(parse_amount(text), currency, prices=("a",))


def ratio(interval: Interval | str) -> Quantity:
    return Quantity(parse_amount(interval) if isinstance(interval, str) else interval, origin="derived", prices=("a",))


def derived(interval: Interval) -> Quantity:
    return Quantity(interval, "CNY", origin="derived", prices=("a",))


BETWEEN_OPEN_AND_CLOSED = Interval(Fraction(200), Fraction(300), low_open=True)
BETWEEN_CLOSED_AND_OPEN = Interval(Fraction(200), Fraction(300), high_open=True)
BETWEEN_OPEN = Interval(Fraction(200), Fraction(300), low_open=True, high_open=True)

COLUMNS = ("quantity", "format_", "english", "korean", "chinese")
IN_WORDS: list[tuple[Quantity, Measure | None, str, str, str]] = [
    # amounts, as reported
    (amount("200"), None, "200 yuan", "200위안", "200元"),
    (amount("200..300"), None, "200 to 300 yuan", "200~300위안", "200至300元"),
    (amount(">1000"), None, "more than 1,000 yuan", "1,000위안 초과", "超过1000元"),
    (amount(">=1000"), None, "at least 1,000 yuan", "1,000위안 이상", "至少1000元"),
    (amount("<50"), None, "less than 50 yuan", "50위안 미만", "不到50元"),
    (amount("<=50"), None, "at most 50 yuan", "50위안 이하", "不超过50元"),
    (amount("~200"), None, "about 200 yuan", "약 200위안", "约200元"),
    (amount("~200..300"), None, "about 200 to 300 yuan", "약 200~300위안", "约200至300元"),
    (amount("12345678.90"), None, "12,345,678.90 yuan", "12,345,678.90위안", "12,345,678.90元"),
    (amount("12.5"), None, "12.50 yuan", "12.50위안", "12.50元"),
    (amount("0.125"), None, "0.125 yuan", "0.125위안", "0.125元"),
    (amount("0"), None, "0 yuan", "0위안", "0元"),
    # other currencies
    (amount("1", "USD"), None, "1 dollar", "1달러", "1美元"),
    (amount("2", "USD"), None, "2 dollars", "2달러", "2美元"),
    (amount("1.5", "USD"), None, "1.50 dollars", "1.50달러", "1.50美元"),
    (amount("5000", "KRW"), None, "5,000 South Korean won", "5,000원", "5000韩元"),
    (amount("5000", "KPW"), None, "5,000 North Korean won", "5,000북한원", "5000朝鲜元"),
    # amounts, as computed
    (
        derived(BETWEEN_OPEN_AND_CLOSED),
        None,
        "more than 200 and up to 300 yuan",
        "200위안 초과 300위안 이하",
        "超过200元但不超过300元",
    ),
    (
        derived(BETWEEN_OPEN),
        None,
        "more than 200 and less than 300 yuan",
        "200위안 초과 300위안 미만",
        "超过200元但不到300元",
    ),
    (
        derived(BETWEEN_CLOSED_AND_OPEN),
        None,
        "at least 200 and less than 300 yuan",
        "200위안 이상 300위안 미만",
        "至少200元但不到300元",
    ),
    (
        derived(replace(more_than(1000), approximate=True)),
        None,
        "more than about 1,000 yuan",
        "약 1,000위안 초과",
        "超过约1000元",
    ),
    (derived(exact(Fraction(200, 3))), None, "66.66 to 66.67 yuan", "66.66~66.67위안", "66.66至66.67元"),
    (derived(exact(-5)), None, "−5 yuan", "−5위안", "−5元"),
    (derived(Interval(None, Fraction(5), low_open=True)), None, "at most 5 yuan", "5위안 이하", "不超过5元"),
    (derived(Interval(None, None, True, True)), None, "not known", "알 수 없음", "不详"),
    # ratios and multiples
    (ratio("6"), None, "six times", "6배", "6倍"),
    (ratio("1"), None, "one time", "1배", "1倍"),
    (ratio("11"), None, "11 times", "11배", "11倍"),
    (ratio("2..3"), None, "two to three times", "2~3배", "2至3倍"),
    (ratio("2..3.5"), None, "2 to 3.5 times", "2~3.5배", "2至3.5倍"),
    (ratio("0..3"), None, "0 to 3 times", "0~3배", "0至3倍"),
    (ratio("2.25"), None, "2.25 times", "2.25배", "2.25倍"),
    (ratio("~6"), None, "about six times", "약 6배", "约6倍"),
    (ratio(">6"), None, "more than six times", "6배 초과", "超过6倍"),
    (ratio("<6"), None, "less than six times", "6배 미만", "不到6倍"),
    (ratio(more_than(Fraction(10, 3))), None, "more than 3.3 times", "3.3배 초과", "超过3.3倍"),
    (ratio(between(Fraction(10, 3), Fraction(20, 3))), None, "3.3 to 6.7 times", "3.3~6.7배", "3.3至6.7倍"),
    (replace(ratio("12.345"), origin="reported"), None, "12.345 times", "12.345배", "12.345倍"),
    (ratio(less_than(Fraction(3, 10))), "percent", "less than 30 per cent", "30% 미만", "不到30%"),
    (ratio(exact(Fraction(1, 3))), "percent", "33 to 34 per cent", "33~34%", "33%至34%"),
    (ratio(more_than(Fraction(10, 3))), "number", "more than 3.3", "3.3 초과", "超过3.3"),
    (amount("200..300"), "number", "200 to 300", "200~300", "200至300"),
    (Quantity(exact(7), origin="derived"), None, "7", "7", "7"),
]


@pytest.mark.parametrize(COLUMNS, IN_WORDS, ids=[row[2] for row in IN_WORDS])
def test_each_shape_in_words(
    quantity: Quantity, format_: Measure | None, english: str, korean: str, chinese: str
) -> None:
    found = tuple(quantity_words(quantity, language, "words", format_) for language in LANGUAGES)
    assert found == (english, korean, chinese)


IN_SIGNS: list[tuple[Quantity, Measure | None, str, str, str]] = [
    (amount("200"), None, "200", "200", "200"),
    (amount("200..300"), None, "200–300", "200~300", "200–300"),
    (amount(">1000"), None, "> 1,000", "> 1,000", "> 1000"),
    (amount(">=1000"), None, "≥ 1,000", "≥ 1,000", "≥ 1000"),
    (amount("<50"), None, "< 50", "< 50", "< 50"),
    (amount("<=50"), None, "≤ 50", "≤ 50", "≤ 50"),
    (amount("~200..300"), None, "≈ 200–300", "≈ 200~300", "≈ 200–300"),
    (derived(BETWEEN_OPEN_AND_CLOSED), None, "> 200, ≤ 300", "> 200, ≤ 300", "> 200, ≤ 300"),
    (ratio("6"), None, "6×", "6배", "6倍"),
    (ratio(more_than(Fraction(10, 3))), None, "> 3.3×", "> 3.3배", "> 3.3倍"),
    (ratio(exact(Fraction(1, 3))), "percent", "33–34%", "33~34%", "33%–34%"),
]


@pytest.mark.parametrize(COLUMNS, IN_SIGNS, ids=[row[2] for row in IN_SIGNS])
def test_each_shape_in_signs(
    quantity: Quantity, format_: Measure | None, english: str, korean: str, chinese: str
) -> None:
    found = tuple(quantity_words(quantity, language, "short", format_) for language in LANGUAGES)
    assert found == (english, korean, chinese)


# --- Nothing is claimed that is not known ----------------------------------------------------------------------------

positive = st.fractions(0, 5000, max_denominator=97)


@st.composite
def computed_with_a_value(draw: st.DrawFn) -> tuple[Quantity, Fraction]:
    low, value, high = sorted(draw(st.tuples(positive, positive, positive)))
    low_open, high_open = draw(st.booleans()) and low < value, draw(st.booleans()) and value < high
    if draw(st.booleans()):
        interval = Interval(low, high, low_open, high_open)
    else:
        interval = Interval(low, None, low_open, high_open=True)
    return Quantity(interval, draw(st.sampled_from([None, "CNY"])), origin="derived", prices=("a",)), value


def read_back(text: str) -> Interval:
    """The interval that an English table cell states."""
    number = r"[0-9,]+(?:\.[0-9]+)?"
    low = re.search(rf"([>≥]) ({number})", text)
    high = re.search(rf"([<≤]) ({number})", text)
    if not low and not high:
        ends = [Fraction(n.replace(",", "")) for n in re.findall(number, text)]
        return between(ends[0], ends[-1])
    return Interval(
        Fraction(low[2].replace(",", "")) if low else Fraction(0),
        Fraction(high[2].replace(",", "")) if high else None,
        low is None or low[1] == ">",
        high is None or high[1] == "<",
    )


@settings(max_examples=70, deadline=None)
@given(computed_with_a_value())
def test_what_is_printed_holds_every_possible_value(given_one: tuple[Quantity, Fraction]) -> None:
    quantity, value = given_one
    printed = read_back(quantity_words(quantity, "en", "short"))
    assert printed.contains(value)
    assert (printed.high is None) == (quantity.amount.high is None)


@settings(max_examples=40, deadline=None)
@given(st.decimals(1, 10**9, places=2), st.sampled_from(["{0}", "{0}..{0}9", ">{0}", ">={0}", "<{0}", "<={0}"]))
def test_what_is_reported_is_printed_as_it_was_written(number: object, shape: str) -> None:
    quantity = amount(shape.format(number))
    assert read_back(quantity_words(quantity, "en", "short")) == quantity.amount


def test_the_longest_numbers_an_author_may_write_lose_no_digit() -> None:
    digits = "1234567890" * 4
    for language in LANGUAGES:
        words = quantity_words(amount(f"{digits}.{digits}"), language)
        assert re.sub(r"[^0-9.]", "", words) == f"{digits}.{digits}".rstrip("0")


@pytest.mark.parametrize(
    ("quantity", "format_"),
    [
        (amount("200"), "percent"),
        (amount("200"), "times"),
        (ratio("2"), "amount"),
    ],
)
def test_a_format_for_another_kind_of_quantity_is_refused(quantity: Quantity, format_: Measure) -> None:
    with pytest.raises(ValueError, match="does not suit"):
        quantity_words(quantity, "en", "words", format_)


# --- Dates, lists, numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "english", "korean", "chinese"),
    [
        ("2017-09-11", "11 September 2017", "2017년 9월 11일", "2017年9月11日"),
        ("2019-11", "November 2019", "2019년 11월", "2019年11月"),
        ("2019-11-XX", "November 2019", "2019년 11월", "2019年11月"),
        ("2019", "2019", "2019년", "2019年"),
        ("XXXX-12-11", "11 December (year not given)", "12월 11일(연도 미상)", "12月11日（年份不详）"),
        ("XXXX-02-29", "29 February (year not given)", "2월 29일(연도 미상)", "2月29日（年份不详）"),
        ("XXXX-12", "December (year not given)", "12월(연도 미상)", "12月（年份不详）"),
        ("XXXX", "date not given", "날짜 미상", "日期不详"),
    ],
)
def test_a_date_is_told_as_far_as_it_is_known(date: str, english: str, korean: str, chinese: str) -> None:
    assert tuple(date_words(date, language) for language in LANGUAGES) == (english, korean, chinese)


@pytest.mark.parametrize(
    ("items", "english", "korean", "chinese"),
    [
        ([], "", "", ""),
        (["a"], "a", "a", "a"),
        (["a", "b"], "a and b", "a 및 b", "a和b"),
        (["a", "b", "c"], "a, b and c", "a, b 및 c", "a、b和c"),
    ],
)
def test_several_things_are_listed(items: list[str], english: str, korean: str, chinese: str) -> None:
    assert tuple(list_words(items, language) for language in LANGUAGES) == (english, korean, chinese)


def test_a_bare_number_is_grouped_as_the_language_has_it() -> None:
    assert [number_words(1000, language) for language in LANGUAGES] == ["1,000", "1,000", "1000"]
    assert number_words(Fraction(5, 2), "en") == "2.5"
    with pytest.raises(ValueError, match="round it first"):
        number_words(Fraction(1, 3), "en")


# --- Phrase tables ---------------------------------------------------------------------------------------------------


def test_the_languages_of_the_first_story_are_known_by_their_own_names() -> None:
    assert languages_known() == LANGUAGES
    assert [phrases(language).name for language in LANGUAGES] == ["English", "한국어", "简体中文"]


def test_an_unknown_language_is_refused_and_no_path_is_followed() -> None:
    for language in ("xx", "../phrases/en", ""):
        with pytest.raises(ValueError, match="there are en, ko, zh-Hans"):
            phrases(language)


def test_a_table_that_lacks_a_pattern_says_which() -> None:
    import tomllib

    table = tomllib.loads((PHRASES_FOLDER / "en.toml").read_text(encoding="utf-8"))
    del table["short"]["shapes"]["range"]
    with pytest.raises(ValueError, match=r"fr\.toml lacks `short\.shapes\.range`"):
        read_phrases("fr", table)
    with pytest.raises(ValueError, match=r"lacks `words\.shapes`"):
        read_phrases("fr", {})


def test_another_language_needs_nothing_but_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = (PHRASES_FOLDER / "en.toml").read_text(encoding="utf-8")
    german = english.replace("en_GB", "de_DE").replace("more than", "mehr als")
    (tmp_path / "de.toml").write_text(german, encoding="utf-8")
    monkeypatch.setattr("microsite.languages.PHRASES_FOLDER", tmp_path)
    assert quantity_words(amount(">1234.5", "EUR"), "de") == "mehr als 1.234,50 Euro"


@pytest.mark.parametrize("form", ["words", "short"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pattern_shows_each_number_it_is_given(language: str, form: Form) -> None:
    """A bound left out of a pattern would print a wider claim than the data, one doubled a wrong sentence."""
    table = phrases(language)
    shapes = (table.words if form == "words" else table.short).shapes
    for shape, pattern in shapes.items():
        expected = {"about": ["n"], "unknown": []}.get(shape.removesuffix("_percent"))
        if expected is None:
            low = shape.startswith(("range", "above", "at_least"))
            high = not shape.startswith(("above", "at_least")) or "_to_" in shape
            expected = [side for side, wanted in (("low", low), ("high", high)) if wanted]
        assert [blank.removesuffix("_full") for blank in re.findall(r"\{(\w+)\}", pattern)] == expected, shape
