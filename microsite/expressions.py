"""Expressions over a story's prices, such as `defects_usual / defects_store | times`: their grammar and their values.

    expression:  sum, then any of `| times` `| percent` `| number` `| amount` `| short` `| in CUR`
    sum:         term, then `+` or `-` and another, as often as wanted
    term:        value, then `*` or `/` and another, as often as wanted
    value:       a price's name, a decimal number, or a sum in parentheses

There is nothing else: no attribute, call, power, comparison or sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, NamedTuple, cast

from .intervals import LONGEST_NUMBER, Comparable, Quantity, Symbol, Unsound, combine, exact
from .prices import Rate, convert

Format = Literal["times", "percent", "number", "amount"]
FORMATS: tuple[Format, ...] = ("times", "percent", "number", "amount")
LONGEST_EXPRESSION = 200
"""In characters."""
DEEPEST_NESTING = 20
"""In parentheses."""


class BadExpression(ValueError):  # noqa: N818 (named as a reporter would say it)
    """An expression that cannot be read."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        """Characters before the mistake, counted from the expression's first."""


class UnknownName(ValueError):  # noqa: N818 (likewise)
    """An expression that names a price the story does not have."""

    def __init__(self, name: str, column: int) -> None:
        super().__init__(f"there is no price `{name}`")
        self.name = name
        self.column = column


@dataclass(frozen=True, slots=True)
class Name:
    """A price, by its id."""

    id: str
    column: int


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts joined by `+ - * /`."""

    left: Part
    symbol: Symbol
    right: Part


Part = Name | Number | Operation


@dataclass(frozen=True, slots=True)
class Expression:
    """What is to be computed, and how it is to be shown."""

    text: str
    root: Part
    format: Format | None = None
    form: Literal["words", "short"] = "words"
    """`short` is the form with signs, for tables and charts."""
    currency: str | None = None
    """The currency to convert the result into."""


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        BadExpression: it has a part that the grammar lacks; the message and column say which.
    """
    if len(text) > LONGEST_EXPRESSION:
        raise BadExpression(
            f"an expression has at most {LONGEST_EXPRESSION} characters, and this has {len(text):,}", LONGEST_EXPRESSION
        )
    formula, *filters = text.split("|")
    expression = Expression(text, _Reading(formula).whole())
    column = len(formula)
    for words in filters:
        expression = _with_filter(expression, words, column + 1)
        column += 1 + len(words)
    return expression


def names(expression: Expression) -> tuple[str, ...]:
    """The ids of the prices it names, each once, in the order written."""
    return tuple(dict.fromkeys(name.id for name in _named(expression.root)))


def evaluate(
    expression: Expression,
    quantities: Mapping[str, Quantity],
    comparable: Comparable = frozenset(),
    rates: Sequence[Rate] = (),
) -> Quantity:
    """Compute an expression exactly over a story's prices.

    Raises:
        UnknownName: it names a price that is not in `quantities`.
        Unsound: it has no sound answer, or none of the kind its format is for.
    """
    for name in _named(expression.root):
        if name.id not in quantities:
            raise UnknownName(name.id, name.column)
    result = _computed(expression.root, quantities, comparable)
    if expression.currency:
        result = convert(result, expression.currency, rates)
    _refuse_ill_fitting_format(expression.format, result)
    return result


def _computed(part: Part, quantities: Mapping[str, Quantity], comparable: Comparable) -> Quantity:
    match part:
        case Name(id=id_):
            return quantities[id_]
        case Number(value=value):
            return Quantity(exact(value), origin="derived")
        case Operation(left, symbol, right):
            return combine(
                _computed(left, quantities, comparable), symbol, _computed(right, quantities, comparable), comparable
            )


def _refuse_ill_fitting_format(wanted: Format | None, result: Quantity) -> None:
    if wanted in ("times", "percent") and result.currency:
        raise Unsound(f"`{wanted}` is for ratios, and this is an amount in {result.currency}")
    if wanted == "amount" and not result.currency:
        raise Unsound("`amount` is for sums of money, and this is a ratio, a multiple or a bare number")


def _named(part: Part) -> Iterator[Name]:
    if isinstance(part, Name):
        yield part
    elif isinstance(part, Operation):
        yield from _named(part.left)
        yield from _named(part.right)


# --- Filters ---------------------------------------------------------------------------------------------------------


