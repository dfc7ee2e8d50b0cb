"""The programs that keep references read how to cite a story, each in its own format."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from microsite import citing, derive
from microsite.claimviews import Words
from tests import helpers
from tests.derived import site_of, story_of

FRONT = """\
---
title: '{title}'
standfirst: A standfirst.
status: published
{more}
---

[A shop opened](seed:paper/opening).
"""

Files = Mapping[str, str]


@pytest.fixture
def cited(tmp_path: Path) -> Callable[..., Files]:
    def make(title: str = "A title", more: str = "", url: str = "") -> Files:
        story = {"content/story/index.md": FRONT.format(title=title, more=more), "content/story/exhibits.yaml": None}
        site = {
            "content/site.yaml": helpers.FILES["content/site.yaml"].rstrip(" ") + (f"    url: {url}\n" if url else "")
        }
        view = story_of(tmp_path, {**story, **site})
        site_view = derive.site_view(site_of(tmp_path), "en", several_stories=False)
        written = helpers.read_story(tmp_path)
        files = citing.citation_files(written, view, site_view, Words("en", "en"), "story/")
        return {name: data.decode() for name, data in files}

    return make


def bibtex(files: Files) -> dict[str, str]:
    library = parse_string(files["cite.bib"])
    assert library.failed_blocks == []
    (entry,) = library.entries
    return {field.key: field.value for field in entry.fields}


def test_bibtex_is_read_by_others(cited: Callable[..., Files]) -> None:
    fields = bibtex(cited(more="published: 2026-11-24\nauthors: [Ha Na, Du Ri]", url="https://paper.example/coats/"))
    assert fields["title"] == "{A title}"
    assert fields["author"] == "{Ha Na} and {Du Ri}"
    assert [fields[name] for name in ("year", "month", "day")] == ["2026", "nov", "24"]
    assert fields["url"] == "https://paper.example/coats/story/index.html"


def test_signs_that_bibtex_acts_on_are_escaped(cited: Callable[..., Files]) -> None:
    fields = bibtex(cited(title="100 % of {R&D} costs $5_000 #1"))
    assert fields["title"] == r"{100 \% of \textbraceleft{}R\&D\textbraceright{} costs \$5\_000 \#1}"


@pytest.mark.parametrize("title", ["One { alone", "Or } the other", r"A \\ too"])
def test_braces_stay_paired_whatever_the_title(title: str, cited: Callable[..., Files]) -> None:
    text = cited(title=title)["cite.bib"]
    assert text.count("{") == text.count("}")
    assert "note" in bibtex({"cite.bib": text})


def test_ris_is_read_by_others(cited: Callable[..., Files]) -> None:
    text = cited(more="published: 2026-11\nauthors: [Ha Na]", url="https://paper.example/")["cite.ris"]
    (entry,) = rispy.loads(text)
    assert (entry["title"], entry["authors"], entry["year"]) == ("A title", ["Ha Na"], "2026")
    assert entry["date"] == "2026/11//"
    assert entry["urls"] == ["https://paper.example/story/index.html"]
    assert text.endswith("ER  - \r\n")


def test_csl_json_is_set_by_others(cited: Callable[..., Files]) -> None:
    data = json.loads(cited(more="published: 2026-11-24\nauthors: [Ha Na]")["cite.json"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # which is how an unknown field is told
        source = CiteProcJSON(data)
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, source, formatter.plain)
    bibliography.register(Citation([CitationItem("story")]))
    assert "".join(map(str, bibliography.bibliography()[0])).startswith("Ha Na (2026) A title")


def test_a_story_without_authors_is_its_publishers(cited: Callable[..., Files]) -> None:
    files = cited()
    assert bibtex(files)["author"] == "{A publisher}"
    assert json.loads(files["cite.json"])[0]["author"] == [{"literal": "A publisher"}]


@pytest.mark.parametrize("more", ["", "published: XXXX-12-11"])
def test_a_date_without_a_year_is_left_out(more: str, cited: Callable[..., Files]) -> None:
    files = cited(more=more)
    assert not {"year", "month", "day"} & bibtex(files).keys()
    assert "PY" not in files["cite.ris"]
    assert "issued" not in json.loads(files["cite.json"])[0]


def test_without_the_sites_url_no_address_is_made_up(cited: Callable[..., Files]) -> None:
    files = cited()
    assert "url" not in bibtex(files)
    assert "UR  -" not in files["cite.ris"]
    assert "URL" not in json.loads(files["cite.json"])[0]
