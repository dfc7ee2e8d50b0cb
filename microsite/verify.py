"""Whether what is published is what the repository makes: builds it anew, and compares file by file."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from . import pipeline, publishing, signing
from .diagnostics import Diagnostic
from .manifest import LARGEST_SIGNATURE_BYTES, MANIFEST_PATH, SIGNATURE_PATH, read_manifest
from .order import Order
from .pages import OFFLINE_PAGE

SAME, DIFFERS, MISSING, UNKNOWN = "same", "differs", "missing", "unknown"
LARGEST_FILE_BYTES = 200_000_000
LARGEST_MANIFEST_BYTES = 50_000_000
CHUNK_BYTES = 1 << 20
TIMEOUT_SECONDS = 30
REQUESTS_AT_ONCE = 8
_PICTURES = (".avif", ".jpg", ".png")


class Unreachable(Exception):  # noqa: N818 (what happened)
    """What is published, or the list of signers, cannot be read; the message says why."""


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
        return sound and not self.diagnostics and not self.wrong()

    def wrong(self) -> list[str]:
        """The files that are not as the repository makes them."""
        return [path for verdict, path in self.files if verdict != SAME]

    @staticmethod
    def pictures(paths: Iterable[str]) -> list[str]:
        """Those of some files whose bytes an encoder shapes."""
        return [path for path in paths if path.endswith(_PICTURES)]


class Published(NamedTuple):
    """A site as it stands somewhere."""

    manifest: bytes | None
    signature: bytes | None
    digests: Callable[[set[str]], dict[str, str]]
    """Given the paths that the repository makes: what there is, by path, with its SHA-256 or, where that is of no use,
    without."""
    hides_dots: bool
    """Hosts do not give out files whose names begin with a dot."""


def verify(root: str, published: str, signers_path: str | None = None) -> Compared:
    """Build a site from its content in a place of its own, and compare it with what is published.

    Args:
        root: the folder that holds the content.
        published: a folder, or an address that begins with http:// or https://.
        signers_path: whose signature is accepted; whoever's, where left out.

    Raises:
        Unreachable: what is published, or the list of signers, cannot be read.
        signing.CannotSign: there is a signature and no `ssh-keygen` to check it.
    """
    if signers_path and not Path(signers_path).is_file():
        raise Unreachable(f"there is no file {signers_path}")
    is_address = published.startswith(("http://", "https://"))
    theirs = _at_address(published) if is_address else _in_folder(published)
    with tempfile.TemporaryDirectory(prefix="microsite-verify-") as folder:
        site, work, cache = (str(Path(folder, name)) for name in ("site", "work", "cache"))
        # Neither its ledger nor its cache is that of other builds: what these hold is what is in question.
        result = pipeline.build(Order(root, site, work, cache, False))
        if result.outcome == "stopped":
            return Compared(result.diagnostics)
        made = _digests(site)
        ours = Path(site, MANIFEST_PATH).read_bytes()
    there = theirs.digests({*made})
    if theirs.hides_dots:
        made = {path: digest for path, digest in made.items() if not path.startswith(".")}
    files = tuple(_compared(made, there))
    remarks = (*_remarks(ours, theirs.manifest), *_remarks_on_pictures(files))
    return Compared((), files, remarks, _signature(theirs, signers_path))


def _digests(folder: str) -> dict[str, str]:
    """The SHA-256 of each file of a folder, by path; the signature and the mark of our folders apart."""
    paths = (path for path in publishing.listing(folder) if path != SIGNATURE_PATH)
    return {path: sha256(Path(folder, path).read_bytes()).hexdigest() for path in paths}


def _compared(made: dict[str, str], there: dict[str, str]) -> Iterator[tuple[str, str]]:
    for path in sorted(made.keys() | there.keys()):
        if path not in made:
            yield UNKNOWN, path
        elif path in there:
            yield (SAME if there[path] == made[path] else DIFFERS), path
        else:
            yield MISSING, path


def _remarks(ours: bytes, theirs: bytes | None) -> Iterator[str]:
    if theirs is None:
        yield f"there is no {MANIFEST_PATH}: it stands at the top of a site, whatever language or story is below"
        return
    try:
        made_by = [read_manifest(data).get("generator") for data in (ours, theirs)]
    except ValueError as error:
        yield f"what is published as {MANIFEST_PATH} is no manifest: {error}"
        return
    if made_by[0] != made_by[1]:
        yield "it was made by another version of the generator, or with other libraries: check out the commit it came from"


def _remarks_on_pictures(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What encoders may have to do with it: theirs are the only bytes that another computer may make otherwise."""
    wrong = [(verdict, path) for verdict, path in files if verdict != SAME]
    pictures = {verdict for verdict, path in wrong if path.endswith(_PICTURES)}
    if pictures >= {MISSING, UNKNOWN}:
        yield (
            "pictures are there under other names: another Pillow, or other codecs in it, may have made them; "
            "then the pages that show them differ too"
        )
    elif pictures == {DIFFERS} and all(path.endswith(_PICTURES) or _holds_pictures(path) for _, path in wrong):
        yield (
            "nothing differs but pictures and what lists or holds them, which encoders of another platform can explain, and "
            "somebody's hand as well: look at the pictures; the pages, texts and data beside them are the same"
        )


