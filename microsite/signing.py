"""Signatures of manifests, made and checked by `ssh-keygen`: a key that people have, and nothing of our own."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

NAMESPACE = "microsite-manifest"
"""What a signature is for: one made for another purpose is refused."""


class Verdict(NamedTuple):
    """What there is to say of a signature."""

    is_sound: bool
    words: str
    """In a sentence without a full stop."""


class CannotSign(Exception):  # noqa: N818 (what happened)
    """There is no `ssh-keygen`, or it would not; the message is its own."""


def sign(data: bytes, key_path: str) -> bytes:
    """A detached signature; `ssh-keygen` asks for the key's passphrase itself.

    Raises:
        CannotSign: with the reason.
    """
    made = _ssh_keygen("sign", "-f", key_path, "-n", NAMESPACE, data=data)
    if made.returncode or not made.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise CannotSign(_said(made))
    return made.stdout


def verdict(data: bytes, signature: bytes, signers_path: str | None) -> Verdict:
    """Whether a signature is of this data and, by a list of allowed signers, whose it is.

    Args:
        signers_path: the list, in the format of `ssh-keygen`; without it nobody can say whose key it is.

    Raises:
        CannotSign: there is no `ssh-keygen`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "signature"))
        Path(path).write_bytes(signature)
        if signers_path is None:
            checked = _ssh_keygen("check-novalidate", "-n", NAMESPACE, "-s", path, data=data)
            return Verdict(not checked.returncode, _said(checked))
        found = _ssh_keygen("find-principals", "-s", path, "-f", signers_path, data=b"")
        names = found.stdout.decode(errors="replace").splitlines()
        if found.returncode or not names:
            return Verdict(False, f"the key that signed is none of those in {signers_path}")
        allowed = ("-f", signers_path, "-I", names[0])
        checked = _ssh_keygen("verify", *allowed, "-n", NAMESPACE, "-s", path, data=data)
        return Verdict(not checked.returncode, _said(checked))


def _ssh_keygen(action: str, *arguments: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["ssh-keygen", "-Y", action, *arguments], input=data, capture_output=True, check=False)
    except FileNotFoundError:
        raise CannotSign("there is no `ssh-keygen` on this computer; it comes with OpenSSH") from None


def _said(run: subprocess.CompletedProcess[bytes]) -> str:
    """The last line that `ssh-keygen` wrote."""
    lines = (run.stdout + run.stderr).decode(errors="replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") if lines else "ssh-keygen gave no reason"
