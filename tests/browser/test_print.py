"""Pages on paper: all that a reader could open on the screen is there, and nothing that only a screen can use."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.browser.browsing import TEMPLATES, Reader, loads_its_pictures

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
    marks: dict[str, Word]
    """Where what must not be torn apart begins (`a`) and ends (`z`), by its number."""
    together: list[str]
    """What these are, in words."""

    def torn(self) -> list[str]:
        """What begins on another sheet than it ends on."""
        ends = [(self.marks[f"zq{number}a"], self.marks[f"zq{number}z"]) for number in range(len(self.together))]
        return [what for what, (first, last) in zip(self.together, ends, strict=True) if first.sheet != last.sheet]


@pytest.fixture(scope="module")
def prints() -> dict[tuple[str, str], Print]:
    """What was printed before, by path and size of paper: many tests look at the same sheets."""
    return {}


@pytest.fixture
def printer(prints: dict[tuple[str, str], Print], reader: Reader, tmp_path: Path) -> Printer:
    return Printer(prints, reader, tmp_path)


class Printer(NamedTuple):
    """Prints pages, each on each size of paper once."""

    prints: dict[tuple[str, str], Print]
    reader: Reader
    folder: Path

    def paper(self, path: str, size: str) -> Print:
        if (path, size) not in self.prints:
            self.prints[path, size] = printed(self.reader.open(path), size, self.folder)
        return self.prints[path, size]


def printed(page: Page, paper: str, folder: Path) -> Print:
    """A page's print, with its pictures, and with tiny words where what belongs together begins and ends."""
    assert loads_its_pictures(page)
    page.emulate_media(media="print")
    together = page.evaluate(MARKING)
    path = folder / f"{paper}.pdf"
    page.pdf(path=path, format=paper)
    layout = _pdftotext(path, "-bbox")
    words, sizes = [], []
    for line in layout.splitlines():
        if found := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            sizes.append((float(found[1]), float(found[2])))
        elif found := re.search(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)".*>(.*)</word>', line):
            words.append(Word(len(sizes), float(found[1]), float(found[2]), float(found[3]), found[4]))
    marks = [(found[0], word) for word in words if (found := re.search(r"zq\d+[az]", word.text))]
    # In the order in which it was drawn: so a cell is not mixed with the lines beside it.
    sheets = enumerate(_pdftotext(path, "-raw").split("\f"), 1)
    text = "\n".join(_without_number(sheet, number) for number, sheet in sheets)
    return Print(
        re.sub(r"zq\d+[az]", "", text),
        tuple(word for word in words if not re.search(r"zq\d+[az]", word.text)),
        tuple(sizes),
        dict(marks),
        together,
    )


MARKING = """() => {
    // Which parts must not be torn apart: a picture; a row; a picture and its caption; a heading and what follows it.
    const visible = part => part.checkVisibility({visibilityProperty: true});
    const together = [], marks = [];
    const join = (first, last, what, edge = first == last ? 'bottom:0' : 'top:0') => {
        marks.push([first, `zq${together.length}a`, 'top:0'], [last, `zq${together.length}z`, edge]);
        together.push(what);
    };
    document.querySelectorAll('.picture, .gallery li, .absent').forEach(part => join(part, part, part.outerHTML.slice(0, 80)));
    document.querySelectorAll('tbody tr').forEach(row => join(row.cells[0], [...row.cells].at(-1), row.textContent, 'bottom:0'));
    document.querySelectorAll('.plate').forEach(plate => {
        const caption = plate.parentElement.querySelector('figcaption p');
        if (caption) join(plate, caption, caption.textContent);
    });
    document.querySelectorAll('h1, h2, h3').forEach(heading => {
        const next = [heading.nextElementSibling].filter(next => next && visible(next))[0];
        if (next && visible(heading)) join(heading, firstOf(next), heading.textContent);
    });
    function firstOf(part) {
        const inner = part.matches('ul, ol, dl, section, div, figure, blockquote') &&
            [...part.children].find(child => visible(child));
        return inner ? firstOf(inner) : part.matches('table') ? part.caption : part;
    }
    // Looked up all at once, then changed: each change of the page makes the next look-up slow.
    const unplaced = new Set(marks.map(([part]) => part).filter(part => getComputedStyle(part).position == 'static'));
    unplaced.forEach(part => { part.style.position = 'relative' });
    marks.forEach(([part, name, edge]) => {
        const word = document.createElement('span');
        word.textContent = name;
        word.style.cssText = `position:absolute;font:1px monospace;letter-spacing:0;text-transform:none;left:0;${edge}`;
        part.append(word);
    });
    return together;
}"""


def _without_number(sheet: str, number: int) -> str:
    """A sheet's text without its number, which is drawn first."""
    return sheet.removeprefix(f"{number}\n")


