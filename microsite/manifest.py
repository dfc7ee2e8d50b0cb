"""The manifest: every other published file with its SHA-256, and what it was made from and by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from . import __version__, files
from .jsontext import entry
from .order import requirements_path

MANIFEST_PATH = "manifest.json"
SIGNATURE_PATH = "manifest.json.sig"
"""Beside the manifest, where it is signed. Neither can be listed in it."""
SIGNATURES_FOLDER = "signatures"
"""In a site's root: the signatures of manifests, each named by the SHA-256 of the one that it signs."""
LARGEST_SIGNATURE_BYTES = 100_000


def manifest(outputs: Mapping[str, str], fingerprints: Mapping[str, str]) -> bytes:
    """The manifest of a site.

    Each file is a line that `sed` can turn into what `sha256sum -c` reads: docs/verify.md shows how.

    Args:
        outputs: the SHA-256 of every other file, by path.
        fingerprints: those of the stories, by slug.
    """
    stories = sorted(fingerprints.items())
    told = [entry({"story": slug, "fingerprint": fingerprint}) for slug, fingerprint in stories]
    listed = [f'{entry(path)}: "{digest}"' for path, digest in sorted(outputs.items())]
    lines = [
        '"format": 1',
        f'"generator": {entry(_generator())}',
        f'"content": "{content_digest(fingerprints)}"',
        f'"stories": [{_one_below_another(told)}]',
        f'"files": {{{_one_below_another(listed)}}}',
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _one_below_another(entries: Iterable[str]) -> str:
    joined = ",\n ".join(entries)
    return f"\n {joined}\n" if joined else ""


def content_digest(fingerprints: Mapping[str, str]) -> str:
    """The SHA-256 of a site's content: of its stories' fingerprints, a line each as `sha256sum` would write them."""
    lines = (f"{fingerprint}  {slug}\n" for slug, fingerprint in sorted(fingerprints.items()))
    return sha256("".join(lines).encode()).hexdigest()


def _generator() -> dict[str, str | None]:
    """Which generator made the site, with the digest of the libraries it pins; none where it was installed without."""
    path = Path(requirements_path())
    pins = sha256(path.read_bytes()).hexdigest() if path.is_file() else None
    return {"name": "microsite", "version": __version__, "requirements": pins}


def signature_path(data: bytes) -> str:
    """Where the signature of a manifest is kept, from the site's root."""
    return f"{SIGNATURES_FOLDER}/{sha256(data).hexdigest()}.sig"


def signature_of(data: bytes, root: str) -> bytes | None:
    """The signature that a site's root holds of this very manifest, if there is one."""
    path = f"{root}/{signature_path(data)}"
    if not files.is_plain_file(path) or Path(path).stat().st_size > LARGEST_SIGNATURE_BYTES:
        return None
    return files.read(path)


def read_manifest(data: bytes) -> dict[str, Any]:
    """A manifest as data.

    Raises:
        ValueError: this is none; the message says why.
    """
    try:
        found: Any = json.loads(data)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    listed = found.get("files") if isinstance(found, dict) else None
    if not isinstance(listed, dict) or not all(isinstance(digest, str) for digest in listed.values()):
        raise ValueError("it has no list of files with their digests")
    return dict(found)
