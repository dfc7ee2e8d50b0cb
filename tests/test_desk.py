"""The desk over real sockets: to whom it shows what is not published, from whom it takes what, and what it does with it."""

from __future__ import annotations

import io
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from microsite import annotator_handlers, desk_guard, easel, masters, photo, workfolder
from microsite.diagnostics import Position
from microsite.metadata import examined
from microsite.sketches import Shape
from tests.desks import Client, desk
from tests.helpers import EXHIBITS, write_site
from tests.pictures import SECRET, noise, with_riders

SHEET = "content/story/exhibits.yaml"
OTHER = """
    # The other one.
    other: {title: Other, caption: Words., alt: x, credit: x, absent: withheld}
    """
PRIVATE = "Whoever reads this has gone too far"
FACE = {"shape": "ellipse", "numbers": [0.5, 0.5, 0.2, 0.2]}
DOOR = {"id": "door", "label": "Door", "note": "The door.", "seed": "paper/opening"}
BOX = {"shape": "box", "numbers": [0.1, 0.2, 0.3, 0.4]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = write_site(tmp_path, {SHEET: EXHIBITS + OTHER})
    for path in ("private/secret.txt", "secret.html", "originals/secret.jpg", "site/404.html"):
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_text(PRIVATE if "secret" in path else "Nowhere")
    return site


@pytest.fixture
def client(root: Path) -> Iterator[Client]:
    with desk(root) as client:
        yield client


@cache
def photograph() -> bytes:
    """One with all that a camera writes; made once, since a colour profile tells the second it was made in."""
    return with_riders(image=noise((320, 240)))


def take_in(client: Client, data: bytes | None = None, name: str = "story/shop") -> Any:
    return client.ask("PUT", f"/_desk/photograph/{name}", data or photograph())


def sheet(root: Path) -> str:
    return (root / SHEET).read_text()


def everything(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and "lock" not in path.name}


# --- Who may ask -----------------------------------------------------------------------------------------------------

ADDRESSES: list[tuple[str, str, Any]] = [
    ("GET", "/_desk/exhibit/story/shop", None),
    ("GET", "/_desk/picture/story/shop", None),
    ("POST", "/_desk/preview/story/shop", []),
    ("POST", "/_desk/save/story/shop", {"drawing": {"annotations": [], "redactions": []}, "digest": ""}),
    ("POST", "/_desk/import", {"size": None, "annotations": []}),
    ("PUT", "/_desk/photograph/story/shop", b"x"),
]


def test_the_token_comes_in_the_address_and_goes_into_a_cookie(client: Client) -> None:
    answer = client.get(f"/ko/?desk={client.token}", Cookie=None)
    assert (answer.status, answer.headers["Location"]) == (303, "/ko/")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"desk-{client.port}={client.token}; ")
    assert {"HttpOnly", "Path=/_desk", "SameSite=Strict"} <= set(cookie.split("; "))
    assert client.get(f"//evil.example/?desk={client.token}").headers["Location"] == "/evil.example/"


def test_another_token_opens_nothing(client: Client) -> None:
    for token in ("", "x", client.token[:-1], client.token + "x", "é"):
        answer = client.get(f"/?desk={token.encode().hex() if token == 'é' else token}", Cookie=None)
        assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)


@pytest.mark.parametrize(("method", "path", "body"), ADDRESSES, ids=lambda value: str(value)[:40])
def test_without_the_token_nothing_is_shown_and_nothing_taken(
    method: str, path: str, body: Any, root: Path, client: Client
) -> None:
    take_in(client)
    before = everything(root)
    for cookie in (None, f"desk-{client.port}=", f"desk-{client.port}=x", f"desk-1={client.token}"):
        answer = client.ask(method, path, body, {"Cookie": cookie})
        assert (answer.status, answer.body) == (403, b"403 Forbidden\n")
    assert everything(root) == before


def test_without_the_token_the_page_says_where_it_is(client: Client) -> None:
    answer = client.get("/_desk/annotate/story/shop", Cookie=None)
    assert answer.status == 403
    assert b"Open the address that" in answer.body
    assert client.get("/_desk/annotate/story/shop").status == 200


