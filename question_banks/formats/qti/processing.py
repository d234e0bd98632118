"""Response processing of an item: templates and rules, evaluated for a response.

QTI 2.2, "Response processing". The three standard templates are known by their name whatever
address stands before it.
"""

from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from typing import Final

import msgspec
from lxml import etree

from question_banks.formats.qti.declarations import Declaration, declared
from question_banks.formats.qti.expressions import Scope, evaluate
from question_banks.formats.qti.values import Value, number
from question_banks.formats.reading import Unreadable

SCORE: Final = "SCORE"
RESPONSE: Final = "RESPONSE"
BRANCHES: Final = frozenset({"responseIf", "responseElseIf"})


class Finished(Exception):
    """`exitResponse` was met; never leaves this module."""


class Scoring(msgspec.Struct, frozen=True):
    """How an item scores: its variables, and its template's name or its rules."""

    responses: Mapping[str, Declaration]
    outcomes: Mapping[str, Declaration]
    template: str
    rules: etree._Element | None

    def score(self, given: Mapping[str, Value | None]) -> Fraction:
        """SCORE for responses by variable; NULL is 0. Raises Unreadable."""
        scope = Scope(self.responses, self.outcomes, given)
        if self.template:
            return _by_template(self.template, scope)
        with suppress(Finished):
            _run(self.rules if self.rules is not None else [], scope)
        found = scope.held.get(SCORE)
        if found is None:
            return Fraction(0)
        if found.base not in {"float", "integer"} or len(found.members) != 1:
            raise Unreadable("score_malformed")
        return Fraction(found.one)

    @property
    def scored(self) -> bool:
        """Whether anything is processed at all."""
        return bool(self.template) or (self.rules is not None and len(self.rules) > 0)


def scoring_of(item: etree._Element) -> Scoring:
    """The scoring of an item in unified names; raises Unreadable for an unknown template."""
    rules = item.find("responseProcessing")
    name = ""
    if rules is not None and not len(rules):
        address = rules.get("template") or rules.get("templateLocation") or ""
        name = address.rpartition("/")[2].removesuffix(".xml")
        if name.upper() == "CC2_MATCH_BASIC" or name == "CC2_match":
            name = "match_correct"
        if name and name not in TEMPLATES:
            raise Unreadable(f"template_unsupported: {name[:60]}")
    return Scoring(
        declared(item, "responseDeclaration"), declared(item, "outcomeDeclaration"), name, rules
    )


TEMPLATES: Final = frozenset({"match_correct", "map_response", "map_response_point"})


def _by_template(name: str, scope: Scope) -> Fraction:
    own = scope.responses.get(RESPONSE)
    if own is None:
        raise Unreadable("variable_unknown: RESPONSE")
    given = scope.held[RESPONSE]
    if name == "map_response":
        return Fraction(0) if given is None else own.mapped(given)
    if name == "map_response_point":
        return Fraction(0) if given is None else own.mapped_points(given)
    match = etree.Element("match")
    etree.SubElement(match, "variable", identifier=RESPONSE)
    etree.SubElement(match, "correct", identifier=RESPONSE)
    found = evaluate(match, scope)
    return Fraction(found is not None and bool(found.one))


def _run(rules: etree._Element | list[etree._Element], scope: Scope) -> None:
    for rule in rules:
        if rule.tag == "responseCondition":
            _condition(rule, scope)
        elif rule.tag == "setOutcomeValue":
            _set(rule, scope)
        elif rule.tag == "responseProcessingFragment":
            _run(rule, scope)
        elif rule.tag == "exitResponse":
            raise Finished
        else:
            raise Unreadable(f"expression_unsupported: {rule.tag}")


def _condition(rule: etree._Element, scope: Scope) -> None:
    for branch in rule:
        if branch.tag in BRANCHES:
            if not len(branch):
                raise Unreadable(f"expression_malformed: {branch.tag}")
            test = evaluate(branch[0], scope)
            if test is not None and test.one is True:  # NULL counts as false
                _run(list(branch)[1:], scope)
                return
        elif branch.tag == "responseElse":
            _run(branch, scope)
            return
        else:
            raise Unreadable(f"expression_unsupported: {branch.tag}")


def _set(rule: etree._Element, scope: Scope) -> None:
    name = rule.get("identifier", "")
    if name not in scope.held or name in scope.responses:
        if name not in {SCORE, "MAXSCORE", "FEEDBACK", "FEEDBACKBASIC", "completionStatus"}:
            raise Unreadable(f"variable_unknown: {name}")
        scope.held.setdefault(name, None)
    if len(rule) != 1:
        raise Unreadable("expression_malformed: setOutcomeValue")
    found = evaluate(rule[0], scope)
    declared_as = scope.outcomes.get(name)
    if (
        found is not None
        and declared_as
        and declared_as.base == "float"
        and found.base == "integer"
    ):
        found = number(Fraction(found.one))
    scope.held[name] = found
