"""QTI's expressions over response variables, pure and exact.

After QTI 2.2, "Expressions"; each operator's rule for NULL is the specification's: arithmetic and
comparison give NULL when an operand is NULL, `and` and `or` follow three-valued logic. What depends
on chance, time or a regular expression of the file is refused by name, not guessed.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, Final

from lxml import etree

from question_banks.formats.qti.declarations import Area, Declaration, coords_of
from question_banks.formats.qti.values import (
    Value,
    exact,
    number,
    parsed,
    same,
    single,
    truth,
    value,
)
from question_banks.formats.reading import Unreadable

LARGEST_POWER: Final = 20


class Scope:
    """The variables of one attempt: responses as given, outcomes as set so far."""

    def __init__(
        self,
        responses: Mapping[str, Declaration],
        outcomes: Mapping[str, Declaration],
        given: Mapping[str, Value | None],
    ) -> None:
        self.responses = responses
        self.outcomes = outcomes
        self.held: dict[str, Value | None] = {name: own.default for name, own in outcomes.items()}
        self.held |= {name: given.get(name) for name in responses}

    def response(self, node: etree._Element) -> Declaration:
        """The response variable that an expression names; raises Unreadable."""
        name = node.get("identifier", "")
        if name not in self.responses:
            raise Unreadable(f"variable_unknown: {name}")
        return self.responses[name]


def evaluate(node: etree._Element, scope: Scope) -> Value | None:
    """The value of an expression; raises Unreadable for one that is not supported or malformed."""
    own = LEAVES.get(node.tag)
    if own is not None:
        return own(node, scope)
    operands = [evaluate(child, scope) for child in node]
    logic = LOGIC.get(node.tag)
    if logic is not None:
        return logic(operands)
    operator = OPERATORS.get(node.tag)
    if operator is None:
        raise Unreadable(f"expression_unsupported: {node.tag}")
    if any(operand is None for operand in operands):
        return None
    try:
        return operator(node, [operand for operand in operands if operand is not None])
    except (IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unreadable(f"expression_malformed: {node.tag}") from error


def _variable(node: etree._Element, scope: Scope) -> Value | None:
    name = node.get("identifier", "")
    if name not in scope.held:
        raise Unreadable(f"variable_unknown: {name}")
    return scope.held[name]


def _base(node: etree._Element, scope: Scope) -> Value | None:
    del scope
    base = node.get("baseType", "string")
    return single(base, parsed(base, "".join(node.itertext())))


def _mapped(node: etree._Element, scope: Scope) -> Value:
    own = scope.response(node)
    return number(own.mapped(scope.held[own.name]))


def _mapped_point(node: etree._Element, scope: Scope) -> Value:
    own = scope.response(node)
    return number(own.mapped_points(scope.held[own.name]))


def _container(node: etree._Element, scope: Scope) -> Value | None:
    found = [own for child in node if (own := evaluate(child, scope)) is not None]
    members = [member for own in found for member in own.members]
    return value(node.tag, found[0].base, members) if found else None


LEAVES: Final[dict[str, Callable[[etree._Element, Scope], Value | None]]] = {
    "variable": _variable,
    "baseValue": _base,
    "correct": lambda node, scope: scope.response(node).correct,
    "default": lambda node, scope: scope.response(node).default,
    "null": lambda _node, _scope: None,
    "mapResponse": _mapped,
    "mapResponsePoint": _mapped_point,
    "multiple": _container,
    "ordered": _container,
}


def _and(operands: list[Value | None]) -> Value | None:
    if any(own is not None and not own.one for own in operands):
        return truth(False)
    return None if None in operands else truth(True)


def _or(operands: list[Value | None]) -> Value | None:
    if any(own is not None and own.one for own in operands):
        return truth(True)
    return None if None in operands else truth(False)


def _not(operands: list[Value | None]) -> Value | None:
    return None if operands[:1] == [None] or not operands else truth(not _one(operands[0]))


def _size(operands: list[Value | None]) -> Value:
    own = operands[0] if operands else None
    return number(Fraction(len(own.members) if own else 0), "integer")


LOGIC: Final[dict[str, Callable[[list[Value | None]], Value | None]]] = {
    "and": _and,
    "or": _or,
    "not": _not,
    "isNull": lambda operands: truth(operands[:1] == [None]),
    "containerSize": _size,
}


def _one(given: Value | None) -> Any:
    if given is None or len(given.members) != 1:
        raise Unreadable("value_malformed")
    return given.one


def _numbers(operands: list[Value]) -> list[Fraction]:
    return [Fraction(member) for own in operands for member in own.members]


def _product(node: etree._Element, operands: list[Value]) -> Value:
    del node
    total = Fraction(1)
    for factor in _numbers(operands):
        total *= factor
    return number(total)


def _divide(node: etree._Element, operands: list[Value]) -> Value | None:
    left, right = _numbers(operands)
    if right == 0:
        return None
    if node.tag == "divide":
        return number(left / right)
    return number(Fraction(left // right if node.tag == "integerDivide" else left % right))


def _power(node: etree._Element, operands: list[Value]) -> Value:
    del node
    left, right = _numbers(operands)
    if right.denominator != 1 or abs(right) > LARGEST_POWER or (left == 0 and right < 0):
        raise Unreadable("expression_unsupported: power")
    return number(Fraction(left ** int(right)))


def _round(node: etree._Element, operands: list[Value]) -> Value:
    (given,) = _numbers(operands)
    down = given.numerator // given.denominator
    if node.tag == "truncate":
        return number(Fraction(int(given)), "integer")
    return number(Fraction(down + (given - down >= Fraction(1, 2))), "integer")


def _equal(node: etree._Element, operands: list[Value]) -> Value:
    """`relative` tolerance is in per cent of the first operand; bounds are included as ever."""
    first, second = _numbers(operands)
    slack = [exact(part) for part in node.get("tolerance", "0").split()] or [Fraction(0)]
    below, above = slack[0], slack[-1]
    mode = node.get("toleranceMode", "exact")
    if mode == "relative":
        below, above = (abs(first) * part / 100 for part in (below, above))
    elif mode != "absolute":
        below = above = Fraction(0)
    low, high = first - below, first + above
    least = low <= second if node.get("includeLowerBound") != "false" else low < second
    most = second <= high if node.get("includeUpperBound") != "false" else second < high
    return truth(least and most)


def _text_match(node: etree._Element, operands: list[Value]) -> Value:
    left, right = (str(_one(own)) for own in operands)
    if node.get("caseSensitive") == "false":
        left, right = left.casefold(), right.casefold()
    within = node.tag == "substring" or node.get("substring") == "true"
    return truth(left in right if node.tag == "substring" else right in left if within
                 else left == right)  # fmt: skip


def _inside(node: etree._Element, operands: list[Value]) -> Value:
    shape = node.get("shape", "")
    area = Area(shape, coords_of(shape, node.get("coords", "")), Fraction(0))
    return truth(any(area.holds(point) for point in operands[0].members))


def _index(node: etree._Element, operands: list[Value]) -> Value | None:
    place, own = int(exact(node.get("n", ""))), operands[0]
    return single(own.base, own.members[place - 1]) if 1 <= place <= len(own.members) else None


def _contains(node: etree._Element, operands: list[Value]) -> Value:
    """A bag within a bag; an ordered sequence as a run of the other."""
    del node
    outer, inner = operands
    if outer.cardinality == "ordered":
        width = len(inner.members)
        starts = range(len(outer.members) - width + 1)
        return truth(any(outer.members[at : at + width] == inner.members for at in starts))
    need = {member: inner.members.count(member) for member in inner.members}
    return truth(all(outer.members.count(member) >= n for member, n in need.items()))


def _delete(node: etree._Element, operands: list[Value]) -> Value | None:
    del node
    gone, own = operands
    kept = [member for member in own.members if member != _one(gone)]
    return value(own.cardinality, own.base, kept)


def _compare(test: Callable[[Fraction, Fraction], bool]) -> "Operator":
    def compared(node: etree._Element, operands: list[Value]) -> Value:
        del node
        left, right = _numbers(operands)
        return truth(test(left, right))

    return compared


Operator = Callable[[Any, list[Value]], Value | None]  # the node is an lxml element
OPERATORS: Final[dict[str, Operator]] = {
    "match": lambda _node, own: truth(same(own[0], own[1])),
    "member": lambda _node, own: truth(_one(own[0]) in own[1].members),
    "contains": _contains,
    "delete": _delete,
    "index": _index,
    "stringMatch": _text_match,
    "substring": _text_match,
    "inside": _inside,
    "equal": _equal,
    "lt": _compare(lambda a, b: a < b),
    "lte": _compare(lambda a, b: a <= b),
    "gt": _compare(lambda a, b: a > b),
    "gte": _compare(lambda a, b: a >= b),
    "sum": lambda _node, own: number(sum(_numbers(own), Fraction(0))),
    "subtract": lambda _node, own: number(_numbers(own)[0] - _numbers(own)[1]),
    "product": _product,
    "divide": _divide,
    "integerDivide": _divide,
    "integerModulus": _divide,
    "power": _power,
    "min": lambda _node, own: number(min(_numbers(own))),
    "max": lambda _node, own: number(max(_numbers(own))),
    "round": _round,
    "truncate": _round,
    "integerToFloat": lambda _node, own: number(_numbers(own)[0]),
}
