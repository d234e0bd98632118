"""QTI's response processing against tables of cases, worked by hand from the specification."""

from fractions import Fraction
from typing import Any

import pytest
from lxml import etree

from question_banks.formats.qti.declarations import declared
from question_banks.formats.qti.expressions import Scope, evaluate
from question_banks.formats.qti.processing import scoring_of
from question_banks.formats.qti.values import Value, value
from question_banks.formats.reading import Unreadable


def item(rules: str, declarations: str = "") -> etree._Element:
    return etree.fromstring(f"<assessmentItem>{declarations}{rules}</assessmentItem>")


def declaration(cardinality: str, base: str, inner: str = "") -> str:
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"{inner}</responseDeclaration>"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
    )


def template(name: str) -> str:
    return f'<responseProcessing template="http://example.invalid/rptemplates/{name}"/>'


CORRECT = "<correctResponse>{}</correctResponse>"
VALUES = "<value>A</value><value>B</value>"
MAPPING = (
    '<mapping defaultValue="-1" lowerBound="-2" upperBound="3">'
    '<mapEntry mapKey="A" mappedValue="2"/><mapEntry mapKey="B" mappedValue="2.5"/>'
    '<mapEntry mapKey="C" mappedValue="-4"/></mapping>'
)
ABCD = (  # the worked example of mapResponse in the specification: {A,B,C,D} to {0,1,0.5,0}
    '<mapping defaultValue="0"><mapEntry mapKey="A" mappedValue="0"/>'
    '<mapEntry mapKey="B" mappedValue="1"/><mapEntry mapKey="C" mappedValue="0.5"/>'
    '<mapEntry mapKey="D" mappedValue="0"/></mapping>'
)
AREAS = (
    '<areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="10,10,5" mappedValue="1"/>'
    '<areaMapEntry shape="rect" coords="30,30,40,40" mappedValue="2"/>'
    '<areaMapEntry shape="poly" coords="60,60,80,60,60,80" mappedValue="0.5"/></areaMapping>'
)


@pytest.mark.parametrize(
    ("name", "cardinality", "base", "inner", "given", "score"),
    [
        ("match_correct", "single", "identifier", CORRECT.format("<value>A</value>"), ["A"], 1),
        ("match_correct", "single", "identifier", CORRECT.format("<value>A</value>"), ["B"], 0),
        ("match_correct", "single", "identifier", CORRECT.format("<value>A</value>"), [], 0),
        ("match_correct", "multiple", "identifier", CORRECT.format(VALUES), ["B", "A"], 1),
        ("match_correct", "multiple", "identifier", CORRECT.format(VALUES), ["A"], 0),
        ("match_correct", "multiple", "identifier", CORRECT.format(VALUES), ["A", "A", "B"], 0),
        ("match_correct", "multiple", "identifier", CORRECT.format(VALUES), [], 0),
        ("match_correct", "ordered", "identifier", CORRECT.format(VALUES), ["A", "B"], 1),
        ("match_correct", "ordered", "identifier", CORRECT.format(VALUES), ["B", "A"], 0),
        ("match_correct", "single", "identifier", "", ["A"], 0),  # correct is NULL
        ("match_correct", "single", "pair", CORRECT.format("<value>A B</value>"), [("A", "B")], 1),
        ("match_correct", "single", "string", CORRECT.format("<value>York</value>"), ["york"], 0),
        ("map_response", "single", "identifier", ABCD, ["C"], Fraction(1, 2)),
        ("map_response", "multiple", "identifier", ABCD, ["C", "B"], Fraction(3, 2)),
        ("map_response", "multiple", "identifier", ABCD, ["B", "B", "C"], Fraction(3, 2)),
        ("map_response", "multiple", "identifier", MAPPING, ["A", "B"], 3),  # 4.5, upper bound
        ("map_response", "multiple", "identifier", MAPPING, ["C", "Z"], -2),  # -5, lower bound
        ("map_response", "multiple", "identifier", MAPPING, ["Z"], -1),  # unmapped: default
        ("map_response", "multiple", "identifier", MAPPING, ["A", "Z"], 1),
        ("map_response", "multiple", "identifier", MAPPING, [], 0),  # NULL
        ("map_response", "ordered", "identifier", MAPPING, ["B", "A"], 3),
        ("map_response_point", "single", "point", AREAS, [(13, 14)], 1),  # on the circle's edge
        ("map_response_point", "single", "point", AREAS, [(14, 14)], 0),
        ("map_response_point", "single", "point", AREAS, [(40, 30)], 2),
        ("map_response_point", "single", "point", AREAS, [(70, 70)], Fraction(1, 2)),
        ("map_response_point", "single", "point", AREAS, [(71, 70)], 0),
        ("map_response_point", "multiple", "point", AREAS, [(10, 10), (11, 10)], 1),  # area once
        ("map_response_point", "multiple", "point", AREAS, [(10, 10), (35, 35)], 3),
        ("map_response_point", "single", "point", AREAS, [], 0),
    ],
)  # fmt: skip
def test_template_gives_what_the_specification_says(  # noqa: PLR0917 - a table
    name: str,
    cardinality: str,
    base: str,
    inner: str,
    given: list[Any],
    score: Any,
) -> None:
    scoring = scoring_of(item(template(name), declaration(cardinality, base, inner)))

    assert scoring.score({"RESPONSE": value(cardinality, base, given)}) == score


