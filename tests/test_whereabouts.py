"""What only a made page shows to be wrong is told at the line that its author wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from microsite import pipeline
from microsite.command import order_for
from tests import helpers
from tests.helpers import replaced

STORY, EXHIBITS = "content/story/index.md", "content/story/exhibits.yaml"
LINK = "See [it](#nowhere)."


def found(root: Path, changes: dict[str, str]) -> list[str]:
    """What stops a build of the small site with some changes, each as `place kind`."""
    helpers.write_site(root, dict(changes))
    result = pipeline.build(order_for(str(root)))
    assert result.outcome == "stopped"
    return [f"{diagnostic.at} {diagnostic.kind}" for diagnostic in result.diagnostics]


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (replaced(STORY, "![](exhibit:shop)", f"Words?\n\n{LINK}\n\n![](exhibit:shop)"), f"{STORY}:11:10"),
        (replaced(STORY, "standfirst: A standfirst.", f'standfirst: "{LINK}"'), f"{STORY}:3:13"),
        # stands on the page about the story and, the first of its methods, on the story's own
        (replaced(STORY, "status: published", f'status: published\nmethods: ["{LINK}"]'), f"{STORY}:5:11"),
        # stands on the story's page and on the exhibit's
        (replaced(EXHIBITS, "note: The door.", f'note: "{LINK}"'), f"{EXHIBITS}:13:13"),
        # leads somewhere on the story's page, and nowhere on the exhibit's
        (replaced(EXHIBITS, "note: The door.", 'note: "[It](#c-opening)."'), f"{EXHIBITS}:13:13"),
    ],
)
def test_link_to_no_place_is_told_once_where_it_is_written(changes: dict[str, str], place: str, tmp_path: Path) -> None:
    assert found(tmp_path, changes) == [f"{place} broken-link"]


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize(
    ("prose", "place"),
    [
        ("## One {#here}\n\n## Two {#here}", f"{STORY}:11:10"),
        ("## Reply {#reply}", f"{STORY}:9:12"),
        ("[A shop](seed:paper/opening){#x-shop}", f"{STORY}:9:31"),
    ],
    ids=["twice in the prose", "as the page itself has it", "as an exhibit has it"],
)
def test_name_given_twice_is_told_where_it_is_written(prose: str, place: str, tmp_path: Path) -> None:
    changes = replaced(STORY, "![](exhibit:shop)", f"{prose}\n\n![](exhibit:shop)")
    assert found(tmp_path, changes) == [f"{place} duplicate-id"]


@pytest.mark.usefixtures("compiled_once")
@pytest.mark.parametrize("name", ["one", "a-longer-one", "1"])
def test_footnote_that_nothing_refers_to_is_told(name: str, tmp_path: Path) -> None:
    changes = replaced(STORY, "![](exhibit:shop)", f"Words?\n\n[^{name}]: A note.\n\n![](exhibit:shop)")
    assert found(tmp_path, changes) == [f"{STORY}:11:3 broken-link"]


@pytest.mark.usefixtures("compiled_once")
def test_what_a_template_got_wrong_keeps_its_place(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    head = "{% extends 'base.html' %}{% block title %}Exhibits{% endblock %}\n"
    broken = '{% block content %}<h1 id="content"><a href="#nowhere">Exhibits</a></h1>{% endblock %}'
    (tmp_path / "templates/exhibits.html").write_text(head + broken)
    page = "site/story/exhibits/index.html:1:1"
    assert sorted(set(found(tmp_path, {}))) == [f"{page} broken-link", f"{page} duplicate-id"]
