"""What stands before the entries: the namespaces in scope, the header, and the group that the entries stand in."""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from warroom.errors import RecordsError
from warroom.records.iso20022.message import Facts, Message
from warroom.records.iso20022.names import ROOTS, called, message_of
from warroom.records.iso20022.schema import PARSER_LIMITS, Shape, broken_rules, published
from warroom.sentences.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Head:
    """The namespace of a message, what opens and closes a document of its entries, and the facts around them.

    `frame` are the local names of the elements the entries lie in, the outermost first; `spoken` is what speaks for the
    entries as it was written, and `group` that of it which the entries stand in.
    """

    message: Message
    namespace: str
    opening: bytes
    closing: bytes
    facts: Facts = field(default_factory=Facts)
    announced: int | None = None
    spoken: bytes = b""
    group: bytes = b""
    fault: Sentence | None = None
    frame: tuple[str, ...] = ()
    unbound: bool = False

    @property
    def shape(self) -> Shape:
        """The elements that are checked."""
        return Shape(self.namespace, self.message.header, self.message.entry)

    def document(self, entry: bytes) -> str:
        """A whole document with the header and one entry, for the quarantine."""
        prefix = self.closing[2:-1].decode().removesuffix("Entries")
        start = self.opening.decode().replace(f"<{prefix}Entries", f"<{prefix}Document", 1)
        root, *within = self._below_document()
        inner = [name for name in within if not self.group or name not in self.message.groups]
        body = [f"<{prefix}{root}>", _text(self.spoken), *(f"<{prefix}{name}>" for name in inner)]
        ends = [*(f"</{prefix}{name}>" for name in reversed(within)), f"</{prefix}{root}></{prefix}Document>"]
        return "".join([start, *body, _text(self.group), _text(entry), *ends])

    def _below_document(self) -> list[str]:
        at = self.frame.index("Document") + 1 if "Document" in self.frame else max(0, len(self.frame) - 1)
        return list(self.frame[at:]) or ["Message"]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "backslashreplace")


def find_namespace(data: bytes, name: str) -> str:
    """The namespace of a file's message from its first bytes; raises RecordsError where there is none."""
    declared: dict[str, None] = {}
    roots: list[str] = []
    for element in _begun(data, name):
        roots.append(etree.QName(element).localname)
        own = etree.QName(element).namespace
        if _is_message(own):
            return own
        declared |= dict.fromkeys(uri for uri in element.nsmap.values() if _is_message(uri))
        # What follows is the message itself, and there may be millions of its elements.
        if not own and roots[-1] in ROOTS:
            break
    if len(declared) == 1:
        return next(iter(declared))
    raise _stranger(data, name, roots)


def _is_message(namespace: str | None) -> bool:
    message = message_of(namespace)
    return message is not None and not message.startswith("head.")


def _stranger(data: bytes, name: str, roots: list[str]) -> RecordsError:
    known = [ROOTS[root] for root in roots if root in ROOTS]
    if known:
        return RecordsError(
            "records.message-without-namespace", name=name, message=called(known[0]), code=known[0]
        )
    heads = (message_of(etree.QName(element).namespace) for element in _begun(data, name))
    if head := next((each for each in heads if each), None):
        return RecordsError("records.message-head-alone", name=name, message=called(head))
    if roots:
        return RecordsError("records.other-xml", name=name, element=roots[0])
    return RecordsError("records.xml-empty", name=name)


def _begun(data: bytes, name: str) -> list[etree._Element]:
    """The elements that begin in some XML, in order, up to where it ends or breaks."""
    parser = etree.XMLPullParser(events=("start",), **PARSER_LIMITS)
    problem = None
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        problem = error.msg
    events: Any = parser.read_events()
    found = [element for _, element in events]
    if not found and problem:
        raise RecordsError("records.no-xml", name=name, problem=problem)
    return found


def read_head(data: bytes, namespace: str, message: Message, name: str) -> Head:
    """The head of a file; raises RecordsError where its version is not published or it is not well-formed."""
    around = _around(data, name)
    own = [
        element for element in (*_begun(data, name), *around) if etree.QName(element).namespace == namespace
    ]
    # Elements in no namespace take the one that is declared, and are read on as its own.
    unbound = not own
    prefix = own[-1].prefix if own else None
    scope = {**(around[-1].nsmap if around else {}), prefix: namespace}
    names = "".join(f" xmlns{':' + key if key else ''}={quoteattr(uri)}" for key, uri in scope.items())
    before = f"{prefix}:" if prefix else ""
    frame = tuple(str(etree.QName(element).localname) for element in around)
    head = Head(
        message,
        namespace,
        f"<{before}Entries{names}>".encode(),
        f"</{before}Entries>".encode(),
        facts=_silent(message),
        frame=frame,
        unbound=unbound,
    )
    published(head.shape)  # before anything of the file is read
    return with_header(head, data)