def _holds_pictures(path: str) -> bool:
    return path == MANIFEST_PATH or path.rpartition("/")[2] == OFFLINE_PAGE


def _signature(theirs: Published, signers_path: str | None) -> signing.Verdict | None:
    if theirs.manifest is None or theirs.signature is None:
        return signing.Verdict(False, "it is not signed") if signers_path else None
    return signing.verdict(theirs.manifest, theirs.signature, signers_path)


# --- In a folder -----------------------------------------------------------------------------------------------------


def _in_folder(folder: str) -> Published:
    if not Path(folder).is_dir():
        raise Unreachable(f"there is no folder {folder}")

    def digests(_made: set[str]) -> dict[str, str]:
        # No build makes a link: whatever it leads to is not what the repository makes.
        return dict.fromkeys(publishing.links(folder), "") | _digests(folder)

    def read(path: str) -> bytes | None:
        file = Path(folder, path)
        return file.read_bytes() if file.is_file() and not file.is_symlink() else None

    return Published(read(MANIFEST_PATH), read(SIGNATURE_PATH), digests, False)


# --- At an address, whose host may be anybody's ----------------------------------------------------------------------


def _at_address(address: str) -> Published:
    # A reader may have copied the address of a page, or of a place in it.
    page = address.partition("#")[0].partition("?")[0]
    base = f"{re.sub(r'[^/]*[.]html?$', '', page).rstrip('/')}/"
    opener = build_opener(_OnlyTheWeb())
    manifest = _get(opener, base + MANIFEST_PATH, LARGEST_MANIFEST_BYTES)
    signature = _get(opener, base + SIGNATURE_PATH, LARGEST_SIGNATURE_BYTES)

    def digest(path: str) -> str | None:
        digest = sha256()
        return digest.hexdigest() if _pour(opener, base + quote(path), LARGEST_FILE_BYTES, digest.update) else None

    def digests(made: set[str]) -> dict[str, str]:
        # Only paths of ours are asked for. What else their manifest lists is theirs to say, and told as they say it.
        wanted = sorted(path for path in made if not path.startswith("."))
        with ThreadPoolExecutor(REQUESTS_AT_ONCE) as pool:
            found = {path: at for path, at in zip(wanted, pool.map(digest, wanted), strict=True) if at}
        return dict.fromkeys(_listed(manifest) - made, "") | found

    return Published(manifest, signature, digests, True)


def _listed(manifest: bytes | None) -> set[str]:
    try:
        return {*read_manifest(manifest)["files"]} if manifest else set()
    except ValueError:
        return set()


class _OnlyTheWeb(HTTPRedirectHandler):
    """Follows a host to another web address, which is no less safe, and nowhere else."""

    def redirect_request(self, req: Request, fp, code, msg, headers, newurl: str) -> Request | None:  # type: ignore[no-untyped-def]
        if not newurl.startswith(("https://", f"{req.type}://")):
            raise Unreachable(f"{req.full_url} leads to {newurl[:80]}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _get(opener: OpenerDirector, address: str, most_bytes: int) -> bytes | None:
    data = bytearray()
    return bytes(data) if _pour(opener, address, most_bytes, data.extend) else None


def _pour(opener: OpenerDirector, address: str, most_bytes: int, into: Callable[[bytes], object]) -> bool:
    """Read what stands at an address, a chunk at a time; gives whether anything does."""
    read_bytes = 0
    try:
        request = Request(address, headers={"Accept-Encoding": "identity", "Cache-Control": "no-cache"})  # noqa: S310
        with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
            while chunk := answer.read(CHUNK_BYTES):
                read_bytes += len(chunk)
                if read_bytes > most_bytes:
                    raise Unreachable(f"{address} is larger than any file of ours")
                into(chunk)
    except HTTPError as error:
        if error.code in {404, 410}:
            return False
        raise Unreachable(f"{address} answers {error.code}") from None
    except (OSError, HTTPException, ValueError) as error:  # of the last kind are addresses that are none
        raise Unreachable(f"{address} cannot be reached: {getattr(error, 'reason', error)}") from None
    return True