@pytest.mark.parametrize(
    ("text", "case", "score"),
    [("York", "true", 1), ("york", "true", 0), ("york", "false", 1), ("YORK", "false", 1)],
)
def test_map_entry_tells_case_only_when_it_says_so(text: str, case: str, score: int) -> None:
    entry = f'<mapEntry mapKey="York" mappedValue="1" caseSensitive="{case}"/>'
    inner = f"<mapping>{entry}</mapping>"
    scoring = scoring_of(item(template("map_response"), declaration("single", "string", inner)))

    assert scoring.score({"RESPONSE": value("single", "string", [text])}) == score


def base(kind: str, text: object) -> str:
    return f'<baseValue baseType="{kind}">{text}</baseValue>'


def real(number: object) -> str:
    return base("float", number)


def bag(tag: str, *ids: str) -> str:
    return f"<{tag}>" + "".join(base("identifier", id_) for id_ in ids) + f"</{tag}>"


ABSOLUTE = 'toleranceMode="absolute" tolerance="0.5"'
YA = base("string", "Ya") + base("string", "YA")
B_ABC = base("string", "b") + base("string", "abc")
YES, NO, NULL = base("boolean", "true"), base("boolean", "false"), "<null/>"


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (f"<and>{YES}{YES}</and>", True), (f"<and>{YES}{NO}</and>", False),
        (f"<and>{NULL}{NO}</and>", False), (f"<and>{NULL}{YES}</and>", None),
        (f"<or>{NULL}{YES}</or>", True), (f"<or>{NULL}{NO}</or>", None),
        (f"<or>{NO}{NO}</or>", False), (f"<not>{NULL}</not>", None), (f"<not>{NO}</not>", True),
        (f"<isNull>{NULL}</isNull>", True), (f"<isNull>{base('string', '')}</isNull>", True),
        ("<isNull><multiple/></isNull>", True), (f"<isNull>{NO}</isNull>", False),
        (f"<containerSize>{NULL}</containerSize>", 0),
        (f"<containerSize>{bag('multiple', 'A', 'A')}</containerSize>", 2),
        (f"<match>{NULL}{YES}</match>", None), (f"<match>{YES}{YES}</match>", True),
        (f"<match>{bag('multiple', 'A', 'B')}{bag('multiple', 'B', 'A')}</match>", True),
        (f"<match>{bag('ordered', 'A', 'B')}{bag('ordered', 'B', 'A')}</match>", False),
        (f"<member>{base('identifier', 'A')}{bag('multiple', 'B', 'A')}</member>", True),
        (f"<member>{base('identifier', 'A')}{NULL}</member>", None),
        (f"<contains>{bag('multiple', 'A', 'B')}{bag('multiple', 'B')}</contains>", True),
        (f"<contains>{bag('multiple', 'A', 'B')}{bag('multiple', 'B', 'B')}</contains>", False),
        (f"<contains>{bag('ordered', 'A', 'B', 'C')}{bag('ordered', 'B', 'C')}</contains>", True),
        (f"<contains>{bag('ordered', 'A', 'B', 'C')}{bag('ordered', 'A', 'C')}</contains>", False),
        (f'<index n="2">{bag("ordered", "A", "B")}</index>', "B"),
        (f'<index n="3">{bag("ordered", "A", "B")}</index>', None),
        (f"<sum>{real('0.1')}{real('0.2')}</sum>", Fraction(3, 10)),
        (f"<sum>{real(1)}{NULL}</sum>", None),
        (f"<subtract>{real(1)}{real(3)}</subtract>", -2),
        (f"<product>{real(2)}{real('1.5')}</product>", 3),
        (f"<divide>{real(1)}{real(3)}</divide>", Fraction(1, 3)),
        (f"<divide>{real(1)}{real(0)}</divide>", None),
        (f"<integerDivide>{real(-7)}{real(2)}</integerDivide>", -4),
        (f"<integerModulus>{real(7)}{real(2)}</integerModulus>", 1),
        (f"<round>{real('6.5')}</round>", 7), (f"<round>{real('-6.5')}</round>", -6),
        (f"<round>{real('6.49')}</round>", 6), (f"<truncate>{real('-6.8')}</truncate>", -6),
        (f"<lt>{real(1)}{real(2)}</lt>", True), (f"<gte>{real(1)}{real(2)}</gte>", False),
        (f"<lte>{real(1)}{NULL}</lte>", None),
        (f"<equal>{real(3)}{real('3.0')}</equal>", True),
        (f'<equal {ABSOLUTE}>{real(3)}{real("3.5")}</equal>', True),
        (f'<equal {ABSOLUTE} includeUpperBound="false">{real(3)}{real("3.5")}</equal>', False),
        (f'<equal toleranceMode="relative" tolerance="10">{real(50)}{real(45)}</equal>', True),
        (f'<equal toleranceMode="relative" tolerance="10 1">{real(50)}{real(51)}</equal>', False),
        (f'<stringMatch caseSensitive="false">{YA}</stringMatch>', True),
        (f'<stringMatch caseSensitive="true">{YA}</stringMatch>', False),
        (f'<substring caseSensitive="true">{B_ABC}</substring>', True),
        (f'<inside shape="rect" coords="0,0,4,4">{base("point", "4 4")}</inside>', True),
    ],
)  # fmt: skip
def test_expression_gives_what_the_specification_says(xml: str, expected: Any) -> None:
    node = etree.fromstring(xml)

    found = evaluate(node, Scope({}, {}, {}))

    assert (None if found is None else found.one) == expected


