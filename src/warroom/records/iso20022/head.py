"""The part of a message before its entries: the namespaces in scope, the header, and the group that holds the
entries.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from warroom.errors import RecordsError
from warroom.records.iso20022.message import MessageFacts, MessageSpec
from warroom.records.iso20022.names import ROOTS, describe_message, find_message_name
from warroom.records.iso20022.schema import PARSER_LIMITS, MessageShape, format_schema, list_schema_errors
from warroom.sentences.sentence import Sentence


@dataclass(frozen=True, slots=True)
class MessageHead:
    """A message's namespace, the tags that open and close a document of its entries, and the facts that apply
    to them.

    `frame` are the local names of the elements around the entries, the outermost first. `header_xml` is the
    header that applies to the entries, as it was written, and `group_xml` the beginning of the group that
    holds them. `fault` is what is wrong with the header; None where nothing is.
    """

    message: MessageSpec
    namespace: str
    opening: bytes
    closing: bytes
    facts: MessageFacts = field(default_factory=MessageFacts)
    announced_count: int | None = None
    header_xml: bytes = b""
    group_xml: bytes = b""
    fault: Sentence | None = None
    frame: tuple[str, ...] = ()
    is_without_namespace: bool = False

    @property
    def shape(self) -> MessageShape:
        """The elements that are checked."""
        return MessageShape(self.namespace, self.message.header, self.message.entry)

    def format_document(self, entry: bytes) -> str:
        """A whole document with the header and one entry, for the quarantine."""
        prefix = self.closing[2:-1].decode().removesuffix("Entries")
        start = self.opening.decode().replace(f"<{prefix}Entries", f"<{prefix}Document", 1)
        root, *within = self._list_frame_below_document()
        inner = [name for name in within if not self.group_xml or name not in self.message.groups]
        body = [f"<{prefix}{root}>", _decode(self.header_xml), *(f"<{prefix}{name}>" for name in inner)]
        ends = [*(f"</{prefix}{name}>" for name in reversed(within)), f"</{prefix}{root}></{prefix}Document>"]
        return "".join([start, *body, _decode(self.group_xml), _decode(entry), *ends])

    def _list_frame_below_document(self) -> list[str]:
        at = self.frame.index("Document") + 1 if "Document" in self.frame else max(0, len(self.frame) - 1)
        return list(self.frame[at:]) or ["Message"]


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def detect_namespace(data: bytes, name: str) -> str:
    """The namespace of a file's message from its first bytes; raises RecordsError where there is none."""
    declared: dict[str, None] = {}
    roots: list[str] = []
    for element in _list_started_elements(data, name):
        roots.append(etree.QName(element).localname)
        own = etree.QName(element).namespace
        if _is_message_namespace(own):
            return own
        declared |= dict.fromkeys(uri for uri in element.nsmap.values() if _is_message_namespace(uri))
        # What follows is the message itself, and there may be millions of its elements.
        if not own and roots[-1] in ROOTS:
            break
    if len(declared) == 1:
        return next(iter(declared))
    raise _make_unknown_xml_error(data, name, roots)


def _is_message_namespace(namespace: str | None) -> bool:
    message = find_message_name(namespace)
    return message is not None and not message.startswith("head.")


def _make_unknown_xml_error(data: bytes, name: str, roots: list[str]) -> RecordsError:
    known = [ROOTS[root] for root in roots if root in ROOTS]
    if known:
        return RecordsError(
            "records.message-without-namespace", name=name, message=describe_message(known[0]), code=known[0]
        )
    heads = (
        find_message_name(etree.QName(element).namespace) for element in _list_started_elements(data, name)
    )
    if head := next((message_name for message_name in heads if message_name), None):
        return RecordsError("records.message-head-alone", name=name, message=describe_message(head))
    if roots:
        return RecordsError("records.other-xml", name=name, element=roots[0])
    return RecordsError("records.xml-empty", name=name)


def _list_started_elements(data: bytes, name: str) -> list[etree._Element]:
    """The elements that begin in some XML, in order, up to where it ends or breaks."""
    parser = etree.XMLPullParser(events=("start",), **PARSER_LIMITS)
    problem = None
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        problem = error.msg
    events: Any = parser.read_events()
    elements = [element for _, element in events]
    if not elements and problem:
        raise RecordsError("records.no-xml", name=name, problem=problem)
    return elements


def read_head(data: bytes, namespace: str, message: MessageSpec, name: str) -> MessageHead:
    """The head of a file; raises RecordsError where its version is not published or it is not well-formed."""
    around = _list_open_elements(data, name)
    own = [
        element
        for element in (*_list_started_elements(data, name), *around)
        if etree.QName(element).namespace == namespace
    ]
    # Elements in no namespace take the one that is declared, and are read on as its own.
    unbound = not own
    prefix = own[-1].prefix if own else None
    scope = {**(around[-1].nsmap if around else {}), prefix: namespace}
    names = "".join(f" xmlns{':' + key if key else ''}={quoteattr(uri)}" for key, uri in scope.items())
    before = f"{prefix}:" if prefix else ""
    frame = tuple(str(etree.QName(element).localname) for element in around)
    head = MessageHead(
        message,
        namespace,
        f"<{before}Entries{names}>".encode(),
        f"</{before}Entries>".encode(),
        facts=_make_empty_facts(message),
        frame=frame,
        is_without_namespace=unbound,
    )
    format_schema(head.shape)  # before anything of the file is read
    return apply_header(head, data)


