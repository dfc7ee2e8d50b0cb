"""Cards for sharing: their size and bytes, that the words are on them, and that no sign of them is a box."""

from __future__ import annotations

import io
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops

from microsite import metadata, socialcard
from microsite.cardsigns import FACES, Face, face_of, missing, plainly, signs
from microsite.socialcard import Card, drawn, headline

ROOT = Path(__file__).parent.parent
CARDS = {
    "en": Card(
        "en",
        "The Dandong Shop",
        "Dandong shop sells clothes made by North Koreans, Daily NK reports",
        "How we know: 66 claims, 3 documents, 2 publishers.",
    ),
    "ko": Card(
        "ko",
        "단둥의 그 매장",
        "단둥 매장, 북한인이 만든 옷 판매…데일리NK 보도",
        "어떻게 아는가: 주장 66개, 문서 3건, 발행처 2곳.",
    ),
    "zh-Hans": Card(
        "zh-Hans",
        "丹东那家店",
        "Daily NK：丹东一家商店出售朝鲜人制作的服装",
        "我们如何得知：66项说法，3份文件，2家出版方。",
    ),
}
LONG = "A headline of so many words that it takes more lines than anybody would like to read on a card. "
each_card = pytest.mark.parametrize("card", CARDS.values(), ids=CARDS)
each_face = pytest.mark.parametrize("face", FACES)


def opened(card: Card) -> Image.Image:
    return Image.open(io.BytesIO(drawn(card)))


def ink(card: Card, top: int, bottom: int) -> int:
    """How many pixels between two heights are not paper."""
    strip = opened(card).convert("RGB").crop((0, top, socialcard.WIDTH_PX, bottom))
    return sum(number for number, colour in strip.getcolors(1 << 16) or [] if colour != socialcard.PAPER)


def regions(card: Card) -> dict[str, int]:
    """The ink where the name, the headline and the standing are."""
    return {
        "name": ink(card, socialcard.BAR_TOP_PX + socialcard.BAR_PX, 140),
        "headline": ink(card, 141, socialcard.RULE_TOP_PX),
        "standing": ink(card, socialcard.RULE_TOP_PX + socialcard.RULE_PX, socialcard.HEIGHT_PX),
    }


# --- The picture -----------------------------------------------------------------------------------------------------


@each_card
def test_card_is_a_small_png_of_1200_by_630_that_carries_nothing_else(card: Card) -> None:
    data = drawn(card)
    assert opened(card).size == (1200, 630)
    assert len(data) < 60_000
    picture = metadata.examined(data)
    assert picture is not None
    assert not picture.carried


@each_card
def test_same_card_has_the_same_bytes_in_another_process(card: Card) -> None:
    code = f"from microsite.socialcard import *; from hashlib import sha256; print(sha256(drawn(Card(*{tuple(card)!r}))).hexdigest())"
    elsewhere = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    digests = {sha256(drawn(card)).hexdigest() for _ in range(2)}
    assert digests == {elsewhere.stdout.strip()}


@each_card
def test_each_of_the_three_texts_is_in_its_place(card: Card) -> None:
    whole = regions(card)
    assert min(whole.values()) > 1000
    for field, place in (("name", "name"), ("headline", "headline"), ("standing", "standing")):
        without = regions(card._replace(**{field: ""}))
        assert without.pop(place) == 0
        assert without == {other: number for other, number in whole.items() if other != place}


@each_card
def test_no_ink_comes_near_the_edges_or_leaves_the_column(card: Card) -> None:
    for text in (card.headline, LONG * 9, "W" * 90, "“" + "Ẳ" * 40):
        picture = opened(card._replace(name=text, headline=text, standing=text)).convert("RGB")
        box = ImageChops.difference(picture, Image.new("RGB", picture.size, socialcard.PAPER)).getbbox()
        assert box is not None
        # A letter may begin or end a few pixels beside the place it takes.
        assert box[0] >= socialcard.MARGIN_PX - 8
        assert box[2] <= socialcard.WIDTH_PX - socialcard.MARGIN_PX + 8
        assert box[1] == socialcard.BAR_TOP_PX
        assert box[3] <= 600


def test_another_word_is_another_picture_at_another_address() -> None:
    card = CARDS["en"]
    others = [card._replace(**{field: "Another"}) for field in ("name", "headline", "standing")]
    others.append(card._replace(language="ko"))
    assert len({socialcard.path("story", each) for each in (card, *others)}) == 5
    assert len({drawn(each) for each in (card, *others[:3])}) == 4


