"""Pages on paper: all that a reader could open on the screen is there, and nothing that only a screen can use."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.browsing import Reader, loads_its_pictures

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

POINTS = {"A4": (595, 842), "Letter": (612, 792)}
CONTROLS = (
    "Skip to the content",
    "Show who says so beside the text",
    "Check every claim, and withdraw",
    "What if a source withdraws?",
    "Restore all",
    "With what is ticked",
)


class Word(NamedTuple):
    """A word on paper."""

    sheet: int
    left: float
    top: float
    right: float
    text: str


class Print(NamedTuple):
    """A printed page."""

    text: str
    """Without the numbers of its sheets."""
    words: tuple[Word, ...]
    sizes: tuple[tuple[float, float], ...]
    """Of each sheet, in points."""


def printed(page: Page, paper: str, folder: Path) -> Print:
    """A page's print, with its pictures."""
    assert loads_its_pictures(page)
    path = folder / f"{paper}.pdf"
    page.pdf(path=path, format=paper)
    layout = _pdftotext(path, "-bbox")
    words, sizes = [], []
    for line in layout.splitlines():
        if found := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            sizes.append((float(found[1]), float(found[2])))
        elif found := re.search(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)".*>(.*)</word>', line):
            words.append(Word(len(sizes), float(found[1]), float(found[2]), float(found[3]), found[4]))
    sheets = enumerate(_pdftotext(path).split("\f"), 1)
    return Print("\n".join(_without_number(sheet, number) for number, sheet in sheets), tuple(words), tuple(sizes))


def _without_number(sheet: str, number: int) -> str:
    """A sheet's text without the last line that is nothing but its number."""
    return re.sub(rf"(?s)^(.*)^{number}$", r"\1", sheet, count=1, flags=re.MULTILINE)


def _pdftotext(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def bare(text: str) -> str:
    """Letters and digits only: line ends, hyphens at them and ligatures are the paper's affair."""
    return re.sub(r"[\W_]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl")).casefold()


def texts_of(page: Page, selector: str) -> list[str]:
    """The words of some elements, hidden ones too, without what is not for paper or stands by itself there."""
    texts: list[str] = page.evaluate(
        """selector => [...document.querySelectorAll(selector)].map(element => {
        const copy = element.cloneNode(true);
        copy.querySelectorAll('.visually-hidden, .invite, .support, svg').forEach(part => part.remove());
        // Beside letters as large as a headline's, a number so small counts as a line of its own.
        const key = mark => element.matches('h1') ? '' : mark.getAttribute('popovertarget');
        copy.querySelectorAll('.mark').forEach(mark => { mark.textContent = key(mark) });
        copy.querySelectorAll('small, br').forEach(part => part.before(' '));
        return copy.textContent;
    })""",
        selector,
    )
    assert texts, selector
    return texts


def missing(page: Page, selector: str, paper: Print) -> list[str]:
    """The elements whose text does not stand in a print."""
    found = bare(paper.text)
    texts = [text for text in texts_of(page, selector) if bare(text) not in found]
    # What stands beside a text comes between its lines: then its words are looked for.
    return [text for text in texts if any(bare(word) not in found for word in text.split())]


def missing_cells(page: Page, selector: str, paper: Print) -> list[str]:
    """The words of table cells that do not stand in a print: what stands beside a cell comes between its lines."""
    found = bare(paper.text)
    return [word for text in texts_of(page, selector) for word in text.split() if bare(word) not in found]


def assert_fit_for_paper(paper: Print, size: str) -> None:
    """Check that a print is on sheets of its size, numbered, within their margins and without controls."""
    width, height = POINTS[size]
    assert all(abs(sheet[0] - width) < 2 and abs(sheet[1] - height) < 2 for sheet in paper.sizes)
    numbers = {word.sheet for word in paper.words if word.top > height - 50 and word.text == str(word.sheet)}
    assert numbers == set(range(1, len(paper.sizes) + 1))
    assert not [word for word in paper.words if word.left < 30 or word.right > width - 30 or word.top < 30]
    assert [control for control in CONTROLS if bare(control) in bare(paper.text)] == []


