"""What a preview remembers: answers that content alone decides, and no more of them than fit."""

from __future__ import annotations

from functools import partial

from microsite.memory import Forgetful, Memory


def test_a_question_is_worked_out_once_and_another_one_anew() -> None:
    memory, asked = Memory(), list[str]()

    def answered(question: str) -> str:
        asked.append(question)
        return question.upper()

    assert [memory.once(each, partial(answered, each)) for each in ("a", "b", "a", "a")] == ["A", "B", "A", "A"]
    assert asked == ["a", "b"]


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    memory = Memory(most=2)
    for question in ("a", "b", "a", "c"):
        memory.once(question, lambda: "once")
    assert memory.once("a", lambda: "anew") == "once"
    assert memory.once("b", lambda: "anew") == "anew"


def test_a_single_build_remembers_nothing() -> None:
    assert [Forgetful().once("a", partial(int, number)) for number in (1, 2)] == [1, 2]