@each_card
def test_colours_are_those_of_the_pages_on_light_paper(card: Card) -> None:
    style = (ROOT / "static/style.css").read_text(encoding="utf-8")
    counted = {colour: n for n, colour in opened(card).convert("RGB").getcolors(1 << 16) or []}
    for token, colour in zip(
        ("paper", "ink", "soft", "rule"),
        (socialcard.PAPER, socialcard.INK, socialcard.SOFT, socialcard.RULE),
        strict=True,
    ):
        assert f"--{token}:light-dark(#{bytes(colour).hex()}," in style
        assert counted[colour] > 500


# --- Setting ---------------------------------------------------------------------------------------------------------


def test_short_headline_is_large_and_a_longer_one_smaller() -> None:
    sizes = [headline(CARDS["en"]._replace(headline=LONG[:length].strip())).size_px for length in (12, 60, 96)]
    sizes.append(headline(CARDS["en"]._replace(headline=LONG * 2)).size_px)
    assert sizes[0] == socialcard.HEADLINE_SIZES_PX[0]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0]


def test_headline_of_200_characters_is_whole() -> None:
    text = (LONG * 3)[:200].strip()
    assert " ".join(headline(CARDS["en"]._replace(headline=text)).lines) == text


def test_headline_that_fits_in_no_size_is_cut_with_an_ellipsis() -> None:
    lines = headline(CARDS["en"]._replace(headline=LONG * 9)).lines
    assert lines[-1].endswith("…")
    assert (LONG * 9).startswith(" ".join(lines)[:-1])


@each_card
def test_lines_of_a_headline_are_even(card: Card) -> None:
    widths = [len(line) for line in headline(card).lines]
    assert len(widths) > 1
    assert min(widths) > max(widths) * 0.6


# --- The signs -------------------------------------------------------------------------------------------------------


@each_face
def test_each_typeface_has_the_signs_of_the_set_and_no_others(face: Face) -> None:
    font = TTFont(socialcard.FONTS_FOLDER / f"{face}.woff")
    assert {chr(code) for code in font.getBestCmap()} - {" "} == signs(face)
    glyphs, outlines = font.getBestCmap(), font["glyf"]
    assert ".notdef" not in glyphs.values()
    assert not [chr(code) for code, name in glyphs.items() if code != 0x20 and not outlines[name].numberOfContours]


def test_set_is_what_two_national_standards_call_common() -> None:
    assert sum("가" <= sign <= "힣" for sign in signs("korean")) == 2350
    assert sum("一" <= sign <= "鿿" for sign in signs("chinese")) == 3755


@each_face
def test_every_sign_of_the_set_is_drawn_and_none_is_a_box(face: Face) -> None:
    font = socialcard._font(face, 40)
    box = bytes(font.getmask("\ue000"))
    assert any(box), "what stands for a sign that is not there"
    empty = [sign for sign in signs(face) if not any(bytes(font.getmask(sign)))]
    boxes = [sign for sign in signs(face) if bytes(font.getmask(sign)) == box]
    assert (empty, boxes) == ([], [])


def test_licence_goes_with_the_typefaces_and_they_do_not_bear_a_reserved_name() -> None:
    licence = (socialcard.FONTS_FOLDER / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    for face in FACES:
        names = TTFont(socialcard.FONTS_FOLDER / f"{face}.woff")["name"]
        assert names.getDebugName(0) in licence
        assert names.getDebugName(1).startswith("Microsite Card")


def test_typefaces_keep_the_repository_small() -> None:
    assert sum(path.stat().st_size for path in socialcard.FONTS_FOLDER.iterdir()) < 1_500_000


def test_quotes_are_wide_in_chinese_alone() -> None:
    assert [face_of("“", language) for language in ("en", "ko", "zh-Hans")] == ["latin", "latin", "chinese"]


def test_signs_outside_the_set_are_named_once_in_their_order() -> None:
    assert missing("陶喆 and 🏪, 喆 again", "en") == ["喆", "🏪"]


def test_letters_with_accents_are_drawn_however_they_are_written() -> None:
    assert missing("e\u0301 \u1112\u1161\u11ab", "en") == []
    assert plainly("e\u0301 \u1112\u1161\u11ab") == "é 한"


def test_what_is_not_to_be_seen_is_no_missing_sign() -> None:
    assert plainly("soft\u00adly 200\u00a0yuan\u200b") == "softly 200 yuan"


@pytest.mark.parametrize(("language", "shown"), [("en", True), ("ko", True), ("zh-Hans", True)])
def test_each_language_of_the_generator_has_cards(language: str, shown: bool) -> None:
    assert socialcard.can_show(language) is shown
