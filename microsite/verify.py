"""Whether what is published is what the repository makes: builds it anew, and compares file by file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from . import pipeline, publishing, signing
from .diagnostics import Diagnostic
from .manifest import MANIFEST_PATH, SIGNATURE_PATH, read_manifest
from .order import Order

SAME, DIFFERS, MISSING, UNKNOWN = "same", "differs", "missing", "unknown"
LARGEST_FILE_BYTES = 200_000_000
TIMEOUT_SECONDS = 30
REQUESTS_AT_ONCE = 8


class Unreachable(Exception):  # noqa: N818 (what happened)
    """What is published cannot be read; the message says why."""


class Compared(NamedTuple):
    """What came of verifying."""

    diagnostics: tuple[Diagnostic, ...]
    """What stopped the build of the repository; then nothing else is told."""
    files: tuple[tuple[str, str], ...] = ()
    """Verdict and path of every file, by path: the same, different, not published, or published and not made."""
    remarks: tuple[str, ...] = ()
    """What else explains a difference."""
    signature: signing.Verdict | None = None

    @property
    def is_the_same(self) -> bool:
        """Whether every published file is what the repository makes, and nobody's signature is broken."""
        sound = self.signature is None or self.signature.is_sound
        return sound and not self.diagnostics and all(verdict == SAME for verdict, _ in self.files)


Fetch = Callable[[str], bytes | None]
"""Gives a published file by its path in the site; nothing where there is none."""


def verify(root: str, published: str, signers_path: str | None = None) -> Compared:
    """Build a site from its content in a place of its own, and compare it with what is published.

    Args:
        root: the folder that holds the content.
        published: a folder, or an address that begins with http:// or https://.
        signers_path: whose signature is accepted; whoever's, where left out.

    Raises:
        Unreachable: what is published cannot be read.
        signing.CannotSign: there is a signature and no `ssh-keygen` to check it.
    """
    with tempfile.TemporaryDirectory(prefix="microsite-verify-") as folder:
        site, work, cache = (str(Path(folder, name)) for name in ("site", "work", "cache"))
        # Neither its ledger nor its cache is that of other builds: what these hold is what is in question.
        result = pipeline.build(Order(root, site, work, cache, False))
        if result.outcome == "stopped":
            return Compared(result.diagnostics)
        made = _digests(site)
        ours = Path(site, MANIFEST_PATH).read_bytes()
    is_address = published.startswith(("http://", "https://"))
    fetch = _from_address(published) if is_address else _from_folder(published)
    theirs = fetch(MANIFEST_PATH)
    there = _fetched(fetch, {*made, *_listed(theirs)}) if is_address else _digests(published)
    return Compared(
        (),
        tuple(_compared(made, there, is_address)),
        tuple(_remarks(ours, theirs)),
        _signature(theirs, fetch, signers_path),
    )


def _digests(folder: str) -> dict[str, str]:
    """The SHA-256 of each file of a folder, by path; the signature and the mark of our folders apart."""
    paths = (path for path in publishing.listing(folder) if path != SIGNATURE_PATH)
    return {path: sha256(Path(folder, path).read_bytes()).hexdigest() for path in paths}


def _compared(made: dict[str, str], there: dict[str, str], is_address: bool) -> Iterator[tuple[str, str]]:
    for path in sorted(made.keys() | there.keys()):
        if path not in made:
            yield UNKNOWN, path
        elif path in there:
            yield (SAME if there[path] == made[path] else DIFFERS), path
        elif not (is_address and path.startswith(".")):  # hosts do not give out what their own settings are
            yield MISSING, path


def _listed(theirs: bytes | None) -> set[str]:
    """What the published manifest lists, and the manifest itself."""
    try:
        return {MANIFEST_PATH, *read_manifest(theirs or b"")["files"]} if theirs else set()
    except ValueError:
        return {MANIFEST_PATH}


def _remarks(ours: bytes, theirs: bytes | None) -> Iterator[str]:
    if theirs is None:
        yield f"there is no {MANIFEST_PATH}"
        return
    try:
        made_by = [read_manifest(data).get("generator") for data in (ours, theirs)]
    except ValueError as error:
        yield f"what is published as {MANIFEST_PATH} is no manifest: {error}"
        return
    if made_by[0] != made_by[1]:
        yield "it was made by another version of the generator, or with other libraries: check out the commit it came from"


def _signature(theirs: bytes | None, fetch: Fetch, signers_path: str | None) -> signing.Verdict | None:
    signature = fetch(SIGNATURE_PATH) if theirs else None
    if theirs is None or signature is None:
        return signing.Verdict(False, "it is not signed") if signers_path else None
    return signing.verdict(theirs, signature, signers_path)


# --- Where what is published stands ----------------------------------------------------------------------------------


def _from_folder(folder: str) -> Fetch:
    if not Path(folder).is_dir():
        raise Unreachable(f"there is no folder {folder}")

    def fetch(path: str) -> bytes | None:
        file = Path(folder, path)
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None

    return fetch


def _from_address(address: str) -> Fetch:
    base, opener = f"{address.rstrip('/')}/", build_opener(_OnlyTheWeb())

    def fetch(path: str) -> bytes | None:
        return _get(opener, base + quote(path))

    return fetch


def _fetched(fetch: Fetch, paths: set[str]) -> dict[str, str]:
    """The SHA-256 of what stands at each path."""

    def digest(path: str) -> str | None:
        data = fetch(path)
        return None if data is None else sha256(data).hexdigest()

    wanted = sorted(path for path in paths if not path.startswith("."))
    with ThreadPoolExecutor(REQUESTS_AT_ONCE) as pool:
        found = zip(wanted, pool.map(digest, wanted), strict=True)
        return {path: at for path, at in found if at is not None}


class _OnlyTheWeb(HTTPRedirectHandler):
    """Follows a host to another web address and nowhere else."""

    def redirect_request(self, req: Request, fp, code, msg, headers, newurl: str) -> Request | None:  # type: ignore[no-untyped-def]
        if not newurl.startswith(("http://", "https://")):
            raise Unreachable(f"{req.full_url} leads to {newurl[:80]}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _get(opener: OpenerDirector, address: str) -> bytes | None:
    request = Request(address, headers={"Accept-Encoding": "identity", "Cache-Control": "no-cache"})  # noqa: S310
    try:
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            data = bytes(answer.read(LARGEST_FILE_BYTES + 1))
    except HTTPError as error:
        if error.code in {404, 410}:
            return None
        raise Unreachable(f"{address} answers {error.code}") from None
    except (URLError, OSError) as error:
        raise Unreachable(f"{address} cannot be reached: {getattr(error, 'reason', error)}") from None
    if len(data) > LARGEST_FILE_BYTES:
        raise Unreachable(f"{address} is larger than any file of ours")
    return data
