"""Reading LINK's XML: a document of a few fields and a list of `MSG`, from a stranger until proved otherwise."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring


class BadXml(Exception):
    """The body is not a document of LINK's: not XML, or XML that would do harm."""


def rows_of(body: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The document's own fields, and the fields of each `MSG`; raises `BadXml`."""
    root = _root_of(body)
    return _fields(root), [_fields(element) for element in root.iter("MSG")]


def _root_of(body: bytes) -> Element:
    try:
        # `forbid_dtd` stays off: LINK names its DTD in every document. It is neither fetched nor may it hold entities.
        root: Element = fromstring(body.lstrip())
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise BadXml(type(fault).__name__) from None
    return root


def _fields(element: Element) -> dict[str, str]:
    return {child.tag: (child.text or "").strip() for child in element}
