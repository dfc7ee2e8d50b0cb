"""The photo command: from a file in hand to an exhibit that shows it, and what is recorded and kept of it."""

from __future__ import annotations

import io
import json
import os
import re
import stat
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image

from microsite import command, files, originals, photo
from microsite.diagnostics import Diagnostic
from tests.helpers import EXHIBITS, write_site
from tests.pictures import SECRET, noise, saved, with_riders

SHEET = "content/story/exhibits.yaml"
READY = """\
    shop:
      title: The shop   # as its sign says
      alt: A shop.
      caption: The shop.
      credit: A photographer
      rights: With permission.
      absent: not in hand
      # The face at the door.
      redactions:
        - ellipse: [0.5, 0.5, 0.1, 0.1]
    """


@pytest.fixture
def site(compiled_once: None, tmp_path: Path) -> Path:
    """A site with a placeholder, ready for its photograph, and the photograph beside it."""
    (tmp_path / "card").mkdir()
    (tmp_path / "card/IMG_0042 with a name.JPG").write_bytes(with_riders(image=noise((320, 240))))
    return write_site(tmp_path / "site", {SHEET: READY})


def given(site: Path) -> Path:
    return site.parent / "card/IMG_0042 with a name.JPG"


def run(site: Path, *arguments: str | Path) -> int:
    return command.main(["photo", *map(str, arguments), "--exhibit", "story/shop", "--root", str(site)])


def masters_of(site: Path) -> list[Path]:
    return sorted((site / "content/story/photos").glob("*"))


def built(site: Path) -> int:
    return command.main(["build", "--root", str(site)])


# --- From the file to the page ---------------------------------------------------------------------------------------


def test_a_photograph_takes_the_place_of_its_placeholder_and_the_site_builds(site: Path, tmp_path: Path) -> None:
    assert run(site, given(site)) == command.FINE
    assert built(site) == command.FINE
    (master,) = masters_of(site)
    avif, jpeg = sorted((site / "site/images").iterdir())
    assert re.fullmatch(r"story-shop-320w-[0-9a-f]{10}\.avif", avif.name)
    assert jpeg.name == f"{avif.stem}.jpg"
    assert master.read_bytes() not in (avif.read_bytes(), jpeg.read_bytes())
    page = (site / "site/story/exhibits/shop.html").read_text()
    assert f'<source type="image/avif" srcset="../../images/{avif.name} 320w" sizes="' in page
    assert f'src="../../images/{jpeg.name}" srcset="../../images/{jpeg.name} 320w"' in page
    assert 'width="320" height="240" alt="A shop."' in page
    assert "Parts of the picture are painted over" in page
    assert not any(SECRET in path.read_bytes() for path in (site / "site").rglob("*") if path.is_file())


def test_everything_else_in_the_file_stays_as_it_was(site: Path) -> None:
    before = (site / SHEET).read_text()
    run(site, given(site))
    after = (site / SHEET).read_text()
    record = after[after.index("  photo: ") : after.index("  # The face")]
    assert after.replace(record, "  absent: not in hand\n") == before
    (master,) = masters_of(site)
    assert record.startswith(f"  photo: {master.name}\n  master:\n    recipe: jpeg-1\n    longest_side: 3000\n")
    assert files.sha256(master.read_bytes()) in record


