"""Which editor a place is opened in, and by what address."""

from __future__ import annotations

import pytest

from microsite import editors


@pytest.mark.parametrize(
    ("named", "environment", "address"),
    [
        (None, {}, ""),
        ("none", {"MICROSITE_EDITOR": "zed"}, ""),
        ("zed", {"MICROSITE_EDITOR": "vscode"}, editors.ADDRESSES["zed"]),
        (None, {"MICROSITE_EDITOR": "idea", "EDITOR": "code"}, editors.ADDRESSES["idea"]),
        (None, {"EDITOR": "/usr/bin/code --wait"}, editors.ADDRESSES["vscode"]),
        (None, {"VISUAL": "subl", "EDITOR": "code"}, editors.ADDRESSES["sublime"]),
        (None, {"EDITOR": "vim"}, ""),
        (None, {"TERM_PROGRAM": "vscode"}, editors.ADDRESSES["vscode"]),
        ("mine://open/{file}?at={line}", {}, "mine://open/{file}?at={line}"),
    ],
)
def test_the_command_line_is_heeded_before_the_environment_and_that_before_hints(
    named: str | None, environment: dict[str, str], address: str
) -> None:
    assert editors.chosen(named, environment) == address


@pytest.mark.parametrize("name", ["vi", "javascript://{file}", "http://a/{file}", "JAVASCRIPT:{file}", "x://nothing"])
def test_what_is_no_editor_and_no_address_of_one_is_refused(name: str) -> None:
    with pytest.raises(editors.UnknownEditor, match="vscode"):
        editors.chosen(name, {})


@pytest.mark.parametrize(
    ("file", "link"),
    [
        ("/a/b.md", "vscode://file/a/b.md:3:7"),
        ("/Über uns/a b#?.md", "vscode://file/%C3%9Cber%20uns/a%20b%23%3F.md:3:7"),
        ("C:\\Users\\a\\b.md", "vscode://file/C:/Users/a/b.md:3:7"),
        ("/a/{line}.md", "vscode://file/a/%7Bline%7D.md:3:7"),
    ],
)
def test_a_place_is_put_into_the_address_so_that_nothing_of_a_path_means_anything_in_it(file: str, link: str) -> None:
    assert editors.link(editors.ADDRESSES["vscode"], file, 3, 7) == link
