"""The pictures of a site's photographs: made once, kept while they are asked for, and found again after a kill."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from microsite import command, derivatives, pipeline, report
from microsite.command import order_for
from microsite.files import sha256
from tests.helpers import write_site
from tests.pictures import noise, saved

SHEET = "content/story/exhibits.yaml"
ENTRY = """\
{id}:
  title: The shop
  alt: A shop.
  caption: The shop.
  credit: A photographer
  rights: With permission.
"""


@pytest.fixture
def site(compiled_once: None, tmp_path: Path) -> Path:
    """A site with two photographs, one large enough for two widths."""
    root = write_site(tmp_path / "site", {SHEET: ENTRY.format(id="shop") + ENTRY.format(id="door")})
    for number, (id, size) in enumerate((("shop", (620, 400)), ("door", (300, 200)))):
        original = tmp_path / f"{id}.png"
        original.write_bytes(saved("PNG", noise(size, number)))
        assert command.main(["photo", str(original), "--exhibit", f"story/{id}", "--root", str(root)]) == 0
    return root


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the derivatives that are made, as they are."""
    paths: list[str] = []
    make = derivatives.made

    def noted(*arguments: Any) -> Iterator[tuple[derivatives.Derivative, bytes]]:
        for derivative, data in make(*arguments):
            paths.append(derivative.path)
            yield derivative, data

    monkeypatch.setattr(derivatives, "made", noted)
    return paths


def built(site: Path) -> pipeline.Result:
    result = pipeline.build(order_for(str(site)))
    assert result.outcome != "stopped", result.diagnostics
    return result


def pictures_of(site: Path) -> dict[str, bytes]:
    return {f"images/{path.name}": path.read_bytes() for path in sorted((site / "site/images").iterdir())}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_second_build_encodes_nothing(site: Path, encoded: list[str]) -> None:
    built(site)
    assert sorted(encoded) == sorted(pictures_of(site))
    assert len(encoded) == 6
    encoded.clear()
    assert built(site).outcome == "unchanged"
    edit(site / SHEET, "caption: The shop.", "caption: The same shop.")
    built(site)
    assert encoded == []


def test_edit_of_a_text_leaves_pictures_where_they_are_and_reads_none_of_them(site: Path) -> None:
    built(site)
    times = {path: path.stat().st_mtime_ns for path in (site / "site/images").iterdir()}
    shutil.rmtree(site / ".microsite/cache")
    edit(site / SHEET, "caption: The shop.", "caption: The same shop.")
    result = built(site)
    assert result.stories_made == ("story",)
    assert not [path for path in result.written if path.startswith("images/")]
    assert {path: path.stat().st_mtime_ns for path in (site / "site/images").iterdir()} == times


def test_picture_that_was_spoilt_in_the_site_is_brought_again(site: Path, encoded: list[str]) -> None:
    built(site)
    before = pictures_of(site)
    first, second = sorted((site / "site/images").iterdir())[:2]
    first.unlink()
    second.write_bytes(b"spoilt")
    encoded.clear()
    built(site)
    assert pictures_of(site) == before
    assert encoded == [], "from the cache"


def test_pictures_that_no_page_asks_for_are_not_published(site: Path) -> None:
    built(site)
    edit(site / SHEET, "door:\n", "gate:\n")
    built(site)
    assert {path.split("-")[1] for path in pictures_of(site)} == {"gate", "shop"}
    for path in pictures_of(site):
        assert any(path.rpartition("/")[2] in page.read_text() for page in (site / "site").rglob("*.html")), path


def test_same_photograph_under_another_name_is_not_encoded_again(site: Path, encoded: list[str]) -> None:
    built(site)
    encoded.clear()
    edit(site / SHEET, "door:\n", "gate:\n")
    built(site)
    assert encoded == []