@pytest.mark.parametrize(("method", "path", "body"), ADDRESSES, ids=lambda value: str(value)[:40])
def test_neither_another_name_for_this_computer_nor_another_sites_page_gets_in_with_it(
    method: str, path: str, body: Any, root: Path, client: Client
) -> None:
    take_in(client)
    before = everything(root)
    strangers: list[dict[str, str | None]] = [
        {"Host": f"evil.example:{client.port}"},
        {"Host": f"evil.example:{client.port}", "Origin": f"http://evil.example:{client.port}"},
        {"Host": f"127.0.0.1:{client.port + 1}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": f"http://127.0.0.1:{client.port + 1}"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    ]
    if method != "GET":
        strangers.append({"Origin": None})
    for headers in strangers:
        assert client.ask(method, path, body, headers).status == 403
    assert everything(root) == before


def test_what_is_shown_is_kept_nowhere_and_framed_by_nobody(client: Client) -> None:
    take_in(client)
    for path in ("exhibit", "picture", "annotate"):
        headers = client.get(f"/_desk/{path}/story/shop").headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert (headers["X-Frame-Options"], headers["Cross-Origin-Resource-Policy"]) == ("DENY", "same-origin")
    policy = client.get("/_desk/annotate/story/shop").headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
    assert "unsafe" not in policy


WAYS_OUT = ["../secret", "story/../../secret", "%2e%2e/secret", "story%2fshop", "..%2f..%2fprivate", "private/secret"]


@pytest.mark.parametrize("name", [*WAYS_OUT, "story/nobody", "nowhere/shop", "originals/secret.jpg", ".git/config"])
def test_nothing_but_the_exhibits_of_the_site_can_be_named(name: str, root: Path, client: Client) -> None:
    before = everything(root)
    for method, path, body in ADDRESSES:
        answer = client.ask(method, path.replace("story/shop", name), body)
        assert answer.status in (404, 405, 422) or path == "/_desk/import"
        assert PRIVATE.encode() not in answer.body
    assert {Path(path).name for path in everything(root).keys() - before.keys()} <= {".gitignore"}


# --- How much it takes -----------------------------------------------------------------------------------------------


def test_what_is_too_long_is_refused_before_it_is_taken_in(root: Path, client: Client) -> None:
    limits = {"save": desk_guard.LARGEST_JSON_BYTES, "photograph": annotator_handlers.LARGEST_PHOTOGRAPH_BYTES}
    for what, most in limits.items():
        method, kind = ("POST", "application/json") if what == "save" else ("PUT", "image/jpeg")
        head = (
            f"{method} /_desk/{what}/story/shop HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nOrigin: {client.origin}\r\n"
            f"Cookie: desk-{client.port}={client.token}\r\nContent-Type: {kind}\r\nContent-Length: {most + 1}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", client.port), timeout=20) as line:
            line.sendall(head.encode())
            assert line.recv(100).startswith(b"HTTP/1.1 413 ")
    assert not (root / "originals/.arriving").exists()


def test_what_does_not_say_how_long_or_of_what_kind_it_is_is_refused(client: Client) -> None:
    save = "/_desk/save/story/shop"
    assert client.ask("POST", save, {}, {"Content-Length": None, "Transfer-Encoding": "chunked"}).status == 411
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert client.ask("POST", save, {}, {"Content-Type": kind}).status == 415
    assert client.ask("PUT", "/_desk/photograph/story/shop", b"x", {"Content-Type": "text/html"}).status == 415
    assert client.ask("POST", save, b"{", {"Content-Type": "application/json"}).status == 400
    assert client.ask("POST", save, b"[" * 100_000, {"Content-Type": "application/json"}).status == 400
    assert client.ask("POST", save, [], {}).status == 400
    for method in ("GET", "PUT", "DELETE"):
        assert client.ask(method, save, {}).status in (403, 405)


