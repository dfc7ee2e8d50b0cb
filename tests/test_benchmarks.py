"""The benchmarks: that what they build is what they say, and that they tell all they promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import corpus, desk
from microsite import load, pipeline
from microsite.command import order_for
from tests import trees


def test_corpus_is_the_same_for_the_same_number() -> None:
    assert [*corpus.files(3)] == [*corpus.files(3)]
    assert [*corpus.files(2)] != [*corpus.files(2, number=2)]
    assert {*corpus.files(2)} < {*corpus.files(3)}, "a larger corpus holds the smaller one"


def test_every_story_has_its_words_citations_and_prices() -> None:
    for path, text in corpus.files(12):
        if path.endswith("prices.yaml"):
            assert len(re.findall(r"^    population: ", text, re.MULTILINE)) == 6
            assert text.count("](seed:") == 1
        elif path.endswith("index.md"):
            assert text.count("](seed:") == 19, "and one more with the prices"
            lines = text.split("---\n", 2)[2].splitlines()
            prose = " ".join(line for line in lines if not line.startswith(("#", "|", "[^")))
            bare = re.sub(r"\]\(seed:[^)]*\)|\[\^\d\]", "", re.sub(r"\{\{.*?\}\}", "figure", prose))
            assert len(bare.split()) == 800, path


def test_corpus_builds_without_a_complaint(tmp_path: Path) -> None:
    corpus.write(tmp_path / "corpus", 3)
    result = pipeline.build(order_for(str(tmp_path / "corpus")))
    assert (result.outcome, result.diagnostics, len(result.stories_made)) == ("built", (), 3)
    story, problems = load.story(str(tmp_path / "corpus"), "story-0001", ("index.md", "prices.yaml"), "en")
    assert story
    assert not problems
    assert len(story.price_rows) == 6


@pytest.mark.slow
def test_run_tells_every_build_with_its_ratios(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    arguments = ("--stories", "1", "2", "--rounds", "1", "--folder", tmp_path, "--json", figures)
    command = [sys.executable, "benchmarks/run.py", *map(str, arguments)]
    run = subprocess.run(command, cwd=trees.ROOT, capture_output=True, text=True, check=True)
    told = json.loads(figures.read_text("utf-8"))
    builds = ("cold", "unchanged", "one edit")
    assert [(row["stories"], row["build"]) for row in told["builds"]] == [(n, b) for n in (1, 2) for b in builds]
    for row in told["builds"]:
        for name, ratio in row["ratios_to_start"].items():
            assert row[name]["median"] == pytest.approx(ratio * told["start"][name]["median"])
            assert row[name]["median"] > 0
        assert row["build"] in run.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["figures.json"], "the sites are gone"


@pytest.mark.parametrize("what", desk.EDITS)
def test_each_edit_at_the_desk_shows_on_the_open_page(what: str, tmp_path: Path) -> None:
    site = desk.made_up(tmp_path / "site", 2)
    order = order_for(str(site.root), drafts=True)
    page = Path(order.site_folder, site.page)
    seen = set()
    for number in (7, 8):
        desk.save(*desk.EDITS[what](site, number))
        assert pipeline.build(order).outcome == "built"
        html = page.read_text("utf-8")
        assert desk.MARKS.get(what, "style-").format(number) in html
        seen.add(html)
    assert len(seen) == 2