def test_killed_build_resumes_with_the_pictures_that_are_done(
    site: Path, encoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    make = derivatives.made

    def until_killed(*arguments: Any) -> Iterator[tuple[derivatives.Derivative, bytes]]:
        for number, each in enumerate(make(*arguments)):
            if number == 1:
                raise Killed
            yield each

    with monkeypatch.context() as patch:
        patch.setattr(derivatives, "made", until_killed)
        with pytest.raises(Killed):
            built(site)
    assert not (site / "site").exists()
    done = len(encoded)
    assert 1 <= done < 6
    built(site)
    # What was made and not yet handed on when the kill came is made again: one picture for each photograph in hand.
    assert len({*encoded}) == 6
    assert len(encoded) <= 6 + 2


def test_build_with_a_mistake_makes_no_pictures(site: Path, encoded: list[str]) -> None:
    edit(site / SHEET, "alt: A shop.", "")
    assert pipeline.build(order_for(str(site))).outcome == "stopped"
    assert encoded == []


def test_master_that_cannot_be_decoded_stops_the_build(site: Path) -> None:
    """One whose bytes are those recorded, so that nothing shows before its pixels are wanted."""
    (path,) = (site / "content/story/photos").glob("shop-*")
    whole = path.read_bytes()
    table = whole.index(b"\xff\xc4") + 4
    path.write_bytes(whole[:table] + b"\x77" + whole[table + 1 :])
    edit(site / SHEET, sha256(whole), sha256(path.read_bytes()))
    result = pipeline.build(order_for(str(site)))
    assert result.outcome == "stopped"
    (found,) = (each for each in result.diagnostics if each.severity == "error")
    assert found.kind == "stale-master"
    assert "cannot be decoded" in found.message


def test_progress_tells_how_many_photographs_are_done(site: Path) -> None:
    told: list[tuple[str, int, int]] = []
    pipeline.build(order_for(str(site)), lambda *all_: told.append(all_))
    assert [each for each in told if each[0] != "pages"] == [
        ("stories", 1, 1),
        ("photographs", 1, 2),
        ("photographs", 2, 2),
    ]


def test_bars_show_the_time_left_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with report.progress() as progress:
        progress("photographs", 1, 4)
        assert capsys.readouterr().err == "", "four are soon done"
        progress("photographs", 1, 40)
        progress("photographs", 20, 40)
    said = capsys.readouterr().err
    assert "Making photographs" in said


def test_page_offers_widths_that_fit_its_layout_and_holds_the_place_in_the_photographs_colour(site: Path) -> None:
    built(site)
    story = (site / "site/story/index.html").read_text() if (site / "site/story/index.html").exists() else ""
    large = (site / "site/story/exhibits/shop.html").read_text()
    gallery = (site / "site/story/exhibits/index.html").read_text()
    names = {path.name.split("-")[2]: path.name for path in (site / "site/images").glob("story-shop-*.avif")}
    for page in filter(None, (story, large, gallery)):
        assert f"{names['480w']} 480w, " in page
        assert f"{names['620w']} 620w" in page
        assert 'width="620" height="400"' in page
        assert page.count("sizes=") >= 2
    assert 'loading="lazy"' in gallery
    picture = large[large.index("<picture>") : large.index("</picture>")]
    assert 'loading="lazy"' not in picture
    colour = (site / SHEET).read_text().split("colour: ")[1][:6]
    assert f".x-shop .picture{{background:#{colour}}}" in large


def test_each_note_has_its_crop_from_the_master_and_no_page_asks_for_another(site: Path) -> None:
    with (site / SHEET).open("a") as sheet:  # of the last exhibit there
        sheet.write("  annotations:\n    sign: {region: {box: [0.5, 0.5, 0.2, 0.2]}, label: Sign, note: The sign.}\n")
    built(site)
    (crop,) = (site / "site/images").glob("story-door-sign-*.jpg")
    with Image.open(crop) as image:
        assert image.size == (85, 57), "28 per cent of 300 pixels, outward to whole ones"
    page = (site / "site/story/exhibits/door.html").read_text()
    assert f'<image href="../../images/{crop.name}"' in page
    assert crop.name not in (site / "site/story/index.html").read_text()
    edit(site / SHEET, "box: [0.5", "box: [0.6")
    built(site)
    (moved,) = (site / "site/images").glob("story-door-sign-*.jpg")
    assert moved.name != crop.name
