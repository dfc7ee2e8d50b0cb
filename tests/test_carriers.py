"""What must not be known, in a whole site: hidden pixels change no byte of it, and a tripwire is found in each carrier."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent

import pytest
from PIL.PngImagePlugin import PngInfo

from microsite import command, pipeline, tripwires
from microsite.command import order_for
from microsite.order import TRIPWIRES, TRIPWIRES_VARIABLE
from tests import trees
from tests.helpers import FILES, SITE, STORY, replaced, write_site
from tests.pictures import noise, saved

SHEET = "content/story/exhibits.yaml"
PHOTOGRAPH = """\
shop:
  title: The shop
  alt: Behind it {alt} stands.
  caption: The shop, [as {caption} saw it](seed:paper/opening).
  credit: A photographer
  rights: With permission.
  absent: not in hand
  redactions:
    - ellipse: [0.5, 0.5, 0.1, 0.2]
  annotations:
    window: {{region: {{box: [0.3, 0.3, 0.4, 0.4]}}, label: Window, note: Here {note} stood.}}
"""
CANARIES = {
    "headline": "Finch",
    "prose": "Kestrel",
    "voice": "Heron",
    "statement": "Plover",
    "locator": "Dunlin",
    "document": "Curlew",
    "alt": "Avocet",
    "caption": "Linnet",
    "note": "Whimbrel",
    "item": "Dotterel",
    "address": "gannet-canary.example",
}
"""A word for each place where somebody may write one."""


def write(root: Path, **words: str) -> Path:
    """A site with every output there is, with a word in each place."""
    front = "status: published\n    published: 2026-02-03\n"
    story = STORY.replace("A title", f"A {words['headline']} title").replace("    status: published\n", f"    {front}")
    seed = dedent(FILES["seeds/paper.yaml"])
    for old, where in (("A witness", "voice"), ("paragraph 1", "locator"), ("A shop opened.", "statement")):
        seed = seed.replace(old, f"{old.rstrip('.')} of {words[where]}", 1)
    return write_site(
        root,
        {
            "content/site.yaml": f"{dedent(SITE)}url: https://{words['address']}/site\n",
            "content/story/index.md": story.replace("A shop opened]", f"A shop of {words['prose']} opened]"),
            "seeds/paper.yaml": seed.replace("title: A report", f"title: A report of {words['document']}", 1),
            SHEET: PHOTOGRAPH.format(**{name: words[name] for name in ("alt", "caption", "note")}),
            **replaced("content/story/prices.yaml", "A shirt", f"A {words['item']} shirt"),
        },
    )


def photographed(root: Path, original: bytes) -> Path:
    root.parent.mkdir(exist_ok=True, parents=True)
    (root.parent / "original.png").write_bytes(original)
    asked = ["photo", str(root.parent / "original.png"), "--exhibit", "story/shop", "--root", str(root)]
    assert command.main(asked) == command.FINE
    return root


# --- What a redaction hides -------------------------------------------------------------------------------------------


def test_originals_that_differ_only_under_a_redaction_give_the_same_site_to_the_byte(
    compiled_once: None, tmp_path: Path
) -> None:
    sites = []
    for name, hidden in (("one", (255, 255, 255)), ("other", (200, 0, 30))):
        picture = noise((960, 640), 5)
        picture.paste(hidden, (440, 240, 520, 400))
        root = photographed(write(tmp_path / name / "site", **CANARIES), saved("PNG", picture))
        sheet = root / SHEET  # where the commitment alone differs, as it must, and which pages have a fingerprint of
        sheet.write_text(re.sub(r"(commitment: sha256-)[0-9a-f]{64}", r"\g<1>" + "0" * 64, sheet.read_text()))
        assert pipeline.build(order_for(str(root))).outcome == "built"
        sites.append(trees.bytes_of(root / "site"))
    one, other = sites
    assert one == other
    carriers = {re.sub(r"-[0-9a-f]{10}\b", "", path) for path in one}
    assert {
        "story/offline.html",
        "story/exhibits/shop.iiif.json",
        "images/story-card.png",
        "images/story-shop-window.jpg",
        "images/story-shop-480w.avif",
        "images/story-shop-960w.jpg",
    } <= carriers
    assert b"data:image/" in one["story/offline.html"]
    assert b"-shop .picture{background:#" in one["story/exhibits/shop.html"]


# --- What must not be said --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(compiled_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that was built before anybody had a list."""
    root = photographed(
        write(tmp_path_factory.mktemp("carriers") / "site", **CANARIES), saved("PNG", noise((960, 640)))
    )
    assert pipeline.build(order_for(str(root))).outcome == "built"
    return root