@pytest.mark.parametrize("size", POINTS)
def test_the_story_prints_with_its_notes_prices_and_exhibits_and_without_controls(
    size: str, reader: Reader, tmp_path: Path
) -> None:
    page = reader.open("index.html")
    paper = printed(page, size, tmp_path)
    assert_fit_for_paper(paper, size)
    for part in ("h1", "h2", ".standfirst", ".body p", ".unknown li", ".parties dd", ".note p", ".note li", ".finding"):
        assert missing(page, part, paper) == [], part
    for part in (".caption", ".would", ".credit", ".annotation p", ".digest", ".plot-row b"):
        assert missing(page, part, paper) == [], part
    assert missing_cells(page, ".prices :is(th, td, small)", paper) == []


@pytest.mark.parametrize("size", POINTS)
def test_the_evidence_page_prints_with_its_disclosures_opened(size: str, reader: Reader, tmp_path: Path) -> None:
    page = reader.open("evidence.html")
    paper = printed(page, size, tmp_path)
    assert_fit_for_paper(paper, size)
    for part in (".sentence", ".claims details li", ".dependants a", ".levels dd", ".now"):
        assert missing(page, part, paper) == [], part


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("prices.html", ("h2", "caption", ".formulas p", ".legend li", "section > p")),
        ("sources.html", ("h2", ".facts dd", ".voices dd", ".statements p", ".address")),
        ("about.html", ("h2", "section > p", ".note li")),
        ("exhibits/interior.html", ("h1", ".caption", ".would", ".facts dd", ".annotation p", ".note li")),
        ("exhibits/index.html", ("h1", ".gallery b", ".gallery p")),
    ],
)
def test_every_other_page_prints_whole(path: str, parts: tuple[str, ...], reader: Reader, tmp_path: Path) -> None:
    page = reader.open(path)
    paper = printed(page, "A4", tmp_path)
    assert_fit_for_paper(paper, "A4")
    for part in parts:
        assert missing(page, part, paper) == [], part
    if page.locator("main td").count():
        assert missing_cells(page, "main :is(td, th)", paper) == []


@pytest.mark.parametrize("size", POINTS)
def test_the_wide_table_has_every_voice_on_every_sheet_of_paper(size: str, reader: Reader, tmp_path: Path) -> None:
    page = reader.open("evidence.html")
    paper = printed(page, size, tmp_path)
    head = [word for word in paper.words if word.text == "Itself" and word.top > 30]
    sheets = {word.sheet for word in head}
    columns = page.locator(".matrix thead th", has_text="Itself").count()
    assert [sum(word.sheet == sheet for word in head) for sheet in sheets] == [columns] * len(sheets)
    last_voices = [word for word in paper.words if word.sheet in sheets and word.text == "Council"]
    assert max(word.left for word in last_voices) > max(word.left for word in head)


@pytest.mark.parametrize("size", POINTS)
@pytest.mark.parametrize(("number", "markers"), [(1, ["1", "2"]), (2, ["2", "1", "3", "4"])])
def test_markers_are_printed_over_their_picture(
    number: int, markers: list[str], size: str, reader: Reader, tmp_path: Path
) -> None:
    paper = printed(reader.open("index.html"), size, tmp_path)
    pairs = zip(paper.words, paper.words[1:], strict=False)
    caption = next(word for word, following in pairs if (word.text, following.text) == ("Exhibit", f"{number}."))
    # The picture is as high as two thirds of the text's width, and stands right above its caption.
    above = [word for word in paper.words if word.sheet == caption.sheet and 0 < caption.top - word.top < 350]
    assert sorted(word.text for word in above if word.text.isdigit()) == sorted(markers)


def test_markers_keep_their_colour_on_paper(reader: Reader) -> None:
    page = reader.open("index.html", width=794)
    page.emulate_media(media="print")
    for part in (".marker", ".number"):
        look = page.locator(part).first.evaluate("it => [getComputedStyle(it).printColorAdjust, it.checkVisibility()]")
        assert look == ["exact", True], part


def test_a_dark_screen_still_prints_dark_on_light(reader: Reader) -> None:
    page = reader.open("index.html", color_scheme="dark")
    page.emulate_media(media="print")
    ink, paper = page.evaluate("['color', 'backgroundColor'].map(it => getComputedStyle(document.documentElement)[it])")
    assert brightness(ink) < 80
    assert brightness(paper) > 220


def brightness(colour: str) -> float:
    """The mean of red, green and blue of a computed colour."""
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3
