"""What stands before the entries: the namespaces in scope and the group header."""

import re
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from warroom.errors import RecordsError
from warroom.records.pacs.schema import NAMESPACE, PARSER_LIMITS, broken_rules, published

_GROUP = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)GrpHdr[\s>].*?</\1GrpHdr\s*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Head:
    """The namespace of a message, what opens and closes a document of its entries, and the header's facts.

    `frame` are the local names of the elements the entries lie in.
    """

    namespace: str
    opening: bytes
    closing: bytes
    created_at: str | None = None
    batch: bool = False
    announced: int | None = None
    header: bytes = b""
    fault: str | None = None
    frame: frozenset[str] = frozenset()

    def document(self, entry: bytes) -> str:
        """A whole document with the header and one entry, for the quarantine."""
        prefix = self.closing[2:-1].decode().removesuffix("Entries")
        start = self.opening.decode().replace(f"<{prefix}Entries", f"<{prefix}Document", 1)
        message = f"{prefix}FIToFICstmrCdtTrf"
        body = (self.header + entry).decode("utf-8", "backslashreplace")
        return f"{start}<{message}>{body}</{message}></{prefix}Document>"


def read_head(data: bytes, path: object) -> Head:
    """The head of a file; raises RecordsError where it is not pacs.008 or not well-formed."""
    around = _around(data, path)
    scope = around[-1].nsmap if around else {}
    prefixes = [prefix for prefix, uri in scope.items() if NAMESPACE.fullmatch(uri)]
    if not prefixes:
        raise RecordsError(
            f"{path} is not pacs.008: it has no namespace urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08."
        )
    prefix = f"{prefixes[0]}:" if prefixes[0] else ""
    names = "".join(f" xmlns{':' + name if name else ''}={quoteattr(uri)}" for name, uri in scope.items())
    head = Head(
        scope[prefixes[0]],
        f"<{prefix}Entries{names}>".encode(),
        f"</{prefix}Entries>".encode(),
        frame=frozenset(etree.QName(element).localname for element in around),
    )
    published(head.namespace)  # before anything of the file is read
    return with_header(head, data)


def _around(data: bytes, path: object) -> list[etree._Element]:
    """The elements that are open at the end of some XML, the outermost first."""
    parser = etree.XMLPullParser(events=("start", "end"), **PARSER_LIMITS)
    opened: list[etree._Element] = []
    try:
        parser.feed(data)
        events: Any = parser.read_events()
        for event, element in events:
            if event == "start":
                opened.append(element)
            elif len(opened) > 1:
                opened.pop()
    except etree.XMLSyntaxError as problem:
        raise RecordsError(f"{path} is no XML that can be read: {problem.msg}.") from None
    return opened


def with_header(head: Head, data: bytes) -> Head:
    """The head with the last group header of some bytes; `fault` says what is wrong with it, if anything."""
    found = None
    for found in _GROUP.finditer(data):  # noqa: B007 - the last one counts
        pass
    if found is None:
        return head if head.header else replace(head, fault="The message has no group header (GrpHdr).")
    head = replace(head, created_at=None, batch=False, announced=None, header=b"")
    parser = etree.XMLParser(**PARSER_LIMITS)
    try:
        group = etree.fromstring(head.opening + found[0] + head.closing, parser)[0]
    except etree.XMLSyntaxError as problem:
        return replace(head, fault=f"The group header cannot be read: {problem.msg}.")
    space = "{" + head.namespace + "}"
    count = group.findtext(space + "NbOfTxs")
    return replace(
        head,
        created_at=group.findtext(space + "CreDtTm"),
        batch=group.findtext(space + "BtchBookg") in ("true", "1"),
        announced=int(count) if count and count.isdecimal() else None,
        header=found[0],
        fault=_fault(group, head.namespace),
    )


def _fault(group: etree._Element, namespace: str) -> str | None:
    alone = etree.fromstring(etree.tostring(group, with_tail=False))
    errors = broken_rules(alone, namespace)
    return f"The group header breaks the published schema: {errors[0].message}" if errors else None
