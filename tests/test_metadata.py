"""What picture files carry besides their picture, held against exiftool, which shares no code with us."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from microsite.metadata import examined, picture_format
from tests.pictures import FORMATS, RIDERS, independent_tags, png_chunk, saved, with_riders


@pytest.mark.parametrize("format_", FORMATS)
def test_a_bare_picture_carries_nothing_and_has_its_size(format_: str) -> None:
    found = examined(saved(format_, size=(70, 50)))
    assert found is not None
    assert (found.format.upper(), found.width, found.height, found.carried) == (format_, 70, 50, ())


@pytest.mark.parametrize("rider", RIDERS)
def test_each_stowaway_of_a_jpeg_is_found(rider: str) -> None:
    found = examined(with_riders([rider]))
    assert found is not None
    assert len(found.carried) == 1
    assert rider in found.carried[0].what


@pytest.mark.parametrize("format_", FORMATS)
def test_exif_and_a_profile_are_found_in_every_format(format_: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A maker"
    found = examined(saved(format_, exif=exif.tobytes(), icc_profile=b"\0" * 200))
    assert found is not None
    assert any(each.of_camera for each in found.carried)
    assert "a colour profile" in {each.what for each in found.carried}


@pytest.mark.parametrize("keyword", [b"Comment", b"XML:com.adobe.xmp", b"Raw profile type exif"])
def test_text_in_a_png_is_found_and_that_of_cameras_told_apart(keyword: bytes) -> None:
    bare = saved("PNG")
    data = bare[:33] + png_chunk(b"tEXt", keyword + b"\0words") + bare[33:]
    found = examined(data)
    assert found is not None
    (carried,) = found.carried
    assert carried == (f"text ({keyword.decode()})", keyword != b"Comment")


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_bytes_after_the_end_are_found(format_: str) -> None:
    found = examined(saved(format_) + saved("JPEG"))
    assert found is not None
    assert [each.what.split(" ", 1)[1] for each in found.carried] == ["bytes after its end"]


@given(st.sampled_from(FORMATS), st.data())
def test_a_torn_or_altered_file_is_judged_without_a_crash(format_: str, data: Any) -> None:
    whole = bytearray(saved(format_, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0"))
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    examined(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_other_files_are_no_pictures() -> None:
    for data in (b"", b"\xff\xd8", b"GIF89a", b"%PDF-1.7", b"<svg>", b"\0\0\0\x18ftypisom\0\0\0\0isom"):
        assert (picture_format(data), examined(data)) == ("", None)


def test_a_raw_file_is_told_as_one() -> None:
    found = examined(b"FUJIFILMCCD-RAW 0201")
    assert found is not None
    assert found.carried[0].of_camera


@pytest.mark.parametrize("rider", RIDERS)
def test_exiftool_sees_each_stowaway_as_well(rider: str, tmp_path: Path) -> None:
    """Or the reader by which other tests judge would be blind."""
    (tmp_path / "bare.jpg").write_bytes(with_riders([]))
    (tmp_path / "ridden.jpg").write_bytes(with_riders([rider]))
    assert independent_tags(tmp_path / "bare.jpg") == set()
    assert independent_tags(tmp_path / "ridden.jpg")