def _list_open_elements(data: bytes, name: object) -> list[etree._Element]:
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
        raise RecordsError("records.no-xml", name=name, problem=problem.msg) from None
    return opened


def _make_empty_facts(message: MessageSpec) -> MessageFacts:
    return MessageFacts(texts_by_name=dict.fromkeys(message.around_paths, ""))


def has_header_or_group(head: MessageHead, data: bytes) -> bool:
    """Whether a part of the file has something that applies to the entries after it: a header, or a group's
    tag.
    """
    message = head.message
    names = (message.header, *message.groups)
    # Looked at first, since the parts are mostly entries and name none of them.
    return any(name.encode() in data for name in names) and _compile_tags(names).search(data) is not None


def clear_header(head: MessageHead) -> MessageHead:
    """The head for entries whose own header is broken, so that no header or group is known to apply to them."""
    return replace(head, facts=_make_empty_facts(head.message), group_xml=b"", announced_count=None)


def apply_header(head: MessageHead, data: bytes) -> MessageHead:
    """The head with the last header and group of some bytes; its field `fault` says what is wrong with them."""
    message = head.message
    headers = _compile_element(message.header).findall(data)
    also = (
        b"".join(match_groups[0] for match_groups in _compile_element(message.extra_header).findall(data))
        if message.extra_header
        else b""
    )
    if not headers and not head.header_xml:
        return replace(head, fault=Sentence("records.no-group-header", header=message.header))
    spoken = headers[-1][0] + also if headers else head.header_xml
    head = replace(
        head,
        header_xml=spoken,
        group_xml=_find_open_group(message, data),
        facts=_make_empty_facts(message),
        announced_count=None,
        fault=None,
    )
    try:
        root = etree.fromstring(
            head.opening
            + head.header_xml
            + head.group_xml
            + _make_closing_tag(head.group_xml)
            + head.closing,
            etree.XMLParser(remove_comments=True, remove_pis=True, **PARSER_LIMITS),
        )
    except etree.XMLSyntaxError as problem:
        return replace(head, fault=Sentence("records.group-header-unread", problem=problem.msg))
    return _apply_elements(head, root, counted=bool(headers))


def _apply_elements(head: MessageHead, root: etree._Element, *, counted: bool) -> MessageHead:
    """The head with the facts of its elements; the payments announced by an earlier header are not counted
    again.
    """
    space = "{" + head.namespace + "}"
    header = root[0]
    count = header.findtext(space + "NbOfTxs") if counted else None
    about = {
        name: _find_first_text(root, path, head.namespace) for name, path in head.message.around_paths.items()
    }
    facts = MessageFacts(
        header.findtext(space + "CreDtTm"), header.findtext(space + "BtchBookg") in ("true", "1"), about
    )
    announced = int(count) if count and count.isdecimal() else None
    return replace(
        head,
        facts=facts,
        announced_count=announced,
        fault=_find_header_fault(header, head.shape) if counted else None,
    )


def _find_first_text(root: etree._Element, path: str, namespace: str) -> str:
    found: Any = root.xpath(path, namespaces={"m": namespace})
    if isinstance(found, str):
        return found
    return (found[0].text or "").strip() if found else ""


@lru_cache(maxsize=32)
def _compile_element(name: str) -> re.Pattern[bytes]:
    text = rb"(<((?:[A-Za-z_][\w.-]*:)?)%s[\s>].*?</\2%s\s*>)" % (name.encode(), name.encode())
    return re.compile(text, re.DOTALL)


@lru_cache(maxsize=32)
def _compile_start_tags(names: tuple[str, ...]) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:%s)[\s>]" % "|".join(names).encode())


@lru_cache(maxsize=32)
def _compile_tags(names: tuple[str, ...]) -> re.Pattern[bytes]:
    return re.compile(rb"</?(?:[A-Za-z_][\w.-]*:)?(?:%s)[\s>/]" % "|".join(names).encode())


def _find_open_group(message: MessageSpec, data: bytes) -> bytes:
    """The last group's beginning, from its tag on, where the entries are inside it; else empty."""
    if not message.groups:
        return b""
    at = [found.start() for found in _compile_start_tags(message.groups).finditer(data)]
    group = data[at[-1] :] if at else b""
    return b"" if _make_closing_tag(group) in group else group  # one without entries


def _make_closing_tag(group: bytes) -> bytes:
    return b"</" + re.split(rb"[\s>]", group[1:], maxsplit=1)[0] + b">" if group else b""


def _find_header_fault(header: etree._Element, shape: MessageShape) -> Sentence | None:
    # A copy: the schema knows the header as a document of its own, not as the child of another element.
    alone = etree.fromstring(etree.tostring(header, with_tail=False))
    errors = list_schema_errors(alone, shape)
    return Sentence("records.group-header-breaks", problem=errors[0].message) if errors else None
