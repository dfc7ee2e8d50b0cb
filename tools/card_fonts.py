"""Makes the typefaces of the cards for sharing, microsite/fonts/, of published ones: `make fonts`.

Packages are fetched at their pinned versions by npm and are not used unless they are what they were, to the byte. Each
typeface is cut down to the signs of microsite/cardsigns.py. What a card does not need is left out: instructions for
small sizes, and all rules of setting but the kerning of Latin letters. The same packages give the same files.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # run as a file, this sees only its own folder

from microsite.cardsigns import FACES, Face, signs  # noqa: E402

FOLDER = ROOT / "microsite/fonts"
UNITS_PER_EM = 500
"""Half of what the typefaces come with: at a card's sizes a unit is a seventh of a pixel."""


class Package(NamedTuple):
    """Where a typeface comes from."""

    name: str
    version: str
    sha256: str
    """Of the packed package."""
    font: str
    """The font's path in the package."""


PACKAGES: dict[Face, Package] = {
    "latin": Package(
        "@expo-google-fonts/source-serif-4",
        "0.4.1",
        "84f0b412fbc9b0b666d6fe04620b2cd2e54bfd49ca61fe0663a9e5beb30afcc4",
        "600SemiBold/SourceSerif4_600SemiBold.ttf",
    ),
    "korean": Package(
        "@expo-google-fonts/noto-serif-kr",
        "0.4.3",
        "ff2948a8e9d0e037eaba537905fcc973d512d0df3c16fc9df89740a5d821cf1b",
        "600SemiBold/NotoSerifKR_600SemiBold.ttf",
    ),
    "chinese": Package(
        "@expo-google-fonts/noto-serif-sc",
        "0.4.3",
        "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
        "600SemiBold/NotoSerifSC_600SemiBold.ttf",
    ),
}
NAMES: dict[Face, str] = {
    "latin": "Microsite Card Latin",
    "korean": "Microsite Card Korean",
    "chinese": "Microsite Card Chinese",
}
"""Of our cuts: the licence reserves the names of what they were cut from."""
LEAST_KERNING = 5
"""In units; less is not seen, and the format has no room for all."""
DROPPED = ("BASE", "DSIG", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "gasp", "meta", "prep", "vhea", "vmtx")
KEPT_NAMES = (0, 13, 14)
"""Copyright, licence, and where that is."""
UNHINTED = bytes((0xB8, 0x01, 0xFF, 0x85, 0xB0, 0x04, 0x8D, 0xB0, 0x04, 0x8D))
"""A program one step longer than FreeType takes for none: it would think of instructions of its own, and bend letters."""
_NOW = 3_846_000_000
"""A moment of the year 2025, in the format's seconds from 1904: the same whenever this is run."""


def main() -> int:
    """Write the typefaces, and the licence under which they may be passed on."""
    licence = ""
    with tempfile.TemporaryDirectory() as folder:
        for face in FACES:
            package = fetched(PACKAGES[face], Path(folder))
            data = cut(member(package, PACKAGES[face].font), face)
            (FOLDER / f"{face}.woff").write_bytes(data)
            print(f"{face}.woff: {len(signs(face)):,} signs, {len(data):,} bytes")
            if face == "latin":
                licence = member(package, "LICENSE_FONT").decode().replace("\r\n", "\n")
    (FOLDER / "OFL.txt").write_text(_notices() + licence.partition("\n")[2].lstrip("\n"), encoding="utf-8")
    return 0


def fetched(package: Package, folder: Path) -> Path:
    """A packed package.

    Raises:
        SystemExit: it is not what it was when its digest was written down.
    """
    asked = ["npm", "pack", f"{package.name}@{package.version}", "--silent", "--pack-destination", str(folder)]
    said = subprocess.run(asked, check=True, capture_output=True, text=True)
    path = folder / said.stdout.split()[-1]
    if sha256(path.read_bytes()).hexdigest() != package.sha256:
        sys.exit(f"{package.name} {package.version} is not the package whose digest stands in this tool")
    return path


def member(package: Path, name: str) -> bytes:
    """A file of a packed package."""
    with tarfile.open(package) as archive:
        file = archive.extractfile(f"package/{name}")
        if file is None:
            raise FileNotFoundError(name)
        return file.read()


def cut(data: bytes, face: Face) -> bytes:
    """A typeface with the signs of a face and nothing else, as WOFF."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    lacking = signs(face) - {chr(code) for code in font.getBestCmap()}
    if lacking:
        sys.exit(f"the typeface for {face} lacks {' '.join(sorted(lacking))}")
    kerning = _kerning(data) if face == "latin" else {}
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[*KEPT_NAMES], glyph_names=False)
    options.drop_tables += DROPPED
    subsetter = Subsetter(options)
    subsetter.populate(text=" " + "".join(sorted(signs(face))))
    subsetter.subset(font)
    scale_upem(font, UNITS_PER_EM)
    if kerning:
        font["kern"] = _kern_table(kerning, font.getBestCmap())
    _name(font, NAMES[face])
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written, reorderTables=True)
    return written.getvalue()


def _name(font: Any, name: str) -> None:
    """Our own name in the place of theirs, and the same dates whenever it is made."""
    from fontTools.ttLib import newTable

    for number, text in ((1, name), (2, "Regular"), (4, name), (6, name.replace(" ", ""))):
        font["name"].setName(text, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = _NOW
    font["prep"] = newTable("prep")
    font["prep"].program = _program(UNHINTED)
    font["maxp"].maxStackElements = max(font["maxp"].maxStackElements, 2)


def _program(code: bytes) -> Any:
    from fontTools.ttLib.tables.ttProgram import Program

    program = Program()
    program.fromBytecode(code)
    return program


def _kerning(data: bytes) -> dict[tuple[str, str], int]:
    """What the typeface takes from or adds to the room between two Latin letters or marks, in our units."""
    from PIL import ImageFont

    font = ImageFont.truetype(io.BytesIO(data), 1000, layout_engine=ImageFont.Layout.RAQM)
    kerned = sorted(sign for sign in signs("latin") if sign < "\u0100" or "\u2010" <= sign <= "\u2026")
    plain = {sign: _length(font, sign) for sign in kerned}
    found = {}
    for left in kerned:
        for right in kerned:
            by = round((_length(font, left + right) - plain[left] - plain[right]) * UNITS_PER_EM / 1000)
            if abs(by) >= LEAST_KERNING:
                found[left, right] = by
    return found


def _length(font: Any, text: str) -> float:
    return float(font.getlength(text, features=["-liga", "-clig", "-calt", "-dlig"]))


def _kern_table(kerning: dict[tuple[str, str], int], names: dict[int, str]) -> Any:
    """Kerning in the old format, the only one that FreeType reads by itself."""
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

    pairs = KernTable_format_0()
    pairs.version, pairs.coverage, pairs.tupleIndex = 0, 1, None
    pairs.kernTable = {(names[ord(left)], names[ord(right)]): by for (left, right), by in kerning.items()}
    table = newTable("kern")
    table.version, table.kernTables = 0, [pairs]
    return table


def _notices() -> str:
    from fontTools.ttLib import TTFont

    notices: Iterable[str] = (TTFont(FOLDER / f"{face}.woff")["name"].getDebugName(0) for face in FACES)
    return "".join(f"{notice}\n" for notice in dict.fromkeys(notices)) + "\n"


if __name__ == "__main__":
    sys.exit(main())