def _pdftotext(path: Path, *options: str) -> str:
    command = ["pdftotext", *options, "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def bare(text: str) -> str:
    """Letters and digits only: line ends, hyphens at them and ligatures are the paper's affair."""
    return re.sub(r"[\W_]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl")).casefold()


TEXTS = """() => {
    // Each run of text of the page, hidden ones too, without what is for the screen only; a diamond is no letter.
    const screen = '.skip, nav, .switch, .section p, .zoom, .withdraw, .consequences, .invite, .turn, .visually-hidden, ' +
        '.then, .unopposed, .matrix i, .crop small, svg, style';
    const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        if (!walker.currentNode.parentElement.closest(screen)) texts.push(walker.currentNode.data);
    return texts;
}"""


def missing(page: Page, paper: Print) -> list[str]:
    """The texts of a page that do not stand in a print as they are, as often as on the page."""
    found = bare(paper.text)
    texts = Counter(bare(text) for text in page.evaluate(TEXTS))
    return [text for text, times in texts.items() if text and found.count(text) < times]


def assert_fit_for_paper(paper: Print, size: str) -> None:
    """Check that a print is on sheets of its size, numbered, within their margins and without controls."""
    width, height = POINTS[size]
    assert all(abs(sheet[0] - width) < 2 and abs(sheet[1] - height) < 2 for sheet in paper.sizes)
    numbers = {word.sheet for word in paper.words if word.top > height - 50 and word.text == str(word.sheet)}
    assert numbers == set(range(1, len(paper.sizes) + 1))
    assert not [word for word in paper.words if word.left < 30 or word.right > width - 30 or word.top < 30]
    assert [control for control in CONTROLS if bare(control) in bare(paper.text)] == []


@pytest.mark.parametrize(("path", "size"), [(path, size) for path in TEMPLATES.values() for size in POINTS])
def test_every_page_prints_whole_with_its_notes_opened_nothing_torn_apart_and_no_control(
    path: str, size: str, printer: Printer
) -> None:
    paper = printer.paper(path, size)
    assert_fit_for_paper(paper, size)
    assert paper.torn() == []
    page = printer.reader.open(path)
    assert missing(page, paper) == []
    page.emulate_media(media="print")
    assert page.evaluate(CONTROLS_SEEN) == []


# On paper a mark is the number of a note.
CONTROLS_SEEN = """() => [...document.querySelectorAll('button:not(.mark), input, select, textarea, nav, .skip, .consequences')]
    .filter(part => part.checkVisibility({visibilityProperty: true})).map(part => part.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("path", ["sources.html", "made-up/bridge/index.html"])
def test_the_address_of_every_link_that_leads_elsewhere_is_printed(path: str, printer: Printer) -> None:
    paper = bare(printer.paper(path, "A4").text)
    links = printer.reader.open(path).locator("a[href^=http]").all()
    assert links
    assert [link for link in links if bare(str(link.get_attribute("href"))) not in paper] == []


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("index.html", (".note .grounds li", ".prices td", ".annotation p", ".finding")),
        ("evidence.html", (".claims details .grounds li", ".dependants a", ".matrix thead th[scope=col]")),
    ],
)
def test_notes_and_prices_are_among_what_is_looked_for(path: str, parts: tuple[str, ...], reader: Reader) -> None:
    page = reader.open(path)
    looked_for = bare(" ".join(page.evaluate(TEXTS)))
    for part in parts:
        words = [word for text in page.locator(part).all_text_contents() for word in text.split()]
        assert words, part
        assert [word for word in words if bare(word) not in looked_for] == [], part


@pytest.mark.parametrize("size", POINTS)
def test_the_longest_page_prints_whole_with_every_voice_above_its_table_on_every_sheet(
    size: str, printer: Printer
) -> None:
    paper = printer.paper("evidence.html", size)
    page = printer.reader.open("evidence.html")
    assert_fit_for_paper(paper, size)
    assert paper.torn() == []
    assert missing(page, paper) == []
    head = [word for word in paper.words if word.text == "Itself" and word.top > 30]
    sheets = {word.sheet for word in head}
    columns = page.locator(".matrix thead th", has_text="Itself").count()
    assert [sum(word.sheet == sheet for word in head) for sheet in sheets] == [columns] * len(sheets)
    last_voices = [word for word in paper.words if word.sheet in sheets and word.text == "Council"]
    assert max(word.left for word in last_voices) > max(word.left for word in head)


@pytest.mark.parametrize("size", POINTS)
@pytest.mark.parametrize(("number", "markers"), [(1, ["1", "2"]), (2, ["2", "1", "3", "4"])])
def test_markers_are_printed_over_their_picture(number: int, markers: list[str], size: str, printer: Printer) -> None:
    paper = printer.paper("index.html", size)
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