def _around(data: bytes, name: object) -> list[etree._Element]:
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


def _silent(message: Message) -> Facts:
    return Facts(about=dict.fromkeys(message.around, ""))


def speaks(head: Head, data: bytes) -> bool:
    """Whether something in a part of the file speaks for the entries after it: a header, or a group that begins or ends."""
    message = head.message
    names = (message.header, *message.groups)
    # Looked at first, since the parts are mostly entries and name none of them.
    return any(name.encode() in data for name in names) and _bounds(names).search(data) is not None


def silenced(head: Head) -> Head:
    """The head for entries of which nobody can tell what speaks for them, since what stands before them is broken."""
    return replace(head, facts=_silent(head.message), group=b"", announced=None)


def with_header(head: Head, data: bytes) -> Head:
    """The head with the last header and group of some bytes; `fault` says what is wrong with them, if anything."""
    message = head.message
    headers = _whole(message.header).findall(data)
    also = b"".join(found[0] for found in _whole(message.also).findall(data)) if message.also else b""
    if not headers and not head.spoken:
        return replace(head, fault=Sentence("records.no-group-header", header=message.header))
    spoken = headers[-1][0] + also if headers else head.spoken
    head = replace(
        head, spoken=spoken, group=_opened(message, data), facts=_silent(message), announced=None, fault=None
    )
    try:
        root = etree.fromstring(
            head.opening + head.spoken + head.group + _closing(head.group) + head.closing,
            etree.XMLParser(remove_comments=True, remove_pis=True, **PARSER_LIMITS),
        )
    except etree.XMLSyntaxError as problem:
        return replace(head, fault=Sentence("records.group-header-unread", problem=problem.msg))
    return _told(head, root, counted=bool(headers))


def _told(head: Head, root: etree._Element, *, counted: bool) -> Head:
    """The head with what its elements say; a header that spoke before is not counted again."""
    space = "{" + head.namespace + "}"
    header = root[0]
    count = header.findtext(space + "NbOfTxs") if counted else None
    about = {name: _first(root, path, head.namespace) for name, path in head.message.around.items()}
    facts = Facts(
        header.findtext(space + "CreDtTm"), header.findtext(space + "BtchBookg") in ("true", "1"), about
    )
    announced = int(count) if count and count.isdecimal() else None
    return replace(
        head, facts=facts, announced=announced, fault=_fault(header, head.shape) if counted else None
    )


def _first(root: etree._Element, path: str, namespace: str) -> str:
    found: Any = root.xpath(path, namespaces={"m": namespace})
    if isinstance(found, str):
        return found
    return (found[0].text or "").strip() if found else ""


@lru_cache(maxsize=32)
def _whole(name: str) -> re.Pattern[bytes]:
    text = rb"(<((?:[A-Za-z_][\w.-]*:)?)%s[\s>].*?</\2%s\s*>)" % (name.encode(), name.encode())
    return re.compile(text, re.DOTALL)


@lru_cache(maxsize=32)
def _begins(names: tuple[str, ...]) -> re.Pattern[bytes]:
    return re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(?:%s)[\s>]" % "|".join(names).encode())


@lru_cache(maxsize=32)
def _bounds(names: tuple[str, ...]) -> re.Pattern[bytes]:
    return re.compile(rb"</?(?:[A-Za-z_][\w.-]*:)?(?:%s)[\s>/]" % "|".join(names).encode())


def _opened(message: Message, data: bytes) -> bytes:
    """The last group from where it begins, where the entries stand in it."""
    if not message.groups:
        return b""
    at = [found.start() for found in _begins(message.groups).finditer(data)]
    group = data[at[-1] :] if at else b""
    return b"" if _closing(group) in group else group  # one without entries


def _closing(group: bytes) -> bytes:
    return b"</" + re.split(rb"[\s>]", group[1:], maxsplit=1)[0] + b">" if group else b""


def _fault(header: etree._Element, shape: Shape) -> Sentence | None:
    alone = etree.fromstring(etree.tostring(header, with_tail=False))
    errors = broken_rules(alone, shape)
    return Sentence("records.group-header-breaks", problem=errors[0].message) if errors else None