@pytest.fixture(scope="module")
def told(site: Path) -> set[tuple[str, str]]:
    """What a build says, now that there is one: each file, and what it holds."""
    (site / TRIPWIRES).write_text("".join(f"{word}\n" for word in CANARIES.values()))
    result = pipeline.build(order_for(str(site)))
    assert result.outcome == "stopped"
    assert {found.kind for found in result.diagnostics} == {"tripwire"}
    said = [(found.at.file, re.search(r"line (\d+) of", found.message)) for found in result.diagnostics]
    names = [*CANARIES]
    return {(file.removeprefix("site/"), names[int(line[1]) - 1]) for file, line in said if line}


@pytest.mark.parametrize(
    ("carrier", "words"),
    [
        ("story/index.html", "headline prose caption alt note item address"),
        ("story/evidence.html", "prose statement voice locator document"),
        ("story/evidence.json", "prose statement voice locator document"),
        ("story/evidence.csv", "prose voice locator"),
        ("story/prices.html", "item voice"),
        ("story/prices.csv", "item"),
        ("story/prices.json", "item"),
        ("story/sources.html", "document voice statement"),
        ("story/exhibits/shop.html", "caption alt note"),
        ("story/exhibits/shop.iiif.json", "caption note address"),
        ("story/offline.html", "headline prose caption alt note item statement document address"),
        ("story/text.html", "headline prose caption alt note item document address"),
        ("story/about.html", "headline"),
        ("story/cite.bib", "headline address"),
        ("story/cite.ris", "headline address"),
        ("story/cite.json", "headline address"),
        ("feed.xml", "headline prose caption address"),
        ("sitemap.xml", "address"),
        ("robots.txt", "address"),
        ("index.html", "headline address"),
        ("all-sources.html", "document"),
    ],
)
def test_a_word_is_found_in_each_file_that_carries_it(carrier: str, words: str, told: set[tuple[str, str]]) -> None:
    assert {(carrier, word) for word in words.split()} <= told


def listed(*words: str, monkeypatch: pytest.MonkeyPatch) -> tripwires.Wires:
    monkeypatch.setenv(TRIPWIRES_VARIABLE, "\n".join(words))
    return tripwires.read("nowhere")[0]


def test_a_word_is_found_in_what_search_engines_read_of_a_page(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (site / "site/story/text.html").read_text()
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data
    assert json.loads(data[1])
    for word in ("headline", "address"):
        wires = listed(CANARIES[word], monkeypatch=monkeypatch)
        assert tripwires.in_file(wires, "page", data[0].encode()), word
    for tag in ("og:title", "og:url"):
        (meta,) = re.findall(rf'<meta property="{tag}"[^>]*>', (site / "site/story/index.html").read_text())
        word = "headline" if tag == "og:title" else "address"
        assert tripwires.in_file(listed(CANARIES[word], monkeypatch=monkeypatch), "page", meta.encode())


def test_what_a_qr_code_says_stands_in_its_page_in_letters_too(site: Path, told: set[tuple[str, str]]) -> None:
    """A code's squares say nothing to tripwires; the address that they spell is found beside them."""
    for name in ("text.html", "offline.html"):
        page = (site / "site/story" / name).read_text()
        assert '<svg class="code"' in page
        assert f'href="https://{CANARIES["address"]}/site/story/' in page
        assert (f"story/{name}", "address") in told


def test_a_word_in_a_pictures_metadata_comes_no_further_than_the_word_in_a_text(
    site: Path, told: set[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = PngInfo()
    extra.add_text("Comment", f"Taken by {CANARIES['voice']}", zip=True)
    data = saved("PNG", noise(), pnginfo=extra)
    (site / "static").mkdir()
    (site / "static/sign.png").write_bytes(data)
    try:
        assert "picture-metadata" in {found.kind for found in pipeline.build(order_for(str(site))).diagnostics}
    finally:
        (site / "static/sign.png").unlink()
    assert tripwires.in_file(listed(CANARIES["voice"], monkeypatch=monkeypatch), "static/sign.png", data)


def test_no_picture_of_a_site_carries_any_word(told: set[tuple[str, str]], site: Path) -> None:
    pictures = [path for path in trees.bytes_of(site / "site") if path.endswith((".avif", ".jpg", ".png"))]
    assert len(pictures) >= 6
    assert not {file for file, _ in told} & {*pictures}
