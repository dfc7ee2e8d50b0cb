"""The story is in our own words, of the agreed length, and takes every price from its data.

The first story grew from a document that is somebody else's text: no run of eight words of it may occur here, its title
excepted. `data/source-eight-word-runs.txt` holds what the check needs without the text: the first ten hexadecimal
digits of the SHA-256 of each run, the runs of the title left out. Made with
`python tests/test_own_words.py DOCUMENT > tests/data/source-eight-word-runs.txt`, where DOCUMENT is our copy of it.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FINGERPRINTS = ROOT / "tests" / "data" / "source-eight-word-runs.txt"
STORY = ROOT / "content" / "dandong-store"
RUN_WORDS = 8
FINGERPRINT_DIGITS = 10
UNSEARCHED_FOLDERS = {".git", ".microsite", "__pycache__", "node_modules", "originals", "private"}
"""What git would leave out too, for a tree without git; a virtual environment is known by its `pyvenv.cfg`."""

EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
MARKUP = re.compile(
    r"\]\([^)\s]*\)"  # where a Markdown link leads
    r"|\{\{.*?\}\}|\{[#:.][^}\n]*\}"  # an expression, an attribute list
    r"|</?[a-zA-Z][^<>]*>",  # a tag
    re.DOTALL,
)
TYPED_AMOUNT = re.compile(
    r"(?:\d|\b(?:hundred|thousand)\b)[\d.,\s]*(?:yuan|rmb|cny|元)|[¥￥]\s*\d"
    r"|\b(?:\d[\d.]*|two|three|four|five|six|seven|eight|nine|ten)(?:\s+times\b|-?fold\b)",
    re.IGNORECASE,
)


def test_no_eight_words_of_the_source_document_occur_in_the_repository() -> None:
    assert borrowed_runs(ROOT, known_fingerprints()) == []


def test_the_check_has_fingerprints_to_compare_with() -> None:
    known = known_fingerprints()
    assert len(known) > 400
    assert all(re.fullmatch(rf"[0-9a-f]{{{FINGERPRINT_DIGITS}}}", fingerprint) for fingerprint in known)


def test_the_check_sees_the_story_its_sources_and_itself() -> None:
    seen = {path.relative_to(ROOT).as_posix() for path in files_of(ROOT)}
    assert {"content/dandong-store/index.md", "seeds/dailynk-dandong-store.yaml", "tests/test_own_words.py"} <= seen


def test_a_borrowed_run_is_found_with_its_file(tmp_path: Path) -> None:
    forbidden = set(map(fingerprint, runs("Nine grey herons stood along the wall at dusk.")))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "birds.md").write_text(
        "And nine grey herons,\n  stood along THE wall at dawn.", encoding="utf-8"
    )
    (tmp_path / "other.md").write_text("Nine grey herons stood along the pier at dusk.", encoding="utf-8")
    assert borrowed_runs(tmp_path, forbidden) == ["notes/birds.md: nine grey herons stood along the wall at"]


def test_a_run_that_markup_interrupts_is_found(tmp_path: Path) -> None:
    forbidden = set(map(fingerprint, runs("The keeper’s boat left at seven that morning")))
    (tmp_path / "linked.md").write_text(
        "[The keeper's boat](seed:harbour/boat) left at **seven** that morning", encoding="utf-8"
    )
    (tmp_path / "page.html").write_text(
        "<p>The keeper&rsquo;s <a href='boat.html'>boat</a> left at seven that morning</p>", encoding="utf-8"
    )
    found = borrowed_runs(tmp_path, forbidden)
    assert found == [f"{name}: the keepers boat left at seven that morning" for name in ("linked.md", "page.html")]


def test_the_story_is_450_to_750_words_long() -> None:
    prose = read_as_prose((STORY / "index.md").read_text(encoding="utf-8"))
    assert 450 <= sum(bool(words(word)) for word in prose.split()) <= 750


def test_no_price_or_ratio_of_the_story_is_typed_by_hand() -> None:
    typed = [
        f"{path.name}: {found[0]}"
        for path in sorted(STORY.rglob("*.*"))
        if path.suffix in {".md", ".yaml"}
        for found in TYPED_AMOUNT.finditer(path.read_text(encoding="utf-8"))
    ]
    assert typed == []


def test_a_typed_price_or_ratio_is_recognised() -> None:
    for text in (
        "about 90 yuan",
        "1,500 yuan",
        "two hundred yuan",
        "¥80",
        "four times as much",
        "2.5 times",
        "a fivefold rise",
    ):
        assert TYPED_AMOUNT.search(text), text
    assert not TYPED_AMOUNT.search("{{ store_average }} for four or five women, sometimes in yuan")


def borrowed_runs(folder: Path, forbidden: set[str]) -> list[str]:
    """Each run of the document found in a text file of `folder`, as `file: the words`."""
    return [
        f"{path.relative_to(folder).as_posix()}: {run}"
        for path in files_of(folder)
        for run in sorted({run for view in views(text_of(path)) for run in runs(view)})
        if fingerprint(run) in forbidden
    ]


def files_of(folder: Path) -> list[Path]:
    """The files git tracks or would track; without git, all but the folders it would ignore."""
    names = _names_by_git(folder) or sorted(_names_by_walking(folder))
    return [path for name in names if (path := folder / name).is_file()]


def _names_by_git(folder: Path) -> list[str]:
    command = ["git", "-C", str(folder), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return sorted({os.fsdecode(name) for name in listed.split(b"\0") if name})


def _names_by_walking(folder: Path) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = [
            name for name in folders if name not in UNSEARCHED_FOLDERS and not Path(here, name, "pyvenv.cfg").exists()
        ]
        yield from (Path(here, name).relative_to(folder).as_posix() for name in files)


def text_of(path: Path) -> str:
    """A file's text; nothing for a picture or another file that is no text."""
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8", errors="replace")


def views(text: str) -> Iterator[str]:
    """The text as it is written, and as a reader would see it."""
    yield text
    if MARKUP.search(text) or "&" in text:
        yield html.unescape(MARKUP.sub("", text))


def runs(text: str) -> Iterator[str]:
    """Every eight words in a row, each as one string."""
    found = words(text)
    return (" ".join(found[start : start + RUN_WORDS]) for start in range(len(found) - RUN_WORDS + 1))


def words(text: str) -> list[str]:
    """The words in lower case, letters and digits only; an apostrophe joins, any other sign separates."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "").replace("'", "")
    return re.findall(r"[^\W_]+", plain)


def fingerprint(run: str) -> str:
    """What the repository keeps of a run."""
    return sha256(run.encode()).hexdigest()[:FINGERPRINT_DIGITS]


def known_fingerprints() -> set[str]:
    """The fingerprints of the document's runs."""
    return set(FINGERPRINTS.read_text(encoding="utf-8").split())


def read_as_prose(page: str) -> str:
    """The prose of a story's page: no front matter, no addresses, four words for each computed figure."""
    _, _, prose = page.split("---\n", 2)
    return MARKUP.sub("", EXPRESSION.sub("more than 1,000 yuan", prose))


def fingerprints_of(document: str) -> Iterable[str]:
    """The lines of the data file for a document whose first line is its title."""
    title = document.strip().partition("\n")[0]
    return sorted(map(fingerprint, set(runs(document)) - set(runs(title))))


if __name__ == "__main__":
    print("\n".join(fingerprints_of(Path(sys.argv[1]).read_text(encoding="utf-8"))))
