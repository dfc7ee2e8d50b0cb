"""Holds every kind of page of the built site to Lighthouse's four categories, as its mobile profile sees them: `make lighthouse`.

Node is needed. Lighthouse comes from npm, at a pinned version, into a folder outside the tree.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))  # run as a file, this sees only its own folder

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu"
PATIENCE_S = 90
TRIES = 3
"""Of a page that is not at 100 throughout: a busy machine takes points from `performance`, and never adds any."""


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    """Run a program; one that takes too long is interrupted, upon which it closes its browser.

    Raises:
        subprocess.SubprocessError: it failed, or took too long.
    """
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=environment) as process:
        try:
            status = process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            raise
    if status:
        raise subprocess.CalledProcessError(status, command)


def judged(program: Path, address: str) -> dict[str, Any]:
    """What Lighthouse says of one page.

    Raises:
        subprocess.SubprocessError: it could not judge it.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.json")
        categories = f"--only-categories={','.join(CATEGORIES)}"
        command = [str(program), address, "--quiet", "--output=json", f"--output-path={report}", categories]
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
        _run([*command, f"--chrome-flags={FLAGS}"], {**os.environ, "CHROME_PATH": chromium})
        told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return told


def scores(told: Mapping[str, Any]) -> dict[str, int]:
    """Points of 100 by category; -1 where it could not tell."""
    return {name: round(100 * (told["categories"][name]["score"] or -0.01)) for name in CATEGORIES}


def faults(told: Mapping[str, Any]) -> Iterator[str]:
    """What keeps a page from 100 in the categories in which it is not there."""
    for name in CATEGORIES:
        category = told["categories"][name]
        if category["score"] != 1:
            for reference in category["auditRefs"]:
                audit = told["audits"][reference["id"]]
                if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                    yield f"{name}: {audit['title']} {audit.get('displayValue', '')}".strip()


def best(program: Path, address: str) -> tuple[dict[str, int], list[str], int]:
    """The best points of a few tries, what keeps the page from more, and its largest paint in milliseconds."""
    tries = [(dict.fromkeys(CATEGORIES, -1), ["it could not be judged"], 0)]
    for _ in range(TRIES):
        try:
            told = judged(program, address)
        except subprocess.SubprocessError:
            continue
        paint = round(told["audits"]["largest-contentful-paint"].get("numericValue") or 0)
        tries.append((scores(told), list(faults(told)), paint))
        if set(tries[-1][0].values()) == {100}:
            break
    return max(tries, key=lambda each: sum(each[0].values()))


def measure(program: Path, site: Path, languages: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every kind of page, in every language or in some."""
    from tests.browser.browsing import served
    from tools import budget

    rows = []
    with served({"/": site}) as address:
        for kind, language, path in budget.pages(site):
            if languages and language not in languages:
                continue
            points, faults_, paint = best(program, f"{address}/{path}")
            rows.append({"page": kind, "edition": language, **points, "paint_ms": paint, "faults": faults_})
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """The points in Markdown, and below them what keeps pages from 100."""
    lines = [f"| page | edition | {' | '.join(CATEGORIES)} | largest paint, ms |", "|:--|:--|" + "--:|" * 5]
    lines += [
        f"| {row['page']} | {row['edition']} | {' | '.join(str(row[name]) for name in CATEGORIES)} | {row['paint_ms']:,} |"
        for row in rows
    ]
    lines += ["", *(f"- {row['page']} ({row['edition']}): {fault}" for row in rows for fault in row["faults"])]
    return "\n".join(lines).rstrip()


def main() -> int:
    """Judge every page of `site/`; 1 if one has less than 100 anywhere."""
    from benchmarks.toolbox import Toolbox

    toolbox = Toolbox()
    if not toolbox.has("lighthouse"):
        print(f"Lighthouse is absent: {toolbox.absent['lighthouse']}")
        return 0
    rows = measure(toolbox.program("lighthouse", "lighthouse"), ROOT / "site")
    print(table(rows))
    return int(any(row[name] < 100 for row in rows for name in CATEGORIES))


if __name__ == "__main__":
    sys.exit(main())
