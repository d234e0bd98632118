"""XML of strangers as a tree: nothing outside the file is read, nothing in it is expanded."""

from lxml import etree

from question_banks.errors import BankFileInvalid
from question_banks.formats.limits import Limits


def parse(data: bytes, limits: Limits, *, doctype: bool = False) -> etree._Element:
    """The root of a document; raises BankFileInvalid.

    A document type is refused unless `doctype` lets one through that declares nothing itself
    (what it points to is never read). Comments and processing instructions are left out.
    """
    if len(data) > limits.bytes:
        raise BankFileInvalid(reason="too_large")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BankFileInvalid(reason=f"xml: {error}") from error
    kind = root.getroottree().docinfo.internalDTD
    if kind is not None and not (doctype and not list(kind.iterentities())):
        raise BankFileInvalid(reason="doctype")
    if any(not isinstance(node.tag, str) for node in root.iter()):
        raise BankFileInvalid(reason="entity")
    _check_depth(root, limits.depth)
    return root


def _check_depth(root: etree._Element, most: int) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > most:
            raise BankFileInvalid(reason="too_deep")
