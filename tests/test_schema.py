"""Fields, records and the texts in them: what is read, what is wrong and where, and where each word stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from textwrap import dedent
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite.citations import parse_citation
from microsite.diagnostics import Position
from microsite.intervals import parse_amount
from microsite.model import Exhibit, FrontMatter, Price, PriceFile, Region, RegionKind, Seed, SiteFile
from microsite.schema import (
    AMOUNT,
    ASPECT,
    CITATION,
    CURRENCY,
    DATE,
    DIGEST,
    FLAG,
    FORMAT_ONE,
    LANGUAGE,
    LONGEST_LINE,
    NAME,
    PLAIN,
    TEXT,
    WEB_ADDRESS,
    Choice,
    Cited,
    FieldKind,
    ListOf,
    MapOf,
    Name,
    Reader,
    Record,
    Text,
    Wording,
    key,
    keys_of,
    read_record,
)
from microsite.yamltext import compose

from .helpers import EXHIBITS, PRICES, SEED, SITE, character_at, read_as, read_yaml

quick = settings(max_examples=80, deadline=None)


@dataclass(frozen=True, slots=True)
class Pet:
    at: Position
    id: str
    name: str = key(PLAIN, "What it is called.")
    kind: str = key(Choice(("cat", "dog")), "What it is.", default="cat")
    born: object = key(DATE, "When it was born.", default=None)
    of_: Name | None = key(NAME, "Whose it is.", default=None)
    toys: tuple[str, ...] = key(ListOf(PLAIN), "What it plays with.", default=())


# --- Records ---------------------------------------------------------------------------------------------------------


def test_a_record_is_read_with_its_place_and_defaults() -> None:
    pet, found = read_as(Pet, "name: Tom\nof: ann\n", id="tom")
    assert found == []
    assert pet == Pet(Position("f", 1, 1), "tom", name="Tom", of_=Name("ann", Position("f", 2, 5)))


def test_all_mistakes_of_a_record_are_reported_each_at_its_place() -> None:
    pet, found = read_as(
        Pet,
        """\
        nmae: Tom
        kind: bird
        born: 2019-02-30
        kind: dog
        toys: ball
        [a]: b
        """,
        id="tom",
    )
    assert pet is None
    assert found == [
        "1:1 missing-key",
        "1:1 unknown-key",
        "2:7 bad-value",
        "3:7 bad-date",
        "4:1 duplicate-key",
        "5:7 wrong-type",
        "6:1 wrong-type",
    ]


@pytest.mark.parametrize("text", ["a word", "[a, list]", "- a\n- list\n"])
def test_a_record_must_be_a_map(text: str) -> None:
    assert read_as(Pet, text, id="tom").found == ["1:1 wrong-type"]


def test_a_required_key_that_cannot_be_read_is_not_called_missing_as_well() -> None:
    assert read_as(Pet, "name: [Tom]\n", id="tom").found == ["1:7 wrong-type"]


def test_a_misspelt_key_is_answered_with_the_nearest() -> None:
    text = "name: Tom\ntyos: [ball]\n"
    node, _ = compose(text, "f")
    assert node is not None
    reader = Reader("f", text)
    read_record(Pet, node, reader, id="tom")
    assert [(p.message, p.hint) for p in reader.problems] == [("there is no key `tyos` here", "did you mean `toys`?")]


def test_a_trailing_underscore_keeps_a_python_word_out_of_the_way() -> None:
    assert list(keys_of(Pet)) == ["name", "kind", "born", "of", "toys"]
    assert "of" in keys_of(Price)


# --- Single values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (PLAIN, "NO", "NO"),
        (PLAIN, "12:30", "12:30"),
        (FLAG, "true", True),
        (FLAG, "false", False),
        (NAME, "two-words", Name("two-words", Position("f", 1, 1))),
        (LANGUAGE, "zh-Hans", Name("zh-Hans", Position("f", 1, 1))),
        (LANGUAGE, "es-419", Name("es-419", Position("f", 1, 1))),
        (CURRENCY, "CNY", "CNY"),
        (ASPECT, "3:2", (3, 2)),
        (FORMAT_ONE, "1", "1"),
        (WEB_ADDRESS, "https://example.org/a(b)?c=d#e", "https://example.org/a(b)?c=d#e"),
        (CITATION, "seed:a/b+/c", Cited(parse_citation("a/b+/c"), Position("f", 1, 1))),
        (DIGEST, "sha256-" + "0" * 64, "sha256-" + "0" * 64),
    ],
)
def test_a_value_is_what_its_field_says(kind: FieldKind, text: str, value: object) -> None:
    assert read_yaml(kind, text) == (value, [])


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (PLAIN, "[]", "wrong-type"),
        (PLAIN, "''", "bad-value"),
        (PLAIN, "a: b", "wrong-type"),
        (PLAIN, r'"a\0b"', "bad-value"),
        (PLAIN, r'"a\e[31mb"', "bad-value"),
        (PLAIN, r'"a\uFFFFb"', "bad-value"),
        (PLAIN, "x" * (LONGEST_LINE + 1), "bad-value"),
        (FLAG, "True", "bad-value"),
        (FLAG, "yes", "bad-value"),
        (NAME, "Two_Words", "bad-value"),
        (LANGUAGE, "english", "bad-value"),
        (LANGUAGE, "EN", "bad-value"),
        (LANGUAGE, "es-٤١٩", "bad-value"),
        (CURRENCY, "yuan", "bad-value"),
        (ASPECT, "3:0", "bad-value"),
        (ASPECT, "1:9", "bad-value"),
        (ASPECT, "3x2", "bad-value"),
        (ASPECT, "٣:٢", "bad-value"),
        (FORMAT_ONE, "2", "bad-value"),
        (DATE, "2017-02-29", "bad-date"),
        (DATE, "soon", "bad-date"),
        (WEB_ADDRESS, "javascript:alert(1)", "bad-value"),
        (WEB_ADDRESS, "//example.org", "bad-value"),
        (WEB_ADDRESS, "https://", "bad-value"),
        (WEB_ADDRESS, "https://[::1", "bad-value"),
        (WEB_ADDRESS, 'https://a/"onclick=', "bad-value"),
        (CITATION, "a/b/c", "bad-citation"),
        (DIGEST, "sha256-" + "0" * 63, "bad-value"),
        (AMOUNT, "cheap", "bad-price"),
        (AMOUNT, "1e3", "bad-price"),
        (AMOUNT, "'<0'", "bad-price"),
        (AMOUNT, "300..200", "bad-price"),
        (AMOUNT, "9" * 1_000_000, "bad-price"),
        (Choice(("single", "range")), "singel", "bad-value"),
    ],
)
def test_a_value_of_another_shape_is_refused_at_its_place(kind: FieldKind, text: str, expected: str) -> None:
    value, found = read_yaml(ListOf(kind), f"- {text}\n")
    assert value in ((), None)
    assert found == [f"1:3 {expected}"]


def test_a_number_of_a_million_digits_is_refused_at_once_and_in_few_words() -> None:
    with pytest.raises(ValueError, match="longer than any price") as caught:
        parse_amount("9" * 1_000_000)
    assert len(str(caught.value)) < 200


def test_an_unquoted_comparison_with_one_digit_is_explained_too() -> None:
    text = "price: >5\nitem: a shirt\n"  # YAML takes this for a block whose text is indented by five
    node, problems = compose(text, "f")
    assert node is not None
    assert problems == []
    reader = Reader("f", text)
    AMOUNT.read(node.value[0][1], reader)
    (problem,) = reader.problems
    assert (problem.at, problem.kind) == (Position("f", 1, 8), "bad-price")
    assert "an unquoted `>`" in problem.hint


@pytest.mark.parametrize(
    ("text", "shape", "numbers"),
    [
        ("point: [0, 1]", "point", (0, 1)),
        ("box: [0.1, .2, 0.3, 0.4]", "box", (0.1, 0.2, 0.3, 0.4)),
        ("ellipse: [0.5, 0.5, 0.5, 0.25]", "ellipse", (0.5, 0.5, 0.5, 0.25)),
        ("polygon: [[0, 0], [1.0, 0], [0.5, 1]]", "polygon", (0, 0, 1, 0, 0.5, 1)),
    ],
)
def test_each_shape_of_region_is_read(text: str, shape: str, numbers: tuple[float, ...]) -> None:
    assert read_yaml(RegionKind(), text) == (Region(Position("f", 1, 1), shape, numbers), [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("box: [0.5, 0.5, 0.6, 0.1]", "1:6 bad-region"),
        ("ellipse: [0.1, 0.5, 0.2, 0.1]", "1:10 bad-region"),
        ("box: [0.1, 0.1, 0, 0.5]", "1:6 bad-region"),
        ("polygon: [[0, 0], [1, 1], [0, 0]]", None),
        ("polygon: [[0, 0], [1, 0], [0.5, 0]]", "1:10 bad-region"),
        ("box: [0.1, 0.2, 0.3]", "1:6 bad-region"),
        ("point: 0.5", "1:8 bad-region"),
        ("point: [0.5, 1.5]", "1:14 bad-region"),
        ("point: [-0.5, 0.5]", "1:9 bad-region"),
        ("point: [5e-1, 0.5]", "1:9 bad-region"),
        ("point: [nan, 0.5]", "1:9 bad-region"),
        ("point: [50%, 0.5]", "1:9 bad-region"),
        ("point: [[0.1], 0.5]", "1:9 wrong-type"),
        ("polygon: [[0, 0], [1, 0]]", "1:10 bad-region"),
        ("polygon: [0, 0, 1, 0, 1, 1]", "1:10 bad-region"),
        ("polygon: [[0, 0, 1], [1, 0, 1]]", "1:10 bad-region"),
        ("circle: [0.5, 0.5, 0.1]", "1:1 bad-region"),
        ("point: [0.1, 0.1]\nbox: [0.1, 0.2, 0.3, 0.4]", "1:1 bad-region"),
        ("a word", "1:1 bad-region"),
    ],
)
def test_a_region_outside_the_picture_or_malformed_is_refused(text: str, expected: str | None) -> None:
    value, found = read_yaml(RegionKind(), text)
    assert found == ([expected] if expected else [])
    assert (value is None) == bool(expected)


# --- Maps and lists --------------------------------------------------------------------------------------------------


def test_things_by_id_keep_their_order_and_know_their_ids() -> None:
    pets, found = read_yaml(MapOf(Record(Pet)), "zoe:\n  name: Zoe\namy:\n  name: Amy\n")
    assert found == []
    assert [(name, pet.id) for name, pet in pets.items()] == [("zoe", "zoe"), ("amy", "amy")]


def test_ids_are_small_letters_digits_and_hyphens() -> None:
    pets, found = read_yaml(MapOf(PLAIN), "Zoe: a\nmy_pet: b\nfine-1: c\n-x: d\nfine-1: e\n")
    assert dict(pets) == {"fine-1": "c"}
    assert found == ["1:1 bad-name", "2:1 bad-name", "4:1 bad-name", "5:1 duplicate-key"]


def test_one_bad_item_of_a_list_leaves_the_others() -> None:
    assert read_yaml(ListOf(CURRENCY), "[CNY, yuan, USD]") == (("CNY", "USD"), ["1:7 bad-value"])


# --- Texts -----------------------------------------------------------------------------------------------------------


def text_of(value: object, language: str = "") -> Wording:
    assert isinstance(value, Text)
    return value.wordings[language]


def test_a_text_is_plain_or_by_language() -> None:
    text, found = read_yaml(TEXT, "{en: Shop, zh-Hans: 商店}")
    assert found == []
    assert (text.words("zh-Hans", "en"), text.words("ko", "en"), text.wording("ko", "en")) == ("商店", "Shop", None)
    plain = read_yaml(TEXT, "Shop").value
    assert (plain.words("en", "en"), plain.words("ko", "en")) == ("Shop", "Shop")
    assert plain.wording("ko", "en") is None


def test_a_text_that_yaml_took_for_a_map_is_explained() -> None:
    assert read_yaml(TEXT, "{Note: a shop}").found == ["1:2 wrong-type"]
    assert read_yaml(TEXT, "{en: [a], ko: 가게}").found == ["1:6 wrong-type"]


@pytest.mark.parametrize(
    "text",
    [
        "says: One MARK two",
        "says:    'it''s MARK here'",
        'says: "tab\\there \\u00e9 MARK\\n"',
        'says: "folded \\\n    over MARK"',
        "says: plain over\n  lines\n\n  with MARK in it",
        "says: >-\n  folded over\n  lines MARK",
        "says: | # with a comment MARX\n  kept\n   as MARK is",
        "says: >2-\n    indented more\n  MARK",
        "{says: 한국어 MARK, other: x}",
        "- - says: deep MARK",
        'says: "a \\"quoted\\" MARK"',
        "says: '''MARK'''",
    ],
)
def test_the_place_of_a_word_is_found_however_yaml_wrote_it(text: str) -> None:
    text += "\n"
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    while not isinstance(node, yaml.MappingNode):
        node = node.value[0]
    wording = text_of(TEXT.read(node.value[0][1], Reader("f", text)))
    at = wording.place_at(wording.value.index("MARK"))
    assert character_at(text, at).startswith("MARK")


WORDS = st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\ufeff"), min_size=1, max_size=6)


@quick
@given(st.lists(WORDS, min_size=1, max_size=12), st.sampled_from(["'", '"', ">", "|", None]), st.data())
def test_the_place_of_each_word_of_any_text_is_right(words: list[str], style: str | None, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(words) - 1))
    text = yaml.dump({"says": " ".join(words)}, default_style=style, width=20, allow_unicode=True)
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    wording = text_of(TEXT.read(node.value[0][1], Reader("f", text)))
    at = wording.place_at(len(" ".join([*words[:index], ""])))
    first = words[index][0]
    if style == '"' or (style is None and '"' in text[:8]):
        assert character_at(text, at)[0] in (first, "\\")
    else:
        assert character_at(text, at)[0] == first


def test_a_place_that_cannot_be_told_is_the_texts_start() -> None:
    at = Position("f", 3, 7)
    assert Wording("made up", at, "").place_at(5) == at
    assert Wording("one", at, "one").place_at(50) == at


# --- JSON Schema -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        (Record(SiteFile), SITE),
        (MapOf(Record(Seed)), "paper:\n" + SEED),
        (Record(PriceFile), PRICES),
        (MapOf(Record(Exhibit)), EXHIBITS),
        (Record(FrontMatter), "title: {en: A, ko: 가}\nstandfirst: b\nstatus: draft\nunknowns: [c]\n"),
        (Record(PriceFile), PRICES.split("    prices:")[0] + "    prices: prices.csv\n"),
    ],
)
def test_what_is_read_without_mistake_fits_the_json_schema(schema: FieldKind, text: str) -> None:
    assert read_yaml(schema, text).found == []
    validator = jsonschema.Draft202012Validator(schema.schema())
    validator.check_schema(schema.schema())
    assert [error.message for error in validator.iter_errors(yaml.safe_load(dedent(text)))] == []


def test_the_json_schema_refuses_unknown_keys_and_carries_each_fields_meaning() -> None:
    schema = Record(SiteFile).schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["required"] == ["format", "title", "publisher", "languages"]
    assert all(field["description"].endswith(".") for field in schema["properties"].values())
    assert not jsonschema.Draft202012Validator(schema).is_valid(
        {"format": 1, "title": "a", "publisher": "b", "languages": ["en"], "tilte": "c"}
    )
