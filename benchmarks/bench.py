"""Measures all there is a mark for, part by part, and tells it in one table: `make bench`.

Each part's figures are kept as soon as it is done, so that a run that was stopped goes on where it was; a part that is
kept is measured again when it is named. `--publish` writes the figures into the tree: measured.json, README.md beside
this, and the graph in docs/pictures/.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))  # run as a file, this sees only its own folder

from benchmarks import graph, growth, page_weights, peer_photos, peers
from benchmarks.measuring import ROOT, scratch
from benchmarks.toolbox import Toolbox, folder

KEPT = "results.json"
MEASURED = ROOT / "benchmarks/measured.json"
README = ROOT / "benchmarks/README.md"
GRAPH = ROOT / "docs/pictures/growth.svg"
BEGIN, END = "<!-- measured: written by `make bench ARGS=--publish` -->", "<!-- end of what was measured -->"
Report = dict[str, Any]


def _peers(place: Path) -> Report:
    return peers.measure(place, [100, 1000], 2, Toolbox())


def _growth(place: Path) -> Report:
    return growth.measure(place, [100, 1000, 10_000], 2)


def _photographs(place: Path) -> Report:
    return peer_photos.measure(place, 20, 1, Toolbox())


def _pages(place: Path) -> Report:
    return page_weights.measure(place, Toolbox())


def _lighthouse(place: Path) -> Report:
    from tools import lighthouse

    toolbox = Toolbox()
    if not toolbox.has("lighthouse"):
        return {"absent": toolbox.absent["lighthouse"], "pages": []}
    site = page_weights.our_site(place)
    return {"pages": lighthouse.measure(toolbox.program("lighthouse", "lighthouse"), site, ("en",))}


def _lighthouse_table(report: Mapping[str, Any]) -> str:
    from tools import lighthouse

    return f"Absent: {report['absent']}" if "absent" in report else lighthouse.table(report["pages"])


PARTS: dict[str, tuple[str, Callable[[Path], Report], Callable[[Report], str]]] = {
    "peers": ("Beside other generators", _peers, peers.table),
    "growth": ("Growth, with full evidence", _growth, growth.table),
    "photographs": ("40 photographs beside other generators", _photographs, peer_photos.table),
    "pages": ("The story page beside other generators’", _pages, page_weights.table),
    "lighthouse": ("Lighthouse, mobile profile", _lighthouse, _lighthouse_table),
}
"""By name: a heading, what measures, what tells."""


def main() -> None:
    """Measure what is asked for, or what is not yet kept, and tell everything that is kept."""
    options = _options()
    place: Path = options.json or folder() / KEPT
    place.parent.mkdir(parents=True, exist_ok=True)
    kept: dict[str, Report] = json.loads(place.read_text("utf-8")) if place.exists() else {}
    for part in options.parts or [name for name in PARTS if options.again or name not in kept]:
        print(f"measuring: {part}", file=sys.stderr, flush=True)
        start = time.monotonic()
        with scratch() as sites:
            kept[part] = PARTS[part][1](sites) | {"took_s": round(time.monotonic() - start)}
            # Before the sites are removed, which takes a while itself.
            place.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(markdown(kept))
    if options.publish:
        publish(kept)
    else:
        print(
            f"\nKept in {place}. To measure a part again, name it; --again measures all; --publish tells it in the tree."
        )
        print(
            "More: benchmarks/run.py (our own builds by size), python -m benchmarks.photos, python -m benchmarks.formats."
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--again", action="store_true", help="measure every part, kept or not")
    parser.add_argument("--publish", action="store_true", help="write the figures into the tree")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the figures here (default: a folder outside)")
    return parser.parse_args()


def markdown(kept: Mapping[str, Report]) -> str:
    """Every part that was measured, as tables."""
    parts = []
    for name, (heading, _, told) in PARTS.items():
        if name in kept:
            parts.append(f"### {heading}\n\n{_when(kept[name])}{told(kept[name])}")
    return "\n\n".join(parts)


def _when(report: Mapping[str, Any]) -> str:
    machine = report.get("machine")
    if not machine:
        return ""
    load = f"load {machine['load_at_end']:.1f} at the end"
    return f"{machine['processors']} processors, Python {machine['python']}, {load}.\n\n"


def publish(kept: Mapping[str, Report], readme: Path = README, drawn: Path = GRAPH, measured: Path = MEASURED) -> None:
    """Write the figures, the tables and the graph to where readers of the repository find them."""
    measured.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    readme.write_text(with_tables(readme.read_text("utf-8"), kept), encoding="utf-8")
    if "growth" in kept:
        drawn.write_text(graph.svg(kept["growth"]["builds"]), encoding="utf-8")


def with_tables(text: str, kept: Mapping[str, Report]) -> str:
    """A README with what was measured between its two marks."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n\n{markdown(kept)}\n\n{END}{after}"


if __name__ == "__main__":
    main()
