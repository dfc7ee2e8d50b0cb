"""What gives people away in a photograph: likely faces, found by the real detector in a drawn one, and the checklist."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from microsite import command, faces
from microsite.diagnostics import Position
from microsite.faces import Box
from microsite.model import LOOKED_FOR, Region
from tests.helpers import write_site
from tests.pictures import saved

SHEET = "content/story/exhibits.yaml"
ENTRY = """\
    shop:
      title: The shop
      alt: A shop.
      caption: The shop.
      credit: A photographer
      rights: With permission.
      absent: not in hand
    """
FACE = Region(Position("made-up.yaml"), "box", (0.55, 0.25, 0.3, 0.5))
"""Holds all of the drawn face."""


def drawn_face(width: int = 480) -> Image.Image:
    """Nobody: shaded ovals at the right of a plain wall, which a detector takes for a face."""
    wide, high = 4 * width, 3 * width
    image = Image.new("RGB", (wide, high), (90, 105, 120))
    pen = ImageDraw.Draw(image)
    x, y, unit = 0.7 * wide, 0.5 * high, 0.3 * high

    def oval(across: float, down: float, half_wide: float, half_high: float, colour: tuple[int, int, int]) -> None:
        centre = x + across * unit, y + down * unit
        reach = half_wide * unit, half_high * unit
        pen.ellipse(
            (centre[0] - reach[0], centre[1] - reach[1], centre[0] + reach[0], centre[1] + reach[1]), fill=colour
        )

    oval(0, -0.1, 0.56, 0.66, (45, 35, 30))
    oval(0, 0, 0.45, 0.61, (205, 170, 145))
    for side in (-1, 1):
        oval(0.19 * side, -0.065, 0.13, 0.085, (148, 122, 104))
        oval(0.19 * side, -0.06, 0.09, 0.035, (235, 232, 228))
        oval(0.19 * side, -0.06, 0.04, 0.04, (30, 22, 20))
        oval(0.19 * side, -0.125, 0.125, 0.02, (50, 38, 32))
    oval(0, 0.06, 0.04, 0.11, (225, 187, 160))
    oval(0, 0.185, 0.09, 0.035, (143, 119, 101))
    oval(0, 0.355, 0.17, 0.045, (140, 60, 60))
    return image.filter(ImageFilter.GaussianBlur(0.02 * unit)).resize((width, 3 * width // 4), Image.Resampling.LANCZOS)


@pytest.fixture
def site(compiled_once: None, tmp_path: Path) -> Path:
    """A site whose exhibit waits for the photograph beside it, which shows a face."""
    (tmp_path / "card.jpg").write_bytes(saved("JPEG", drawn_face(), quality=95))
    return write_site(tmp_path / "site", {SHEET: ENTRY})


def run(site: Path, *arguments: str) -> int:
    return command.main(["photo", *arguments, "--exhibit", "story/shop", "--root", str(site)])


def made(site: Path) -> None:
    assert run(site, str(site.parent / "card.jpg")) == command.FINE


def checked(site: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What `check` says of photographs."""
    capsys.readouterr()
    assert command.main(["check", "--json", "--root", str(site)]) == command.FINE
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    return [each for each in found if each["kind"] in ("likely-face", "unanswered-checklist")]


