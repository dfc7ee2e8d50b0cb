"""What a claim rests on, as an author writes it: `seed:dailynk/opening+other-outlet/opening&/price`.

`+` joins references each of which alone supports the whole claim; `&` joins parts that only together do. `+` binds
tighter, so a citation is a list of parts and a part a list of alternatives. `/name` means another statement of the
seed named just before; a seed without a statement speaks of the document itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Reference(NamedTuple):
    """One statement of one seed, or (`statement` empty) the document itself."""

    seed: str
    statement: str = ""

    def __str__(self) -> str:
        return f"{self.seed}/{self.statement}" if self.statement else self.seed


@dataclass(frozen=True, slots=True)
class Citation:
    """Parts that only together support a claim, each a tuple of references that suffice for that part."""

    parts: tuple[tuple[Reference, ...], ...]

    def references(self) -> tuple[Reference, ...]:
        """Every reference once, in the order written."""
        return tuple(dict.fromkeys(reference for part in self.parts for reference in part))

    def together_with(self, other: Citation) -> Citation:
        """Both citations as parts of one; a part they share counts once."""
        return Citation(tuple(dict.fromkeys((*self.parts, *other.parts))))

    def __str__(self) -> str:
        return "&".join("+".join(str(reference) for reference in part) for part in self.parts)


def parse_citation(text: str) -> Citation:
    """Read a citation, without its `seed:`.

    Raises:
        ValueError: a name or a join is malformed; the message says which.
    """
    parts = []
    seed = ""
    for part in text.split("&"):
        alternatives = []
        for term in part.split("+"):
            reference = _reference(term, seed, text)
            seed = reference.seed
            alternatives.append(reference)
        parts.append(tuple(dict.fromkeys(alternatives)))
    return Citation(tuple(dict.fromkeys(parts)))


def _reference(term: str, seed_before: str, whole: str) -> Reference:
    if not term.strip():
        raise ValueError(f"`{whole[:80]}` has an empty term: write seed-name/statement-name on each side of + and &")
    seed, slash, statement = term.removeprefix("seed:").partition("/")
    seed = seed or seed_before
    if not seed:
        raise ValueError(f"`{term[:80]}` names no seed: the first term is written seed-name/statement-name")
    for name in (seed, statement) if slash else (seed,):
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"`{term[:80]}` is not of the form seed-name/statement-name (small letters, digits, hyphens)"
            )
    return Reference(seed, statement)
