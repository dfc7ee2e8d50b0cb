"""JSON for people to compare and machines to read: an entry of a list is a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

entry = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
"""A value on one line. Much quicker than indenting, and what differs between two builds shows as lines."""


def document(head: Mapping[str, Any], lists: Mapping[str, Iterable[str]]) -> bytes:
    """A whole file: single values by name, then lists by name, whose entries are JSON already."""
    lines = [f"{entry(name)}: {entry(value)}" for name, value in head.items()]
    lines += [f"{entry(name)}: [{_one_below_another(entries)}]" for name, entries in lists.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def _one_below_another(entries: Iterable[str]) -> str:
    joined = ",\n ".join(entries)
    return f"\n {joined}\n" if joined else ""