def kinds(site: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [each["kind"] for each in checked(site, capsys)]


def redact(site: Path, *boxes: str) -> None:
    (site / SHEET).write_text((site / SHEET).read_text() + "  redactions:\n" + "".join(f"    - {b}\n" for b in boxes))


# --- Faces -----------------------------------------------------------------------------------------------------------


def test_a_likely_face_is_told_with_its_place_when_the_master_is_made_and_in_a_check(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(site)
    said = capsys.readouterr().out
    assert "Likely faces that no redaction covers: 1. A detector misses many faces" in said
    assert "  1: 5" in said, "its number, and how far from the left in per cent"
    warned = [each for each in checked(site, capsys) if each["kind"] == "likely-face"]
    assert len(warned) == 1
    assert warned[0]["severity"] == "warning"
    assert "% from the left" in warned[0]["message"]
    assert (warned[0]["file"], warned[0]["line"]) == (SHEET, 2)


def test_a_face_that_a_redaction_covers_is_not_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    redact(site, "box: [0.55, 0.25, 0.3, 0.5]")
    made(site)
    assert "The detector finds no face that is neither covered nor dismissed. A detector misses many" in (
        capsys.readouterr().out
    )
    assert "likely-face" not in kinds(site, capsys)


def test_a_bar_over_the_eyes_covers_no_face_although_the_detector_is_blind_to_it_then(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redact(site, "box: [0.6, 0.44, 0.2, 0.08]")
    made(site)
    assert "Likely faces that no redaction covers: 1." in capsys.readouterr().out, "the original is looked at"


def test_a_dismissed_place_is_recorded_and_not_told_again(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    assert run(site, "--dismiss", "1") == command.FINE
    assert "dismissed:\n      - box: [0." in (site / SHEET).read_text()
    assert "likely-face" not in kinds(site, capsys)
    before = (site / SHEET).read_text()
    assert run(site, "--dismiss", "1") == command.FINE
    assert (site / SHEET).read_text() == before


def test_a_number_of_no_place_is_refused(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    assert run(site, "--dismiss", "2") == command.WRONG_USAGE
    assert "there is no place 2" in capsys.readouterr().err


def test_looking_writes_nothing(site: Path) -> None:
    made(site)
    before = (site / SHEET).read_bytes()
    assert run(site, "--look") == command.FINE
    assert (site / SHEET).read_bytes() == before


def test_without_the_original_the_master_is_looked_at(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    (site / "originals/story/shop.jpg").unlink()
    capsys.readouterr()
    assert run(site, "--look") == command.FINE
    assert "Likely faces that no redaction covers: 1." in capsys.readouterr().out


def test_without_a_detector_the_words_say_that_nobody_looked(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    made(site)
    assert "Nobody looked for faces: the detector is not installed" in capsys.readouterr().out
    (warned,) = checked(site, capsys)
    assert "no detector has looked for faces either" in warned["message"]


def test_a_drawn_face_is_found_where_it_is_and_none_in_a_wall() -> None:
    wall = saved("JPEG", Image.new("RGB", (480, 360), (90, 105, 120)))
    assert faces.likely_faces(wall) == ()
    mirrored = drawn_face().transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    (found,) = faces.likely_faces(saved("JPEG", mirrored, quality=95)) or ()
    assert found.left < 0.3 < found.left + found.width


@pytest.mark.parametrize(
    ("shape", "numbers", "covers"),
    [
        ("box", (0.3, 0.3, 0.4, 0.4), True),
        ("box", (0.3, 0.3, 0.24, 0.4), False),
        ("box", (0.42, 0.42, 0.16, 0.16), False),
        ("ellipse", (0.5, 0.5, 0.11, 0.11), True),
        ("ellipse", (0.5, 0.5, 0.06, 0.06), False),
        ("polygon", (0.3, 0.3, 0.7, 0.3, 0.7, 0.7, 0.3, 0.7), True),
        ("polygon", (0.3, 0.3, 0.7, 0.3, 0.3, 0.7), False),
        ("point", (0.5, 0.5), False),
    ],
)
def test_a_face_is_covered_where_its_centre_and_most_of_its_box_are(
    shape: Any, numbers: tuple[float, ...], covers: bool
) -> None:
    region = Region(Position("made-up.yaml"), shape, numbers)
    assert faces.is_covered(Box(0.4, 0.4, 0.2, 0.2), [region]) is covers


# --- The checklist ---------------------------------------------------------------------------------------------------


def test_what_else_gives_people_away_is_always_listed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    assert f"Look at the master for what else gives people and places away: {', '.join(LOOKED_FOR)}." in (
        capsys.readouterr().out
    )
    assert "unanswered-checklist" in kinds(site, capsys)


def test_answers_are_recorded_beside_each_other_until_nothing_is_open(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(site)
    assert run(site, "--dismiss", "1", "--shown", "faces", "windows") == command.FINE
    assert "unanswered-checklist" in kinds(site, capsys)
    rest = [name for name in LOOKED_FOR if name not in ("faces", "windows")]
    assert run(site, "--none", *rest) == command.FINE
    text = (site / SHEET).read_text()
    assert "    faces: shown\n    plates: none\n" in text
    assert "    windows: shown\n    dismissed:\n" in text
    assert kinds(site, capsys) == []
    assert command.main(["build", "--root", str(site)]) == command.FINE


def test_answers_go_with_the_master_they_were_about(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    run(site, "--dismiss", "1", "--none", *LOOKED_FOR)
    redact(site, "box: [0.55, 0.25, 0.3, 0.5]")
    assert run(site) == command.FINE
    assert "looked_for" not in (site / SHEET).read_text(), "a place dismissed before would tell what is hidden now"
    assert kinds(site, capsys) == ["unanswered-checklist"]


def test_answers_about_an_earlier_master_are_told(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    run(site, "--dismiss", "1", "--none", *LOOKED_FOR)
    text = (site / SHEET).read_text()
    start = text.index("looked_for")
    digest = text[start:].split("sha256-")[1][:64]
    (site / SHEET).write_text(text[:start] + text[start:].replace(digest, "0" * 64))
    found = checked(site, capsys)
    assert {each["kind"] for each in found} == {"likely-face", "unanswered-checklist"}
    assert any("the answers are about an earlier one" in each["message"] for each in found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--none", "plate"], "did you mean `plates`?"),
        (["--none", "plates", "--shown", "plates"], "`plates` cannot be both none and shown"),
        (["card.jpg", "--look"], "look first, and answer then"),
    ],
)
def test_answers_that_make_no_sense_are_refused(
    arguments: list[str], said: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(site)
    before = (site / SHEET).read_bytes()
    assert run(site, *arguments) == command.WRONG_USAGE
    assert said in capsys.readouterr().err
    assert (site / SHEET).read_bytes() == before


def test_a_placeholder_has_nothing_to_look_at(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(site, "--none", "plates") == command.CONTENT_HAS_ERRORS
    assert "there is no photograph to look at" in capsys.readouterr().err
    assert kinds(site, capsys) == []


def test_anything_but_the_two_words_is_an_error_at_its_place(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made(site)
    run(site, "--none", "plates")
    text = (site / SHEET).read_text().replace("plates: none", "plates: under the black box")
    (site / SHEET).write_text(text)
    capsys.readouterr()
    assert command.main(["check", "--json", "--root", str(site)]) == command.CONTENT_HAS_ERRORS
    found = json.loads(capsys.readouterr().out)["diagnostics"]
    line = text[: text.index("plates:")].count("\n") + 1
    assert [each["line"] for each in found if each["severity"] == "error"] == [line]


def test_answers_that_cannot_be_read_are_told_when_the_master_is_made_anew(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made(site)
    run(site, "--none", "plates")
    (site / SHEET).write_text((site / SHEET).read_text().replace("plates: none", "plates: maybe"))
    assert run(site) == command.CONTENT_HAS_ERRORS
    assert "`maybe` is not one of `none`, `shown`" in capsys.readouterr().err
