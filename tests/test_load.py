"""Reading a site's files: what is read, and each kind of bad input refused at its place with nothing lost."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from microsite import authored, inventory, load
from microsite.diagnostics import Position

from .helpers import FILES, SITE, STORY, diagnose, found, read_story, replaced, write_site

INDEX, EXHIBITS, PRICES = (f"content/story/{name}" for name in ("index.md", "exhibits.yaml", "prices.yaml"))
PLAIN_STORY = "---\ntitle: Another\nstandfirst: Another.\nstatus: draft\n---\nWords?\n"
needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
needs_links = pytest.mark.skipif(os.name == "nt", reason="links need a privilege here")


def bytes_of(name: str) -> bytes:
    return dedent(FILES[name]).encode()


# --- What is read ----------------------------------------------------------------------------------------------------


def test_a_small_site_is_read_without_mistakes(tmp_path: Path) -> None:
    assert found(write_site(tmp_path)) == []


def test_the_tree_is_listed_in_order(tmp_path: Path) -> None:
    tree, problems = inventory.tree(
        str(write_site(tmp_path, {"seeds/another.yaml": "", "content/story/photos/shop.jpg": b"\xff"}))
    )
    assert problems == []
    assert tree.stories == {"story": ("exhibits.yaml", "index.md", "photos/shop.jpg", "prices.yaml")}
    assert tree.seeds == ("another", "paper")


def test_a_story_knows_the_digest_of_each_of_its_files(tmp_path: Path) -> None:
    story = read_story(write_site(tmp_path))
    assert story.digests == {name: sha256(bytes_of(name)).hexdigest() for name in (INDEX, EXHIBITS, PRICES)}
    _, _, digest = load.seed(str(tmp_path), "paper")
    assert digest == sha256(bytes_of("seeds/paper.yaml")).hexdigest()


def test_prose_begins_after_the_front_matter_and_knows_its_line(tmp_path: Path) -> None:
    prose = read_story(write_site(tmp_path)).editions["en"]
    assert prose.at == Position(INDEX, 6)
    assert prose.text.startswith("\n[A shop opened]")


def test_exhibits_and_prices_may_be_left_out(tmp_path: Path) -> None:
    story = read_story(write_site(tmp_path, {EXHIBITS: None, PRICES: None}))
    assert (dict(story.exhibits), story.prices, dict(story.price_rows)) == ({}, None, {})


def test_translations_stand_beside_the_original(tmp_path: Path) -> None:
    story = read_story(write_site(tmp_path, {"content/story/index.ko.md": "가게\n"}))
    assert (list(story.editions), story.editions["ko"].at) == (["en", "ko"], Position("content/story/index.ko.md"))


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_byte_order_mark_and_crlf_change_nothing(tmp_path: Path, name: str) -> None:
    windows = b"\xef\xbb\xbf" + bytes_of(name).replace(b"\n", b"\r\n")
    assert found(write_site(tmp_path, {name: windows})) == []


def test_positions_are_the_same_with_a_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    broken = dedent(FILES[PRICES]).replace("price: 200", "price: cheap")
    (plain,) = diagnose(write_site(tmp_path / "a", {PRICES: broken}))[:1]
    (windows,) = diagnose(
        write_site(tmp_path / "b", {PRICES: b"\xef\xbb\xbf" + broken.replace("\n", "\r\n").encode()})
    )[:1]
    assert windows == plain
    assert str(plain.at) == f"{PRICES}:12:12"


def test_prices_may_stand_in_a_spreadsheet(tmp_path: Path) -> None:
    head = dedent(FILES[PRICES]).split("prices:\n")[0]
    rows = "id,place,population,item,price,statistic,seed\nshirt,shop,goods,A shirt,200,single,paper/price\n"
    root = write_site(tmp_path, {PRICES: head + "prices: rows.csv\n", "content/story/rows.csv": rows})
    assert found(root) == []
    story = read_story(root)
    assert story.price_rows["shirt"].at == Position("content/story/rows.csv", 2, 1)
    assert "content/story/rows.csv" in story.digests


# --- Files that cannot be read as text -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(FILES))
def test_invalid_utf8_is_refused_at_its_byte(tmp_path: Path, name: str) -> None:
    data = bytes_of(name)
    line = data.index(b"\n") + 1
    root = write_site(tmp_path, {name: data[:line] + "é한".encode() + b"\xff" + data[line:]})
    assert f"{name}:2:3 unreadable-file" in found(root)


def test_the_place_of_a_bad_byte_counts_characters_after_a_mark_and_crlf(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbfa\r\n\xc3\xa9\xc3\r\n")
    text, (problem,) = authored.read_text(str(tmp_path), "f")
    assert text is None
    assert (str(problem.at), problem.message) == ("f:2:2", "the byte 0xc3 here is not UTF-8")
    (tmp_path / "f").write_bytes(b"\xef\xbb\xbf\xe9")
    assert str(authored.read_text(str(tmp_path), "f")[1][0].at) == "f:1:1"


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_nul_byte_is_refused_at_its_place(tmp_path: Path, name: str) -> None:
    root = write_site(tmp_path, {name: b"# first\n# se\0cond\n"})
    assert f"{name}:2:5 unreadable-file" in found(root)


def test_utf16_is_refused(tmp_path: Path) -> None:
    root = write_site(tmp_path, {INDEX: dedent(STORY).encode("utf-16")})
    assert [line.split()[1] for line in found(root)] == ["unreadable-file"]


def test_a_five_megabyte_line_is_refused_unread(tmp_path: Path) -> None:
    root = write_site(tmp_path, {INDEX: dedent(STORY) + "word " * 1_000_000})
    (problem,) = diagnose(root)
    assert (str(problem.at), problem.kind) == (f"{INDEX}:1:1", "oversized-file")
    assert "5,000,1" in problem.message


def test_a_long_line_that_still_fits_a_file_is_refused_at_its_line(tmp_path: Path) -> None:
    root = write_site(tmp_path, {INDEX: dedent(STORY) + "\n" + "word " * 30_000})
    assert f"{INDEX}:11:1 oversized-file" in found(root)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_read_or_refused_with_a_place(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any").write_bytes(data)
    text, problems = authored.read_text(str(folder), "any")
    assert (text is None) == bool(problems)
    if text:
        assert "\r" not in text.value
    for problem in problems:
        assert problem.kind == "unreadable-file"
        assert problem.at.line <= data.count(b"\n") + data.count(b"\r") + 1


# --- Files that are missing, unknown or misnamed ---------------------------------------------------------------------


def test_without_a_site_file_nothing_else_is_read(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, {"content/site.yaml": None})) == ["content/site.yaml:1:1 missing-file"]
    assert found(tmp_path / "nowhere") == ["content/site.yaml:1:1 missing-file"]


def test_a_story_without_its_text_is_reported(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, {INDEX: None})) == [f"{INDEX}:1:1 missing-file"]


def test_a_spreadsheet_that_is_not_there_is_reported_where_it_is_named(tmp_path: Path) -> None:
    head = dedent(FILES[PRICES]).split("prices:\n")[0]
    names = ["prices: rows.csv", "prices: ../story/rows.csv", "prices: /etc/passwd", "prices: rows.txt"]
    for number, line in enumerate(names):
        root = write_site(
            tmp_path / str(number),
            {PRICES: f"{head}{line}\n", "content/story/rows.txt": "id\n", "content/rows.csv": "id\n"},
        )
        assert f"{PRICES}:7:9 missing-file" in found(root)


@pytest.mark.parametrize(
    "name",
    [
        "content/notes.txt",
        "content/story/exhibits.yml",
        "content/story/index.korean.md",
        "content/story/index.ko.txt",
        "content/story/index.en.md",
        "content/story/drafts/index.md",
        "seeds/paper.yml",
        "seeds/old/paper.yaml",
    ],
)
def test_a_file_that_nothing_reads_is_a_warning(tmp_path: Path, name: str) -> None:
    (problem,) = diagnose(write_site(tmp_path, {name: "text\n"}))
    place = name.removesuffix("/index.md").removesuffix("/paper.yaml")
    assert (str(problem.at), problem.kind, problem.severity) == (f"{place}:1:1", "unknown-file", "warning")


def test_a_text_in_the_first_language_never_takes_the_place_of_the_original(tmp_path: Path) -> None:
    root = write_site(tmp_path, {"content/story/index.en.md": "Another text\n"})
    tree, _ = inventory.tree(str(root))
    story, _ = load.story(str(root), "story", tree.stories["story"], "en")
    assert story is not None
    assert "A shop opened" in story.editions["en"].text


def test_hidden_files_backups_and_readmes_are_passed_over(tmp_path: Path) -> None:
    names = [
        "content/.DS_Store",
        "content/README.md",
        "content/story/index.md~",
        "content/story/.index.md.swp",
        "seeds/README.md",
    ]
    assert found(write_site(tmp_path, dict.fromkeys(names, "x"))) == []


@pytest.mark.parametrize("slug", [*sorted(inventory.RESERVED_SLUGS), "ko", "xx"])
def test_the_name_of_a_page_or_a_language_is_refused_for_a_story(tmp_path: Path, slug: str) -> None:
    assert found(write_site(tmp_path, {f"content/{slug}/index.md": PLAIN_STORY})) == [
        f"content/{slug}:1:1 reserved-name"
    ]


@pytest.mark.parametrize("slug", ["Story2", "my story", "story_2", "-story", "café"])
def test_a_name_that_cannot_be_an_address_is_refused(tmp_path: Path, slug: str) -> None:
    root = write_site(
        tmp_path, {f"content/{slug}/index.md": PLAIN_STORY, f"seeds/{slug}.yaml": FILES["seeds/paper.yaml"]}
    )
    assert found(root) == [f"content/{slug}:1:1 bad-name", f"seeds/{slug}.yaml:1:1 bad-name"]


def test_names_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    root = write_site(
        tmp_path,
        {"content/STORY/index.md": STORY, "seeds/Paper.yaml": FILES["seeds/paper.yaml"], f"{INDEX[:-3]}.MD": "x"},
    )
    if not (tmp_path / "content/story").samefile(tmp_path / "content/STORY"):
        kinds = {
            "content/story:1:1 clashing-names",
            "seeds/paper.yaml:1:1 clashing-names",
            "content/story/index.md:1:1 clashing-names",
        }
        assert kinds <= set(found(root))


@needs_links
def test_a_name_that_cannot_be_printed_is_shown_escaped(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    try:
        (root / "content" / os.fsdecode(b"bad-\xff")).mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    (root / "content/two\nlines").mkdir()
    assert found(root) == ["content/bad-\\udcff:1:1 bad-name", "content/two\\nlines:1:1 bad-name"]


# --- Links, pipes and devices ----------------------------------------------------------------------------------------


@needs_links
@pytest.mark.parametrize(
    "name", ["content/site.yaml", INDEX, EXHIBITS, PRICES, "seeds/paper.yaml", "content/story", "content", "seeds"]
)
def test_a_symlink_is_refused_wherever_it_leads(tmp_path: Path, name: str) -> None:
    root, path = write_site(tmp_path / "site"), tmp_path / "site" / name
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    problems = diagnose(root)
    assert f"{name}:1:1 irregular-file" in [f"{problem.at} {problem.kind}" for problem in problems]
    assert [p.message for p in problems if p.kind == "irregular-file"] == [f"`{name}` is a symlink"]


@needs_links
def test_a_dangling_symlink_and_one_into_a_circle_are_refused(tmp_path: Path) -> None:
    root = write_site(tmp_path)
    (root / "content/story/index.ko.md").symlink_to("nowhere")
    (root / "content/loop").symlink_to("loop")
    assert found(root) == ["content/loop:1:1 irregular-file", "content/story/index.ko.md:1:1 irregular-file"]


@needs_pipes
@pytest.mark.parametrize(
    "name", ["content/pipe", INDEX, EXHIBITS, "content/site.yaml", "seeds/paper.yaml", "content/story/photos/shop.jpg"]
)
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path, name: str) -> None:
    path = (
        write_site(tmp_path, {"content/story/photos/other.jpg": b""} | ({name: None} if name in FILES else {})) / name
    )
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)
    assert f"{name}:1:1 irregular-file" in found(tmp_path)


@needs_pipes
def test_a_pipe_read_directly_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    text, (problem,) = authored.read_text(str(tmp_path), "pipe")
    assert text is None
    assert problem.kind == "irregular-file"


def test_a_device_is_refused(tmp_path: Path) -> None:
    device = write_site(tmp_path) / "content/story/rows.csv"
    try:
        os.mknod(device, stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except (AttributeError, OSError):
        pytest.skip("only root can make devices")
    assert found(tmp_path) == ["content/story/rows.csv:1:1 irregular-file"]


def test_a_folder_in_a_files_place_is_refused(tmp_path: Path) -> None:
    root = write_site(tmp_path, {INDEX: None})
    (root / INDEX).mkdir()
    assert f"{INDEX}:1:1 irregular-file" in found(root)


def test_a_file_in_a_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("x")
    assert "content:1:1 irregular-file" in found(tmp_path)


# --- The stored text of a seed ---------------------------------------------------------------------------------------


def with_text(name: str) -> dict[str, str | bytes | None]:
    return {
        "seeds/paper.yaml": dedent(FILES["seeds/paper.yaml"]).replace(
            "publisher: A paper", f"publisher: A paper\ntext: {name}"
        )
    }


def test_a_stored_text_is_read_from_beside_its_seed(tmp_path: Path) -> None:
    root = write_site(tmp_path, with_text("원문 1.txt") | {"seeds/원문 1.txt": "A shop opened."})
    seed, _, _ = load.seed(str(root), "paper")
    assert seed is not None
    assert load.with_seed_text(str(root), seed) == ("A shop opened.", [])


@pytest.mark.parametrize(
    "name", ["../content/site.yaml", "/etc/passwd", ".hidden", r"..\\x", "sub/text.txt", "C:text.txt"]
)
def test_a_stored_text_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    assert found(write_site(tmp_path, with_text(f'"{name}"'))) == ["seeds/paper.yaml:1:1 bad-name"]


def test_a_stored_text_that_is_not_there_is_reported(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, with_text("text.txt"))) == ["seeds/paper.yaml:1:1 missing-file"]
    assert found(write_site(tmp_path, with_text(r'"te\0xt"'))) == ["seeds/paper.yaml:3:7 bad-value"]
    assert found(write_site(tmp_path, with_text("x" * 300))) == ["seeds/paper.yaml:1:1 bad-name"]


# --- Front matter and YAML -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "A text\n", "title: x\n---\n", "---\ntitle: x\n", "----\ntitle: x\n---\n", " ---\ntitle: x\n---\n"]
)
def test_front_matter_stands_between_two_lines_of_hyphens(tmp_path: Path, text: str) -> None:
    assert found(write_site(tmp_path, {INDEX: text})) == [f"{INDEX}:1:1 front-matter"]


def test_an_empty_front_matter_says_what_belongs_there(tmp_path: Path) -> None:
    (problem,) = diagnose(write_site(tmp_path, {INDEX: "---\n---\n![](exhibit:shop)\n"}))
    assert (str(problem.at), problem.kind) == (f"{INDEX}:2:1", "wrong-type")
    assert "`title`" in problem.hint


def test_a_mistake_in_the_front_matter_has_its_line_in_the_file(tmp_path: Path) -> None:
    root = write_site(tmp_path, replaced(INDEX, "status: published", "status: publishd\nunknown: 1"))
    assert found(root) == [f"{INDEX}:4:9 bad-value", f"{INDEX}:5:1 unknown-key"]


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("content/site.yaml", "title: A site", "titel: A site", ["1:1 missing-key", "2:1 unknown-key"]),
        ("content/site.yaml", "format: 1", "format: 2", ["1:9 bad-value"]),
        ("content/site.yaml", "languages: [en]", "languages: en", ["4:12 wrong-type"]),
        ("content/site.yaml", "languages: [en]", "languages: []", ["1:1 missing-key"]),
        ("content/site.yaml", "languages: [en]", "languages: [en, en]", ["4:17 duplicate-key"]),
        ("content/site.yaml", "languages: [en]", "languages: [en, tlh]", ["4:17 unknown-language"]),
        ("content/site.yaml", "languages: [en]", "languages: [en]\nfront: stori", ["5:8 unknown-story"]),
        ("content/site.yaml", "languages: [en]", "languages: [en]\nurl: javascript:x", ["5:6 bad-value"]),
        (EXHIBITS, "box: [0.1, 0.2, 0.3, 0.4]", "box: [0.1, 0.2, 0.95, 0.4]", ["11:14 bad-region"]),
        (EXHIBITS, "absent: not in hand", "absent: lost", ["6:11 bad-value"]),
        (EXHIBITS, "  title: The shop\n", "  title: The shop\n  title: Again\n", ["3:3 duplicate-key"]),
        (PRICES, "price: 200", "price: >1000", ["12:12 yaml-syntax"]),
        (PRICES, "price: 200", "price: " + "9" * 900_000, ["12:12 bad-price"]),
        (PRICES, "price: 200", "price: 200\n    date: 2019-02-30", ["13:11 bad-date"]),
        (PRICES, "statistic: single", "statistic: median", ["13:16 bad-value"]),
        (PRICES, "place: shop\n", "place: [shop]\n", ["9:12 wrong-type"]),
        (PRICES, "item: A shirt", "item: &x A shirt\n    date: *x", ["11:11 yaml-alias"]),
        (PRICES, "item: A shirt", "item: !!str A shirt", ["11:11 yaml-tag"]),
        (PRICES, "item: A shirt", "item: " + "[" * 100_000, ["11:32 yaml-depth"]),
        ("seeds/paper.yaml", "kind: news report", "kind: rumour", ["3:7 bad-value"]),
        ("seeds/paper.yaml", "reading: testimony\n  price", "reading: hearsay\n  price", ["14:14 bad-value"]),
        (
            "seeds/paper.yaml",
            "voice: witness\n    locator: paragraph 2",
            "voice: witness\n    locater: x",
            ["16:5 missing-locator", "17:5 unknown-key"],
        ),
    ],
)
def test_a_mistake_in_yaml_is_reported_at_its_place(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    root = write_site(tmp_path, replaced(name, old, new))
    here = [problem for problem in found(root) if problem.startswith(f"{name}:")]
    assert here == [f"{name}:{place}" for place in expected]


def test_problems_of_all_files_are_reported_in_one_run(tmp_path: Path) -> None:
    changes = {
        **replaced("content/site.yaml", "title: A site", "title: A site\nx: y"),
        **replaced(INDEX, "status: published", "status: x"),
        **replaced(EXHIBITS, "absent: not in hand", "absent: x"),
        **replaced(PRICES, "price: 200", "price: x"),
        **replaced("seeds/paper.yaml", "kind: news report", "kind: x"),
    }
    files = {line.partition(":")[0] for line in found(write_site(tmp_path, changes))}
    assert files == set(FILES)


def test_an_empty_site_file_says_what_belongs_there(tmp_path: Path) -> None:
    assert found(write_site(tmp_path, {"content/site.yaml": "# nothing\n"})) == ["content/site.yaml:1:1 wrong-type"]


def test_an_empty_exhibits_file_holds_no_exhibits(tmp_path: Path) -> None:
    root = write_site(tmp_path, {EXHIBITS: "", INDEX: STORY.replace("![](exhibit:shop)", "")})
    assert found(root) == []


def test_an_unreadable_file_is_reported_once(tmp_path: Path) -> None:
    for name in (PRICES, EXHIBITS):
        kinds = [line for line in found(write_site(tmp_path, {name: b"\xff"})) if name in line]
        assert kinds == [f"{name}:1:1 unreadable-file"]


def test_a_folder_named_like_an_edition_is_refused_for_a_story(tmp_path: Path) -> None:
    site = SITE.replace("[en]", "[en, zh-Hans]")
    root = write_site(tmp_path, {"content/site.yaml": site, "content/zh-hans/index.md": STORY})
    assert "content/zh-hans:1:1 reserved-name" in found(root)
