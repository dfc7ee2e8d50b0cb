"""Draws what builds of ever larger sites take, from the figures of `growth`: the same figures, the same picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor, log10
from typing import Any

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 64, 500, 28, 344
STYLE = """<style>
text { font: 13px system-ui, sans-serif; fill: #1a1a1a }
path { fill: none; stroke-width: 2 }
.frame { stroke: #767676; stroke-width: 1 }
.grid { stroke: #d0d0d0; stroke-width: 1 }
.cold { stroke: #8a3b12 } .edit { stroke: #1f5f8b } .unchanged { stroke: #3d6b35 }
.paper { fill: #fff }
@media (prefers-color-scheme: dark) {
text { fill: #eee }
.paper { fill: #161616 }
.grid { stroke: #3a3a3a }
.cold { stroke: #f0a070 } .edit { stroke: #80c0f0 } .unchanged { stroke: #90d080 }
}
</style>"""
LINES = {"cold": "cold", "one edit": "edit", "unchanged": "unchanged"}


def svg(rows: Sequence[Mapping[str, Any]]) -> str:
    """A graph on scales of tens: stories from left to right, seconds from below, a line for each kind of build."""
    sizes, seconds = [row["stories"] for row in rows], [row["least_s"] for row in rows]
    across, up = _Scale(sizes, LEFT, RIGHT), _Scale(seconds, BOTTOM, TOP)
    told = ", ".join(f"{row['build']} {row['stories']:,}: {row['least_s']:.2f} s" for row in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">Wall time of builds by number of stories</title>',
        f'<desc id="d">{told}.</desc>',
        STYLE,
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        *_grid(across, up),
        *(
            part
            for build, name in LINES.items()
            for part in _line([r for r in rows if r["build"] == build], across, up, name)
        ),
        f'<text x="{(LEFT + RIGHT) // 2}" y="{HEIGHT - 14}" text-anchor="middle">stories</text>',
        f'<text x="8" y="{TOP - 10}">seconds</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    """A logarithmic scale over whole powers of ten."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.first = floor(log10(min(values)) + 1e-9)
        self.last = max(self.first + 1, -floor(-log10(max(values)) + 1e-9))
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        share = (log10(value) - self.first) / (self.last - self.first)
        return round(self._start + share * (self._end - self._start), 1)

    def tens(self) -> Iterator[tuple[str, float]]:
        for power in range(self.first, self.last + 1):
            yield (f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}"), self.at(10.0**power)


def _grid(across: _Scale, up: _Scale) -> Iterator[str]:
    for label, x in across.tens():
        yield f'<path class="grid" d="M{x} {TOP}V{BOTTOM}"/>'
        yield f'<text x="{x}" y="{BOTTOM + 18}" text-anchor="middle">{label}</text>'
    for label, y in up.tens():
        yield f'<path class="grid" d="M{LEFT} {y}H{RIGHT}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{label}</text>'
    yield f'<path class="frame" d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>'


def _line(rows: Sequence[Mapping[str, Any]], across: _Scale, up: _Scale, name: str) -> Iterator[str]:
    points = [(across.at(row["stories"]), up.at(row["least_s"])) for row in rows]
    yield f'<path class="{name}" d="M{" L".join(f"{x} {y}" for x, y in points)}"/>'
    if points:
        x, y = points[-1]
        yield f'<text x="{x + 8}" y="{y + 4}">{rows[-1]["build"]}, {_seconds(rows[-1]["least_s"])}</text>'


def _seconds(value: float) -> str:
    return f"{value:,.0f} s" if value >= 10 else f"{value:.2g} s"