@contextmanager
def half_an_upload(client: Client) -> Iterator[None]:
    """One that has begun, and of which no more comes."""
    head = (
        f"PUT /_desk/photograph/story/shop HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nOrigin: {client.origin}\r\n"
        f"Cookie: desk-{client.port}={client.token}\r\nContent-Type: image/jpeg\r\nContent-Length: 9000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", client.port), timeout=20) as line:
        line.sendall(head.encode() + b"x" * 100)
        yield


def test_an_upload_that_breaks_off_leaves_nothing(root: Path, client: Client) -> None:
    with half_an_upload(client):
        pass
    assert take_in(client).status in (200, 503)
    while take_in(client).status == 503:
        pass
    assert list((root / "originals/.arriving").iterdir()) == []


def test_an_upload_that_stalls_is_given_up_and_keeps_nobody_else_out(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("microsite.handlers.LONGEST_SENDING_S", 0.3)
    with desk(root) as client, half_an_upload(client):
        while not (arriving := root / "originals/.arriving").is_dir() or not [*arriving.iterdir()]:
            time.sleep(0.01)
        assert take_in(client).status == 503
        while take_in(client).status == 503:
            time.sleep(0.05)
        assert list(arriving.iterdir()) == []
        assert (root / "originals/story/shop.jpg").read_bytes() == photograph()


# --- The photograph --------------------------------------------------------------------------------------------------


def test_a_photograph_is_kept_under_a_neutral_name_and_no_master_is_made_before_saving(
    root: Path, client: Client
) -> None:
    before = sheet(root)
    assert take_in(client).status == 200
    kept = root / "originals/story/shop.jpg"
    assert kept.read_bytes() == photograph()
    assert os.name != "posix" or stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list((root / "originals/.arriving").iterdir()) == []
    assert sheet(root) == before
    assert not (root / "content/story/photos").exists()
    assert client.state()["kept"] is True


def test_a_photograph_that_is_dropped_and_not_saved_leaves_the_proof_of_the_one_before(
    root: Path, client: Client
) -> None:
    take_in(client)
    client.save({"annotations": [], "redactions": []}, on_photograph=True)
    other = with_riders(image=noise((320, 240), seed=5))
    take_in(client, other)
    assert photo.proves(str(root), "story/shop", None)
    assert client.get("/_desk/picture/story/shop").body == masters.master(other, (), easel.VIEW_PX)
    client.save({"annotations": [], "redactions": []}, on_photograph=True)
    assert photo.proves(str(root), "story/shop", None)
    assert photo.proves(str(root), "story/shop", str(root / "originals/story/shop-2.jpg"))
    assert "arrived" not in (root / "private/originals.json").read_text()


def test_what_is_no_picture_is_refused_in_one_line_and_not_kept(root: Path, client: Client) -> None:
    answer = take_in(client, b"Notes.")
    assert answer.status == 422
    (found,) = answer.json["problems"]
    assert found["message"].startswith("no master can be made of this file: it is not a picture in a format")
    assert found["hint"].startswith("export it as one of JPEG")
    assert not (root / "originals/story").exists()
    assert not (root / "private/originals.json").exists()
    assert list((root / "originals/.arriving").iterdir()) == []


def test_the_original_is_shown_scaled_upright_and_without_a_trace_of_its_camera(root: Path, client: Client) -> None:
    wide = noise((8, 6)).resize((2000, 1500), Image.Resampling.NEAREST)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SECRET.decode()
    written = io.BytesIO()
    wide.save(written, "JPEG", exif=exif)
    take_in(client, written.getvalue())
    answer = client.get("/_desk/picture/story/shop")
    found = examined(answer.body)
    assert found
    assert (found.format, found.width, found.height, found.carried) == ("JPEG", 1200, 1600, ())
    assert SECRET not in answer.body
    assert client.state()["sizes"] == {"original": [1500, 2000]}


def test_what_readers_get_is_made_by_the_masters_own_code(root: Path, client: Client) -> None:
    take_in(client)
    answer = client.ask("POST", "/_desk/preview/story/shop", [FACE])
    regions = [Shape("ellipse", (0.5, 0.5, 0.2, 0.2)).region(Position(""))]
    assert answer.body == masters.master(photograph(), regions, easel.VIEW_PX)
    with Image.open(io.BytesIO(answer.body)) as image:
        assert image.getpixel((160, 120)) == (0, 0, 0)
    assert client.ask("POST", "/_desk/preview/story/shop", [{"shape": "point", "numbers": [0, 0]}]).status == 422


def test_without_an_original_the_master_is_shown(root: Path, client: Client) -> None:
    assert client.get("/_desk/picture/story/shop").status == 404
    take_in(client)
    client.save({"annotations": [], "redactions": [FACE]}, on_photograph=True)
    (root / "originals/story/shop.jpg").unlink()
    assert (client.state()["kept"], client.state()["photo"]) == (False, True)
    assert client.get("/_desk/picture/story/shop").status == 200
    answer = client.save({"annotations": [], "redactions": []}, on_photograph=True)
    assert "the original is not at hand" in answer.json["to_do"][0]


# --- Saving ----------------------------------------------------------------------------------------------------------


def test_saving_a_drawing_on_a_photograph_records_it_and_makes_the_master(root: Path, client: Client) -> None:
    before = sheet(root)
    take_in(client)
    drawing = {"annotations": [{**DOOR, "shape": {"shape": "point", "numbers": [0.5, 0.25]}}], "redactions": [FACE]}
    answer = client.save(drawing, on_photograph=True)
    assert answer.status == 200
    with Image.open(root / answer.json["master"]) as image:
        assert (image.size, image.getpixel((160, 120))) == ((320, 240), (0, 0, 0))
    after = sheet(root)
    assert "schematic" not in after
    assert "point: [0.5, 0.25]" in after
    assert after[after.index("\n# The other") :] == before[before.index("\n# The other") :]
    assert client.state()["drawing"]["annotations"][0]["shape"]["numbers"] == [0.5, 0.25]
    assert photo.proves(str(root), "story/shop", None)


def test_saving_on_a_placeholder_publishes_no_photograph_that_is_kept(root: Path, client: Client) -> None:
    take_in(client, name="story/other")
    note = {"id": "a", "label": "A", "note": "B", "seed": "", "shape": BOX}
    answer = client.save({"annotations": [note], "redactions": []}, name="story/other")
    assert answer.json == {"master": "", "to_do": []}
    assert not (root / "content/story/photos").exists()
    assert "absent: withheld, annotations: {a: {region: {box: [0.1, 0.2, 0.3, 0.4]}" in sheet(root)
    assert "positions: schematic" in sheet(root)


def test_a_photograph_that_is_not_there_cannot_have_been_drawn_on(root: Path, client: Client) -> None:
    before = sheet(root)
    answer = client.save({"annotations": [], "redactions": []}, on_photograph=True)
    assert (answer.status, answer.json["problems"][0]["hint"]) == (422, "drop it on the page")
    assert sheet(root) == before


def test_a_file_that_was_changed_meanwhile_is_not_written_and_both_sides_are_shown(root: Path, client: Client) -> None:
    digest = client.state()["digest"]
    theirs = sheet(root).replace("label: Door", "label: Gate")
    (root / SHEET).write_text(theirs)
    drawing = {"annotations": [{**DOOR, "label": "Gateway", "shape": BOX}], "redactions": []}
    answer = client.save(drawing, digest)
    assert answer.status == 409
    assert "label: Gate\n" in answer.json["theirs"]
    assert answer.json["mine"] == answer.json["theirs"].replace("label: Gate\n", "label: Gateway\n")
    assert sheet(root) == theirs
    assert client.save(drawing, answer.json["digest"]).status == 200
    assert sheet(root) == theirs.replace("label: Gate\n", "label: Gateway\n")


def test_a_drawing_that_would_be_a_mistake_is_refused_with_place_and_remedy(root: Path, client: Client) -> None:
    before = sheet(root)
    outside = {**DOOR, "shape": {"shape": "box", "numbers": [0.9, 0.2, 0.3, 0.4]}}
    answer = client.save({"annotations": [outside], "redactions": []})
    (found,) = answer.json["problems"]
    assert answer.status == 422
    assert found["place"].startswith(f"{SHEET}:")
    assert "reaches outside the picture" in found["message"]
    assert "fractions run from 0" in found["hint"]
    assert client.save({"annotations": [{"id": "A"}], "redactions": []}).status == 422
    (root / SHEET).write_text("shop: [")
    assert client.get("/_desk/exhibit/story/shop").status == 422
    (root / SHEET).write_text(before)
    assert sheet(root) == before


def test_while_a_photo_command_is_at_work_nothing_is_saved(
    root: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> Any:
        raise workfolder.Busy

    digest = client.state()["digest"]
    monkeypatch.setattr(workfolder, "lock", busy)
    assert client.save({"annotations": [], "redactions": []}, digest).status == 503


# --- What else it shows ----------------------------------------------------------------------------------------------


def test_what_a_note_may_rest_on_is_what_the_storys_seeds_say(client: Client) -> None:
    (seed,) = client.state()["seeds"]
    assert seed["title"] == "A report"
    assert "paper/opening" in [statement["value"] for statement in seed["statements"]]
    assert all(statement["says"] for statement in seed["statements"])


def test_drawings_of_another_tool_come_as_drawings(client: Client) -> None:
    page = {
        "type": "AnnotationPage",
        "items": [{"target": "x#xywh=percent:10,20,30,40", "body": "A door"}, {"target": 1}],
    }
    answer = client.ask("POST", "/_desk/import", {"size": None, "annotations": page}).json
    assert answer["annotations"] == [{"id": "", "shape": BOX, "label": "A door", "note": "A door", "seed": ""}]
    assert answer["refused"] == ["Annotation 2: its target cannot be read."]
    in_pixels = {"target": "x#xywh=20,20,60,40"}
    (note,) = client.ask("POST", "/_desk/import", {"size": [200, 100], "annotations": in_pixels}).json["annotations"]
    assert note["shape"]["numbers"] == [0.1, 0.2, 0.3, 0.4]
    nonsense: Any
    for nonsense in ([], {"size": [0, 1]}, {"size": ["1", 2]}, {"size": 1}):
        assert client.ask("POST", "/_desk/import", nonsense).status == 422


def test_each_exhibit_of_a_page_has_a_link_and_other_files_have_none(root: Path, client: Client) -> None:
    figure = '<figure class="exhibit large x-shop" id="x-shop"><figcaption>Words</figcaption></figure>'
    for path in ("index.html", "story/index.html", "feed.xml"):
        (root / "site" / path).parent.mkdir(exist_ok=True, parents=True)
        (root / "site" / path).write_text(f"<html><body>{figure}</body></html>")
    link = '<a href="/_desk/annotate?page=%2Fstory%2F&amp;exhibit=shop">Annotate</a></p>\n</figcaption>'
    assert link in client.get("/story/").body.decode()
    assert "Annotate" not in client.get("/feed.xml").body.decode()
    assert "Annotate" not in (root / "site/story/index.html").read_text()
    answer = client.get("/_desk/annotate?page=%2Fstory%2F&exhibit=shop")
    assert answer.headers["Location"] == "/_desk/annotate/story/shop?page=%2Fstory%2F"
    assert client.get("/_desk/annotate?page=%2F&exhibit=..").status == 404


def test_a_page_is_its_storys_in_every_language_and_as_the_front_page(tmp_path: Path) -> None:
    site = {"content/site.yaml": "format: 1\ntitle: x\npublisher: x\nlanguages: [en, ko]\nfront: story\n"}
    root = str(write_site(tmp_path, site))
    for page in ("/", "/ko/", "/story/", "/ko/story/index.html", "/exhibits/shop.html", "/story/exhibits/shop.html"):
        assert easel.story_of(root, page) == "story"
    assert easel.story_of(str(tmp_path / "nowhere"), "/") == ""
