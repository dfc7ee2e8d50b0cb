"""Answers that were worked out before, for a process that builds again and again: a preview.

A question is named by all that its answer depends on (the text of a file, not its name), so that an answer is never
out of date: what changed is another question. What was not asked for longest is forgotten first. To throw everything
away, make a new memory.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
MOST_ANSWERS = 20_000
"""Some hundreds of stories' worth."""


class Memory:
    """Remembers answers that nothing may change once they are given."""

    def __init__(self, most: int = MOST_ANSWERS) -> None:
        self._most = most
        self._answers: dict[Hashable, Any] = {}

    def once(self, question: Hashable, work: Callable[[], T]) -> T:
        """The answer to a question: as it was given before, or worked out now."""
        try:
            answer: T = self._answers.pop(question)
        except KeyError:
            answer = work()
            if len(self._answers) >= self._most:
                del self._answers[next(iter(self._answers))]
        self._answers[question] = answer
        return answer


class Forgetful(Memory):
    """For a single build, which asks nothing twice."""

    def once(self, question: Hashable, work: Callable[[], T]) -> T:  # noqa: ARG002
        """The answer, worked out now."""
        return work()