@pytest.mark.parametrize(
    "name",
    ["random", "randomInteger", "patternMatch", "customOperator", "fieldValue", "equalRounded"],
)
def test_expression_that_is_not_supported_is_named(name: str) -> None:
    with pytest.raises(Unreadable, match=f"expression_unsupported: {name}"):
        evaluate(etree.fromstring(f"<{name}/>"), Scope({}, {}, {}))


RULES = """<responseProcessing>
  <responseCondition>
    <responseIf><isNull><variable identifier="RESPONSE"/></isNull>
      <setOutcomeValue identifier="SCORE">
      <baseValue baseType="float">-1</baseValue></setOutcomeValue>
      <exitResponse/></responseIf>
    <responseElseIf><match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
      <setOutcomeValue identifier="SCORE">
      <baseValue baseType="float">2</baseValue></setOutcomeValue>
    </responseElseIf>
    <responseElse>
      <setOutcomeValue identifier="SCORE">
      <baseValue baseType="float">0.25</baseValue></setOutcomeValue>
    </responseElse>
  </responseCondition>
  <setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/>
    <baseValue baseType="float">1</baseValue></sum></setOutcomeValue>
</responseProcessing>"""


@pytest.mark.parametrize(("given", "score"), [([], -1), (["A"], 3), (["B"], Fraction(5, 4))])
def test_conditions_take_the_first_branch_and_exit_ends_processing(
    given: list[str], score: Any
) -> None:
    inner = CORRECT.format("<value>A</value>")
    scoring = scoring_of(item(RULES, declaration("single", "identifier", inner)))

    assert scoring.score({"RESPONSE": value("single", "identifier", given)}) == score


def test_values_are_exact_and_empty_ones_are_null() -> None:
    assert value("multiple", "identifier", []) is None
    assert value("single", "string", [""]) is None
    found = declared(item("", declaration("single", "float", CORRECT.format("<value>0.1</value>"))),
                     "responseDeclaration")  # fmt: skip
    assert found["RESPONSE"].correct == Value("single", "float", (Fraction(1, 10),))
