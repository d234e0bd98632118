"""One vocabulary for QTI 2.1, 2.2 and 3.0: that of 2.2, without namespaces."""

import re
from typing import Final

from lxml import etree

NAMESPACES: Final = {
    "http://www.imsglobal.org/xsd/imsqti_v2p0": "2.0",
    "http://www.imsglobal.org/xsd/imsqti_v2p1": "2.1",
    "http://www.imsglobal.org/xsd/imsqti_v2p2": "2.2",
    "http://www.imsglobal.org/xsd/imsqtiasi_v3p0": "3.0",
}
DASH: Final = re.compile(r"-([a-z])")


def version_of(root: etree._Element) -> str:
    """The QTI version by the root's namespace, empty for another one."""
    return NAMESPACES.get(etree.QName(root).namespace or "", "")


def local(tag: str) -> str:
    """A tag or attribute name without its namespace."""
    return tag.rpartition("}")[2]


def unified(root: etree._Element) -> etree._Element:
    """The tree in the names of QTI 2.2, changed in place; foreign names lose their namespace.

    `qti-choice-interaction max-choices` becomes `choiceInteraction maxChoices`.
    """
    for node in root.iter():
        name = local(node.tag)
        own = name.startswith("qti-")
        node.tag = camel(name.removeprefix("qti-")) if own else name
        if own:
            values = {camel(key): value for key, value in node.attrib.items()}
            node.attrib.clear()
            node.attrib.update(values)
    etree.cleanup_namespaces(root)
    return root


def camel(name: str) -> str:
    """`max-choices` as `maxChoices`; `data-…` and names with a namespace stay."""
    if name.startswith(("data-", "aria-", "{")):
        return name
    return DASH.sub(lambda match: match[1].upper(), name)


def kebab(name: str) -> str:
    """The inverse of `camel`."""
    return re.sub(r"[A-Z]", lambda match: f"-{match[0].lower()}", name)
