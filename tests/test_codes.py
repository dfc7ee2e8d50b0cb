"""QR codes lead from paper and from a file back to the story, and are drawn as the standard has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import segno
from selectolax.lexbor import LexborHTMLParser

from microsite import codes, command
from tests import trees

ADDRESS = "https://paper.example/dandong/ko/index.html"
FINDER = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
LONGEST = 600


def drawn(code: codes.Code) -> list[str]:
    """The modules that a path makes dark, row by row, the quiet zone included."""
    dark = [["0"] * code.size for _ in range(code.size)]
    for x, y, width, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path):
        assert width == back
        dark[int(y)][int(x) : int(x) + int(width)] = "1" * int(width)
    assert not re.sub(r"M\d+ \d+h\d+v1h-\d+z", "", code.path)
    return ["".join(row) for row in dark]


@pytest.mark.parametrize("address", [ADDRESS, "https://x.example/", f"https://x.example/{'a' * LONGEST}"])
def test_what_is_drawn_is_the_code_of_the_address(address: str) -> None:
    code = codes.code(address)
    expected = segno.make(address, micro=False, error="m", boost_error=False).matrix_iter(border=codes.QUIET)
    assert drawn(code) == ["".join(map(str, row)) for row in expected]
    assert codes.code(address) == code


def test_its_corners_and_quiet_zone_are_what_readers_look_for() -> None:
    code = codes.code(ADDRESS)
    rows, quiet = drawn(code), codes.QUIET
    assert not any("1" in row[:quiet] + row[-quiet:] for row in rows)
    assert not any("1" in row for row in (*rows[:quiet], *rows[-quiet:]))
    for top, left in ((quiet, quiet), (quiet, code.size - quiet - 7), (code.size - quiet - 7, quiet)):
        assert [row[left : left + 7] for row in rows[top : top + 7]] == FINDER


def test_the_editions_for_paper_and_for_keeping_bear_the_code_of_the_story(compiled_once: None, tmp_path: Path) -> None:
    trees.lay_over(tmp_path, trees.ROOT / "tests/sites/two-languages")
    bare = tmp_path / "content/site.yaml"
    assert command.main(["build", "--root", str(tmp_path)]) == command.FINE
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert not any(LexborHTMLParser(page.read_bytes()).css(".code") for page in pages)
    bare.write_text(f"{bare.read_text(encoding='utf-8')}url: https://paper.example/dandong\n", encoding="utf-8")
    assert command.main(["build", "--root", str(tmp_path)]) == command.FINE
    code = codes.code("https://paper.example/dandong/ko/story/index.html")
    for page in pages:
        paths = [node.attributes["d"] for node in LexborHTMLParser(page.read_bytes()).css(".code path:last-child")]
        bears = page.name in ("text.html", "offline.html")
        assert len(paths) == bears, page
        if bears and "ko" in page.parts:
            assert paths == [code.path]
