"""The words of a text are found where they stand, and sentences are cut only where they surely end."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microsite.sentences import Span, Words

ABBREVIATIONS = {"Mr.", "U.S.", "No.", "e.g."}


def sentences(text: str) -> list[str]:
    words = Words(text, ABBREVIATIONS)
    return [
        " ".join(words.words[slice(*span)].split()) for block in words.blocks for span in words.sentences(block.span)
    ]


def sentence_of_claim(text: str) -> str:
    words = Words(text, ABBREVIATIONS)
    span = words.claim(text.index("seed:") + len("seed:"))
    assert span is not None
    return " ".join(words.words[slice(*words.sentence(span))].split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It opened. It sells shirts.", ["It opened.", "It sells shirts."]),
        ("Mr. Smith and J. Doe of the U.S. Navy paid 3.50 for No. 5.", None),
        ("It costs a lot, e.g. Ten euros.", None),
        ("“It opened. It sells shirts,” she said.", None),
        ("She said: “It opened.” He left.", ["She said: “It opened.”", "He left."]),
        ('"It opened. It sells." she said', None),
        ("It opened... and closed.", None),
        ("Really? Yes! So it is.", ["Really?", "Yes!", "So it is."]),
        ("It opened in example.org. today.", None),
        ("[It opened.](seed:a/b) A source said so.", ["It opened.", "A source said so."]),
        ("가게가 열렸다. 옷을 판다.", ["가게가 열렸다.", "옷을 판다."]),
        ("“가게가 열렸다. 옷을 판다”고 말했다.", None),
        ("商店开业了。店里卖衣服！", ["商店开业了。", "店里卖衣服！"]),
        ("他说：“商店开业了。店里卖衣服。”他走了。", ["他说：“商店开业了。店里卖衣服。”", "他走了。"]),
        ("A line\nthat runs on. Then more.", ["A line that runs on.", "Then more."]),
        ("- One. Two.\n- Three", ["One.", "Two.", "Three"]),
        ("1. First\n2. Second", ["First", "Second"]),
    ],
)
def test_a_sentence_ends_where_it_surely_does(text: str, expected: list[str] | None) -> None:
    assert sentences(text) == (expected if expected is not None else [text])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("A paragraph\nof two lines.", ["paragraph"]),
        ("## A heading\nand a paragraph", ["heading", "paragraph"]),
        ("A heading\n=========", ["heading"]),
        ("- one\n- two\n\n    its second paragraph", ["item", "item", "item"]),
        ("> quoted\n> on", ["quote"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["table"]),
        ("Term\n:   its meaning", ["item", "item"]),
        ("    code", ["code"]),
        ("[^1]: A note.", ["footnote"]),
        ("[ref]: https://example.org/", ["code"]),
        ("![](exhibit:shop)", ["exhibit"]),
        ("***", ["line"]),
        ("A paragraph\n- with a hyphen", ["paragraph"]),
    ],
)
def test_each_block_is_what_it_is(text: str, kinds: list[str]) -> None:
    assert [block.kind for block in Words(text).blocks] == kinds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. [It opened](seed:a/b), a source said. It sells.", "It opened , a source said."),
        ("[It opened. It sells](seed:a/b), a source said. More.", "It opened. It sells , a source said."),
        ("A source said so. It *[opened](seed:a/b(c))* then.", "It opened then."),
        ("One [ [two] three](seed:a/b){#x} four.", "One two three four."),
    ],
)
def test_a_claim_is_read_with_the_whole_of_its_sentence(text: str, expected: str) -> None:
    assert sentence_of_claim(text) == expected


def test_to_a_list_a_quotation_and_a_footnote_belongs_what_leads_to_them() -> None:
    for text, lead in {
        "Much. A source told us:\n\n- one\n- [two](seed:a/b)": "A source told us:",
        "A source told us:\n\n> [two](seed:a/b)": "A source told us:",
        "A source said so.[^1] No more.\n\n[^1]: Namely [this](seed:a/b).": "A source said so.",
        "A source said so.\n\nThen [this](seed:a/b).": None,
    }.items():
        words = Words(text)
        span = words.claim(text.index("seed:") + 5)
        assert span
        others = [" ".join(words.words[slice(*each)].split()) for each in words.context(span)[1:]]
        assert others == ([lead] if lead else []), text


def test_what_is_no_word_of_the_prose_is_blank() -> None:
    text = (
        "A `said` {{ said | short }} [claim](seed:said/said){#said} <https://said.org/> \\*[^said] ![](exhibit:said)."
    )
    assert "said" not in Words(text).words
    assert "claim" in Words(text).words


def test_an_address_of_another_style_has_no_place_and_does_no_harm() -> None:
    text = "[It opened][1] then.\n\n[1]: seed:a/b"
    assert Words(text).claim(text.index("seed:") + 5) is None


@given(st.text(alphabet='ab .!?。\n"“”’()[]*_`{}#->|:^1\\', max_size=80))
def test_every_sign_keeps_its_place_whatever_is_written(text: str) -> None:
    words = Words(text, ABBREVIATIONS)
    assert len(words.words) == len(words.unquoted()) == len(text)
    assert all(a in (b, " ") for a, b in zip(words.words, text, strict=True))
    spans = [block.span for block in words.blocks]
    assert all(before.end <= after.start for before, after in pairwise(spans))
    assert re.sub(r"\s", "", "".join(text[slice(*span)] for span in spans)) == re.sub(r"\s", "", text)
    for at in range(len(text)):
        start, end = words.sentence(Span(at, at))
        assert 0 <= start <= end <= len(text)
        words.claim(at)
