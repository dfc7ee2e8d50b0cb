"""What a site makes of the sourcing rules: whether each is an error, a warning or nothing, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from .diagnostics import KINDS, Diagnostic, nearest, problem
from .model import RULE_LEVELS, SiteFile

RULES = tuple(name for name, kind in KINDS.items() if kind.is_rule)
"""The kinds of diagnostic whose severity a site can set."""


def rule_problems(site: SiteFile) -> Iterator[Diagnostic]:
    """What is wrong with `rules` in site.yaml: names of no rule, and a rule weakened without a word on why."""
    for rule in site.rules.values():
        if rule.id not in RULES:
            yield problem(rule.at, "unknown-rule", f"there is no rule `{rule.id[:60]}`", nearest(rule.id, RULES))
        elif rule.reason is None and _is_weaker(rule.level, KINDS[rule.id].severity):
            message = f"`{rule.id}` is set from {KINDS[rule.id].severity} to {rule.level}, and nothing says why"
            yield problem(rule.at, "missing-key", message, "add `reason:`")


def as_set(found: Iterable[Diagnostic], site: SiteFile) -> list[Diagnostic]:
    """What was found, each by a rule as grave as the site has it; what it has set off is left out."""
    return [each for diagnostic in found if (each := _as_set(diagnostic, site)) is not None]


def _as_set(diagnostic: Diagnostic, site: SiteFile) -> Diagnostic | None:
    rule = site.rules.get(diagnostic.kind)
    if rule is None or diagnostic.kind not in RULES:
        return diagnostic
    return None if rule.level == "off" else replace(diagnostic, severity=rule.level)


def _is_weaker(level: str, default: str) -> bool:
    return RULE_LEVELS.index(level) > RULE_LEVELS.index(default)
