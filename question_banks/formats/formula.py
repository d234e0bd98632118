"""Formulas in item texts, `$…$` in the jqMath manner, as presentation MathML.

Understands numbers, letters, operators, `^` and `_`, `/` between neighbours, `√` with an optional
`^index`, `{…}` for grouping without brackets, and `` `text '…' `` for words. An unclosed group
ends where the formula (or the next text) ends, as readers of such files expect.
"""

import html
import re

TOKEN = re.compile(
    r"\s*(?:`?text\s*'(?P<text>[^']*)'`?|(?P<number>\d+(?:[.,]\d+)*)|(?P<mark>.))", re.DOTALL
)
OPENERS = {"(": ")", "[": "]", "{": "}"}


def to_mathml(formula: str, *, display: bool) -> str:
    """MathML of one formula; every character of it appears escaped."""
    body = _Parser(_tokens(formula)).row(None)
    kind = ' display="block"' if display else ""
    return f"<math{kind}>{body}</math>"


def _tokens(formula: str) -> list[tuple[str, str]]:
    found = []
    for match in TOKEN.finditer(formula.strip()):
        kind = match.lastgroup or "mark"
        value = match.group(kind)
        if kind == "text" or value.strip():
            found.append((kind, value))
    return found


class _Parser:
    """Recursive descent; each method consumes tokens and gives MathML."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0

    def row(self, closer: str | None) -> str:
        parts: list[str] = []
        while (token := self._peek()) is not None:
            if closer is not None and (token == ("mark", closer) or token[0] == "text"):
                break
            parts.append(self._fraction())
        return f"<mrow>{''.join(parts)}</mrow>"

    def _fraction(self) -> str:
        left = self._scripted()
        while self._peek() == ("mark", "/"):
            self._at += 1
            left = f"<mfrac>{left}{self._scripted()}</mfrac>"
        return left

    def _scripted(self) -> str:
        base = self._atom()
        while (token := self._peek()) in {("mark", "^"), ("mark", "_")}:
            self._at += 1
            tag = "msup" if token == ("mark", "^") else "msub"
            base = f"<{tag}>{base}{self._atom()}</{tag}>"
        return base

    def _atom(self) -> str:
        token = self._peek()
        if token is None:
            return "<mrow></mrow>"
        self._at += 1
        kind, value = token
        if kind == "text":
            return f"<mtext>{html.escape(value)}</mtext>"
        if kind == "number":
            return f"<mn>{html.escape(value)}</mn>"
        if value == "√":
            return self._root()
        if value in OPENERS:
            return self._group(value)
        tag = "mi" if value.isalpha() else "mo"
        return f"<{tag}>{html.escape(value)}</{tag}>"

    def _root(self) -> str:
        if self._peek() == ("mark", "^"):
            self._at += 1
            index = self._atom()
            return f"<mroot>{self._scripted()}{index}</mroot>"
        return f"<msqrt>{self._scripted()}</msqrt>"

    def _group(self, opener: str) -> str:
        closer = OPENERS[opener]
        inner = self.row(closer)
        closed = self._peek() == ("mark", closer)
        self._at += closed
        if opener == "{":
            return inner
        end = f"<mo>{closer}</mo>" if closed else ""
        return f"<mrow><mo>{opener}</mo>{inner}{end}</mrow>"

    def _peek(self) -> tuple[str, str] | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None