def test_regions_of_the_placeholder_are_not_carried_over(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (site / SHEET).write_text(dedent(EXHIBITS))
    run(site, given(site))
    after = (site / SHEET).read_text()
    assert "schematic" not in after
    assert "region" not in after
    assert "label: Door" in after
    assert "draw the regions of door anew" in capsys.readouterr().out
    assert built(site) == command.CONTENT_HAS_ERRORS
    assert "the key `region` is missing here" in capsys.readouterr().err


def test_regions_drawn_on_the_photograph_stay(site: Path) -> None:
    run(site, given(site))
    door = "  annotations:\n    door: {region: {point: [0.1, 0.1]}, label: Door, note: The door.}\n"
    (site / SHEET).write_text((site / SHEET).read_text() + door)
    run(site)
    assert door in (site / SHEET).read_text()


def test_master_is_made_anew_when_its_redactions_change(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(site, given(site))
    (first,) = masters_of(site)
    (site / SHEET).write_text((site / SHEET).read_text() + "    - box: [0, 0, 0.2, 0.2]\n")
    assert built(site) == command.CONTENT_HAS_ERRORS
    assert "the redactions of `shop` have changed" in capsys.readouterr().err
    assert run(site) == command.FINE
    (second,) = masters_of(site)
    assert first != second, "what the first shows is gone from the folder"
    with Image.open(second) as image:
        assert image.getpixel((5, 5)) == (0, 0, 0)
    assert built(site) == command.FINE


def test_running_it_again_changes_nothing(site: Path) -> None:
    run(site, given(site))
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file() and "lock" not in path.name}
    assert run(site) == command.FINE
    assert {path: path.read_bytes() for path in before} == before


def test_size_is_capped_as_asked_and_stays_so(site: Path) -> None:
    run(site, given(site), "--longest-side", "100")
    run(site)
    with Image.open(masters_of(site)[0]) as image:
        assert image.size == (100, 75)
    assert "longest_side: 100\n" in (site / SHEET).read_text()


# --- The original ----------------------------------------------------------------------------------------------------


def test_original_is_kept_under_a_neutral_name_with_a_private_salt(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(site, given(site))
    kept = site / "originals/story/shop.jpg"
    assert kept.read_bytes() == given(site).read_bytes()
    assert f"Another copy of the original is still at {given(site)}" in capsys.readouterr().out
    salts = json.loads((site / "private/originals.json").read_text())
    assert salts == {"story/shop": {"original": "originals/story/shop.jpg", "salt": salts["story/shop"]["salt"]}}
    for folder in ("originals", "private"):
        assert (site / folder / ".gitignore").read_text() == "*\n"
    if os.name == "posix":
        for path in (kept, site / "private/originals.json"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = (site / SHEET).read_text()
    assert "IMG_0042" not in text
    assert salts["story/shop"]["salt"] not in text


def test_original_within_the_sites_folder_is_moved_out_of_gits_way(site: Path) -> None:
    careless = site / "content/story/photos/IMG_1.jpg"
    careless.parent.mkdir()
    careless.write_bytes(given(site).read_bytes())
    run(site, careless)
    assert not careless.exists()
    assert (site / "originals/story/shop.jpg").read_bytes() == given(site).read_bytes()
    assert built(site) == command.FINE


def test_nor_does_one_stay_there_that_was_named_by_a_link_from_elsewhere(site: Path) -> None:
    careless, link = site / "content/story/IMG_1.jpg", site.parent / "link.jpg"
    careless.write_bytes(given(site).read_bytes())
    link.symlink_to(careless)
    assert run(site, link) == command.FINE
    assert not careless.exists()
    assert not link.is_symlink()


def test_original_in_its_folder_stays_where_it_is(site: Path) -> None:
    (site / "originals").mkdir()
    mine = site / "originals/원본 1.jpg"
    mine.write_bytes(given(site).read_bytes())
    run(site, mine)
    assert sorted(path.name for path in (site / "originals").iterdir()) == [".gitignore", "원본 1.jpg"]
    assert run(site) == command.FINE
    assert built(site) == command.FINE


def test_another_original_never_overwrites_the_first(site: Path) -> None:
    run(site, given(site))
    other = site.parent / "card/2.png"
    other.write_bytes(saved("JPEG", noise((320, 240), seed=5)))
    first = commitment(site)
    run(site, other)
    assert sorted(path.name for path in (site / "originals/story").iterdir()) == ["shop-2.jpg", "shop.jpg"]
    assert commitment(site) != first
    assert len(masters_of(site)) == 1


def test_no_build_opens_an_original(site: Path) -> None:
    run(site, given(site))
    for path in (site / "originals", site / "private"):
        for each in path.rglob("*"):
            if each.is_file():
                each.write_bytes(b"broken")
    assert built(site) == command.FINE


# --- The commitment --------------------------------------------------------------------------------------------------


def commitment(site: Path) -> str:
    found = re.search(r"commitment: (sha256-[0-9a-f]{64})", (site / SHEET).read_text())
    assert found
    return found[1]


def test_commitment_is_proved_against_the_original_and_its_salt_only(site: Path) -> None:
    run(site, given(site))
    salt = json.loads((site / "private/originals.json").read_text())["story/shop"]["salt"]
    other = site.parent / "other.jpg"
    other.write_bytes(given(site).read_bytes() + b"\0")
    assert run(site, "--check") == command.FINE
    assert run(site, given(site), "--check") == command.FINE
    assert run(site, other, "--check") == command.CONTENT_HAS_ERRORS
    (site / "private/originals.json").unlink()
    assert run(site, given(site), "--check") == command.WRONG_USAGE
    assert run(site, given(site), "--check", "--salt", salt) == command.FINE
    assert run(site, given(site), "--check", "--salt", "0" * 64) == command.CONTENT_HAS_ERRORS


def test_commitment_stays_while_the_original_does(site: Path) -> None:
    run(site, given(site))
    before = commitment(site)
    (site / SHEET).write_text((site / SHEET).read_text() + "    - box: [0, 0, 0.2, 0.2]\n")
    run(site)
    assert commitment(site) == before


# --- What goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["salt", "master", "record", "tidying"])
def test_command_killed_at_any_moment_leaves_the_old_state_or_the_new(
    moment: str, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(site, given(site))
    (site / SHEET).write_text((site / SHEET).read_text() + "    - box: [0, 0, 0.2, 0.2]\n")
    before = (site / SHEET).read_text()

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    if moment == "tidying":
        monkeypatch.setattr(photo, "_remove_former_masters", kill)
    else:
        write = files.put
        ends = {"salt": "originals.json", "master": ".jpg", "record": "exhibits.yaml"}[moment]
        monkeypatch.setattr(files, "put", lambda path, *a, **b: kill() if path.endswith(ends) else write(path, *a, **b))
    with pytest.raises(Killed):
        run(site)
    monkeypatch.undo()
    named = re.findall(r"photo: (\S+)", (site / SHEET).read_text())
    assert (site / "content/story/photos" / named[0]).is_file()
    assert ((site / SHEET).read_text() == before) == (moment != "tidying")
    assert built(site) == command.CONTENT_HAS_ERRORS, "a build finds what is left over, or not yet done"
    assert run(site) == command.FINE
    assert built(site) == command.FINE
    assert len(masters_of(site)) == 1


def refused(site: Path, file: Path | None, exhibit: str = "story/shop") -> Diagnostic:
    with pytest.raises(photo.PhotoRefused) as refusal:
        photo.make(str(site), exhibit, str(file) if file else None)
    assert not (site / "content/story/photos").exists()
    return refusal.value.found[0]


def test_what_is_named_must_be_there(site: Path) -> None:
    assert refused(site, given(site), "storey/shop").hint == "did you mean `story`?"
    assert refused(site, given(site), "story/shops").hint == "did you mean `shop`?"
    assert refused(site, given(site), "shop").kind == "unknown-story"
    assert refused(site, site / "nothing.jpg").kind == "missing-file"
    assert "name it: python build.py photo FILE" in refused(site, None).hint
    assert run(site, "nothing.jpg") == command.WRONG_USAGE


def test_file_that_is_no_picture_is_refused_in_one_line(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = site.parent / "notes.txt"
    text.write_text("Notes.")
    assert run(site, text) == command.CONTENT_HAS_ERRORS
    said = capsys.readouterr().err
    assert f"{SHEET}:2:3: error: no master can be made of `notes.txt`: it is not a picture in a format" in said
    assert not (site / "originals").exists()


def test_exhibits_that_cannot_be_read_are_left_alone(site: Path) -> None:
    for text, kind in (("shop: [", "yaml-syntax"), ("shop:\n  redactions: [{box: [2, 0, 1, 1]}]\n", "bad-region")):
        (site / SHEET).write_text(text)
        assert refused(site, given(site)).kind == kind
        assert (site / SHEET).read_text() == text


def test_salts_that_cannot_be_read_are_never_overwritten(site: Path) -> None:
    run(site, given(site))
    salts = site / "private/originals.json"
    for broken in ("[", "{}}", '{"story/shop": 1}', '{"story/shop": {"salt": "no", "original": "x"}}'):
        salts.write_text(broken)
        assert run(site, given(site)) == command.CONTENT_HAS_ERRORS
        assert salts.read_text() == broken


def test_a_picture_that_changes_names_only_its_own_masters(site: Path) -> None:
    """A photograph of another exhibit is nobody's to remove, however it is named."""
    run(site, given(site))
    (site / "content/story/photos/shop-00000000.jpg").write_bytes(masters_of(site)[0].read_bytes())
    other = (site / SHEET).read_text().replace("shop:", "other:", 1)
    (site / SHEET).write_text((site / SHEET).read_text() + re.sub(r"photo: \S+", "photo: shop-00000000.jpg", other))
    run(site)
    assert (site / "content/story/photos/shop-00000000.jpg").exists()


def test_kept_is_told_apart_by_exhibit(tmp_path: Path) -> None:
    data = io.BytesIO()
    noise().save(data, "PNG")
    first = originals.keep(str(tmp_path), "a/x", data.getvalue(), "/elsewhere/1.png", None)
    second = originals.keep(str(tmp_path), "b/x", data.getvalue(), "/elsewhere/1.png", None)
    assert (first.path, second.path) == ("originals/a/x.png", "originals/b/x.png")
    assert first.salt != second.salt
    assert originals.kept(str(tmp_path), "a/x") == first
