"""The benchmarks: that what they build is what they say, and that they tell all they promise."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import bench, corpus, desk, graph, peer_sites, peers, toolbox
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


def test_a_plain_article_has_its_words_tables_and_footnotes() -> None:
    for article in peer_sites.articles(3):
        prose = [line for line in article.body.splitlines() if line and not line.startswith(("#", "|", "[^"))]
        assert len(" ".join(prose).split()) == 800
        assert article.body.count("|---|---|---|") == 2
        assert len(re.findall(r"^\[\^\d\]: ", article.body, re.MULTILINE)) == 2


def test_every_contender_is_given_the_same_articles(tmp_path: Path) -> None:
    tools = toolbox.Toolbox(tmp_path / "tools")
    second = [*peer_sites.articles(2)][1]
    for name, each in peers.contenders(tools).items():
        if name != peers.EVIDENCE:
            each.write(tmp_path / name, 2)
            text = (tmp_path / name / each.article.format(second.slug)).read_text("utf-8")
            assert second.body in text, name
            assert second.title in text, name


def test_a_peer_that_cannot_be_had_is_absent_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "tools").write_text("a file where a folder should be")
    tools = toolbox.Toolbox(tmp_path / "tools")
    assert not tools.has("hugo")
    assert tools.absent["hugo"]


def test_our_site_with_the_outputs_of_the_peers_keeps_every_check(tmp_path: Path) -> None:
    peer_sites.ours(tmp_path / "site-of-ours", 2)
    command = [sys.executable, "-m", "benchmarks.one_page"]
    environment = {**os.environ, "PYTHONPATH": str(trees.ROOT)}
    run = subprocess.run(
        command, cwd=tmp_path / "site-of-ours", env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    made = {path.relative_to(tmp_path / "site-of-ours/site").as_posix() for path in tmp_path.rglob("site/*/*.*")}
    assert {path for path in made if path.startswith("story-")} == {
        f"story-000{number}/{name}.html" for number in (0, 1) for name in ("index", "offline", "text")
    }
    assert (tmp_path / "site-of-ours/site/feed.xml").is_file()


def test_a_mark_is_a_ratio_of_the_least_times_of_one_run() -> None:
    rows = [
        {"stories": 1000, "tool": tool, "build": "unchanged", "least_s": least}
        for tool, least in (("Microsite", 0.05), ("Hugo", 0.4))
    ]
    (mark,) = peers.marks(rows)
    assert (mark["found"], mark["most"], mark["met"]) == (0.125, 0.1, False)


def test_what_is_published_of_measurements_is_what_was_measured() -> None:
    kept = json.loads(bench.MEASURED.read_text("utf-8"))
    readme = bench.README.read_text("utf-8")
    assert bench.with_tables(readme, kept) == readme, 'make bench ARGS="--publish" writes it'
    assert graph.svg(kept["growth"]["builds"]) == bench.GRAPH.read_text("utf-8")
