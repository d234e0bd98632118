"""Looks at a certificate while it is laid out: does all text lie on the paper, apart from the rest?

Lengths are millimetres from the upper left corner.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any, Final, NamedTuple

from certificates.designs.design import Layout

_PIXEL: Final = 25.4 / 96
_SLACK: Final = 0.2  # what touching may measure


class Area(NamedTuple):
    """A rectangle on the page."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Area") -> bool:
        """Whether another lies inside."""
        return (
            self.left - _SLACK <= other.left
            and self.top - _SLACK <= other.top
            and other.right <= self.right + _SLACK
            and other.bottom <= self.bottom + _SLACK
        )

    def meets(self, other: "Area") -> bool:
        """Whether the two overlap by more than touching."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > _SLACK
            and min(self.bottom, other.bottom) - max(self.top, other.top) > _SLACK
        )


# Inside the frame, or right of the band; the back page's margins are its own.
FRONT: Final = {
    Layout.CLASSIC: Area(18.2, 18.2, 278.8, 191.8),
    Layout.MODERN: Area(30.0, 8.0, 289.0, 202.0),
}
BACK: Final = Area(14.0, 14.0, 283.0, 197.0)


class LayoutWatch:
    """An observer of one rendering; `faults` tells afterwards what it saw."""

    def __init__(self, layout: Layout) -> None:
        self._room = FRONT[layout]
        self._found: list[tuple[str, str]] = []

    def laid_out(self, document: Any) -> None:
        """Look at every page."""
        front, *rest = document.pages
        self._found += self._front(front._page_box)  # noqa: SLF001 - the only way in
        for page in rest:
            for name, area in _ink(_flow(page._page_box)):  # noqa: SLF001 - as above
                if not BACK.holds(area):
                    self._found.append(("outside", name))

    def finished(self, document: Any, pdf: Any) -> None:
        """Nothing to add."""

    def faults(self) -> list[tuple[str, str]]:
        """Kind and element of each fault."""
        return self._found

    def _front(self, page_box: Any) -> Iterator[tuple[str, str]]:
        blocks: dict[str, list[Area]] = {}
        for block in _blocks(_flow(page_box)):
            name = _name(block)
            blocks.setdefault(name, []).extend(area for _, area in _ink(block))
            if name == "h1" and sum(1 for _ in _lines(block)) > 1:
                yield "title_breaks", name
        for name, inks in blocks.items():
            if not all(self._room.holds(ink) for ink in inks):
                yield "outside", name
        for (one, inks), (other, others) in combinations(blocks.items(), 2):
            if any(a.meets(b) for a in inks for b in others):
                yield "overlap", f"{one} / {other}"


def _flow(page_box: Any) -> Any:
    """The page's content without its margin boxes."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - slow import

    return next(each for each in page_box.children if not isinstance(each, boxes.MarginBox))


def _real(box: Any) -> Any:
    return getattr(box, "_box", box)  # the placeholder of an absolutely positioned box


def _blocks(box: Any) -> list[Any]:
    """The parts of the front page: what stands directly in its section."""
    box = _real(box)
    if "front" in _classes(box):
        return [_real(child) for child in box.children]
    found = [_blocks(child) for child in getattr(box, "children", ())]
    return next((each for each in found if each), [])


def _classes(box: Any) -> list[str]:
    element = getattr(box, "element", None)
    return str(element.get("class", "")).split() if element is not None else []


def _name(box: Any) -> str:
    return next(iter(_classes(box)), "") or str(box.element_tag)


def _lines(box: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - slow import

    box = _real(box)
    if isinstance(box, boxes.LineBox):
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from _lines(child)


def _ink(box: Any) -> Iterator[tuple[str, Area]]:
    """Where text and pictures stand: the em boxes of text, without the leading above and below."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - slow import

    box = _real(box)
    if isinstance(box, boxes.ReplacedBox):
        x, y = box.content_box_x(), box.content_box_y()
        yield _name(box), _area(x, y, box.width, box.height)
    elif isinstance(box, boxes.TextBox) and box.text.strip():
        size = box.style["font_size"]
        top = box.position_y + box.baseline - 0.74 * size  # from capitals to descenders
        yield _name(box), _area(box.position_x, top, box.width, 0.96 * size)
    for child in getattr(box, "children", ()):
        yield from _ink(child)


def _area(x: float, y: float, width: float, height: float) -> Area:
    return Area(x * _PIXEL, y * _PIXEL, (x + width) * _PIXEL, (y + height) * _PIXEL)
