"""Entries of a message: checked against the published schema and taken apart."""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from warroom.records.batch import RAW_LIMIT, Reject
from warroom.records.iso20022.fields import extract_cells
from warroom.records.iso20022.head import MessageHead
from warroom.records.iso20022.schema import PARSER_LIMITS, list_schema_errors
from warroom.records.iso20022.split import XmlPiece
from warroom.sentences.sentence import Sentence

_NAMESPACED = re.compile(r"\{urn:[^}]*\}")
_LINE = re.compile(r",? line \d+(, column \d+)?")
"""Lines that libxml2 counts from the beginning of what it was given, not of the file."""


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """Some entries under one head; `first` is the number of the first entry in the file."""

    head: MessageHead
    first: int
    pieces: list[XmlPiece]


@dataclass(frozen=True, slots=True)
class ParsedEntries:
    """The entries that are as published: their numbers, their cells, and the others' rejects."""

    numbers: list[int] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    pieces: list[XmlPiece] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)


def parse_entries(unit: EntryGroup) -> ParsedEntries:
    """Parse and check entries, all at once where they are all well-formed, else one by one."""
    parsed = ParsedEntries()
    # Thousands in one document parse and check far faster than each alone; one broken entry breaks the whole
    # document, and only then are they looked at one by one.
    if all(piece.kind == "entry" for piece in unit.pieces):
        root = _parse_xml(unit.head, b"".join(piece.data for piece in unit.pieces))
        if root is not None and _take_entries(unit, root, unit.first, unit.pieces, parsed):
            return parsed
    for number, piece in enumerate(unit.pieces, unit.first):
        root = _parse_xml(unit.head, piece.data) if piece.kind == "entry" else None
        if root is None or not _take_entries(unit, root, number, [piece], parsed):
            parsed.rejects.append(_make_xml_reject(unit.head, number, piece))
    return parsed


def _parse_xml(head: MessageHead, data: bytes) -> etree._Element | None:
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, **PARSER_LIMITS)
    try:
        return etree.fromstring(head.opening + data + head.closing, parser)
    except etree.XMLSyntaxError:
        return None


def _take_entries(
    unit: EntryGroup, root: etree._Element, first: int, pieces: list[XmlPiece], parsed: ParsedEntries
) -> bool:
    """Take the entries of a document; False, and nothing taken, where they are not as many as its pieces."""
    cells = extract_cells(root, unit.head.message, unit.head.namespace)
    # An entry may close its own tag and open another. Every row after it would bear its neighbour's number.
    if len(root) != len(pieces) or len(cells) != len(pieces):
        return False
    faults = _find_faults(root, unit.head)
    for index, piece in enumerate(pieces):
        fault = faults.get(index)
        if fault is None:
            parsed.numbers.append(first + index)
            parsed.cells.append(cells[index])
            parsed.pieces.append(piece)
        else:
            parsed.rejects.append(
                Reject(first + index, fault[0], "schema", fault[1], format_raw_entry(unit.head, piece))
            )
    return True


def _find_faults(root: etree._Element, head: MessageHead) -> dict[int, tuple[str, Sentence]]:
    """The first fault of each entry that has one, by its position: its element and the reason."""
    faults: dict[int, tuple[str, Sentence]] = {}
    for error in list_schema_errors(root, head.shape):
        # libxml2 gives the index only where there are several: /Entries/CdtTrfTxInf[3]/..., but
        # /Entries/CdtTrfTxInf/... for one.
        steps = [step for step in (error.path or "").split("/") if step]
        index = _parse_entry_index(steps[1]) if len(steps) > 1 else 0
        faults.setdefault(index, _describe_fault(root, head, error))
    return faults


def _parse_entry_index(step: str) -> int:
    found = re.search(r"\[(\d+)\]$", step)
    return int(found[1]) - 1 if found else 0


def _describe_fault(root: etree._Element, head: MessageHead, error: Any) -> tuple[str, Sentence]:
    found = _find_at_path(root, error.path)
    place = (_format_element_path(found[0]) if found else "") or head.message.entry
    reason = _NAMESPACED.sub("", error.message)
    return place, Sentence("flaws.schema", element=place, problem=reason)


def _find_at_path(root: etree._Element, path: str | None) -> Any:
    """The element at a path that libxml2 reported; an empty list where it uses a prefix declared only further
    inside.
    """
    try:
        return (
            root.xpath(path, namespaces={key: uri for key, uri in root.nsmap.items() if key}) if path else []
        )
    except etree.XPathEvalError:
        return []


def _format_element_path(element: etree._Element) -> str:
    """The path of an element below its entry."""
    steps = [etree.QName(element).localname]
    steps += [etree.QName(parent).localname for parent in element.iterancestors()]
    return "/".join(reversed(steps[:-2]))


def format_raw_entry(head: MessageHead, piece: XmlPiece) -> str:
    """An entry as a document of its own, for the quarantine."""
    text = head.format_document(piece.data)
    return text if len(text) <= RAW_LIMIT else piece.data[:RAW_LIMIT].decode("utf-8", "backslashreplace")


def _make_xml_reject(head: MessageHead, number: int, piece: XmlPiece) -> Reject:
    parser = etree.XMLParser(**PARSER_LIMITS)
    # libxml2 accepts it alone, so the entry closed its own tag, or a separator of `fields` occurs in it.
    problem = "its tags do not match or it holds a private-use letter"
    try:
        etree.fromstring(head.opening + piece.data + head.closing, parser)
    except etree.XMLSyntaxError as error:
        problem = _LINE.sub("", error.msg or problem)
    reason = Sentence("flaws.xml", line=piece.line, problem=problem)
    return Reject(number, "", "xml", reason, format_raw_entry(head, piece))