def _with_filter(expression: Expression, words: str, column: int) -> Expression:
    word = " ".join(words.split())
    column += len(words) - len(words.lstrip())
    if word == "short" and expression.form == "words":
        return replace(expression, form="short")
    if word in FORMATS and expression.format is None:
        return replace(expression, format=word)
    if re.fullmatch(r"in [A-Z]{3}", word) and expression.currency is None:
        return replace(expression, currency=word[3:])
    if word == "short" or word in FORMATS or re.fullmatch(r"in [A-Z]{3}", word):
        raise BadExpression(f"`| {word}` comes after another of its kind: keep one", column)
    if word.startswith("in ") or word == "in":
        raise BadExpression("`| in` wants a currency code of three capital letters, such as `| in USD`", column)
    mistake = f"`{word}` is no format" if word else "a format is missing after `|`"
    known = ", ".join(f"`{known}`" for known in (*FORMATS, "short", "in USD"))
    raise BadExpression(f"{mistake}: there are {known}", column)


# --- The grammar -----------------------------------------------------------------------------------------------------


class _Token(NamedTuple):
    kind: Literal["name", "number", "sign", "end"]
    text: str
    column: int


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>[0-9]+(?:\.[0-9]+)?)(?![\w.]) |
    (?P<name>[a-z][a-z0-9_]*)(?![\w.]) |
    (?P<sign>[-+*/()])
)""",
    re.VERBOSE,
)
_ELSEWHERE = MappingProxyType({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "—": "-"})
"""Signs that people write for ours."""


class _Reading:
    """One pass over a formula, a token ahead."""

    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.position = 0
        self.depth = 0

    def whole(self) -> Part:
        part = self.sum()
        if self.next.kind != "end":
            raise BadExpression(_missing_sign(self.next), self.next.column)
        return part

    def sum(self) -> Part:
        part = self.term()
        while self.next.text in ("+", "-"):
            part = Operation(part, cast("Symbol", self.take().text), self.term())
        return part

    def term(self) -> Part:
        part = self.value()
        while self.next.text in ("*", "/"):
            part = Operation(part, cast("Symbol", self.take().text), self.value())
        return part

    def value(self) -> Part:
        token = self.take()
        if token.kind == "name":
            return Name(token.text, token.column)
        if token.kind == "number":
            return Number(Fraction(token.text))
        if token.text == "(":
            return self.parenthesis(token.column)
        raise BadExpression(_missing_value(token, self.tokens), token.column)

    def parenthesis(self, column: int) -> Part:
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise BadExpression(f"parentheses are nested more than {DEEPEST_NESTING} deep", column)
        part = self.sum()
        if self.next.kind == "end":
            raise BadExpression("`(` is never closed", column)
        if self.next.text != ")":
            raise BadExpression(_missing_sign(self.next), self.next.column)
        self.take()
        self.depth -= 1
        return part

    @property
    def next(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.next
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if not match:
            column = position + len(text[position:]) - len(text[position:].lstrip())
            raise BadExpression(_foreign(text[column:]), column)
        kind = cast("Literal['name', 'number', 'sign']", match.lastgroup)
        if kind == "number" and max(map(len, match[kind].split("."))) > LONGEST_NUMBER:
            raise BadExpression(f"a number has at most {LONGEST_NUMBER} digits", match.start(kind))
        yield _Token(kind, match[kind], match.start(kind))
        position = match.end()
    yield _Token("end", "", len(text))


def _foreign(rest: str) -> str:
    """What is wrong with a text that begins with no token."""
    word = re.match(r"[\w.]+|.", rest, re.DOTALL)[0]  # type: ignore[index]  # there is always a character
    if word in _ELSEWHERE:
        return f"write `{_ELSEWHERE[word]}` for `{word}`"
    if re.fullmatch(r"[0-9]+[a-z_]\w*", word):
        return f"`{word}` is neither a number nor a name: names begin with a letter, and products have a `*`"
    if re.fullmatch(r"[0-9.]+", word):
        return f"`{word}` is no number: write it as 12.5"
    if word[0].isalpha() or "." in word:
        return f"`{word}` is no price's name: names are small letters, digits and underscores"
    return f"`{word}` has no place in an expression: there are names, numbers, + - * / and parentheses"


def _missing_sign(token: _Token) -> str:
    if token.text == ")":
        return "`)` closes nothing"
    return f"a sign is missing before `{token.text}`: write + - * or / between two values"


def _missing_value(token: _Token, tokens: Sequence[_Token]) -> str:
    if token.kind == "end":
        return "the expression ends where a name or number should follow" if tokens[1:] else "the expression is empty"
    return f"a name or number should stand before `{token.text}`"
