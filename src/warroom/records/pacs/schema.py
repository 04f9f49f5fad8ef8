"""The published schema of pacs.008, rebuilt from the constraints that pyiso20022's dataclasses carry.

ISO's schema file itself is not shipped. Its types come back from the dataclasses: elements in their order,
occurrences, lengths, patterns, digits and code lists; a type whose name ends in `Choice` takes exactly one of
its elements, which is ISO 20022's naming rule. libxml2 then checks entries at its own speed.
"""

import dataclasses
import importlib
import re
from collections import deque
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from threading import Lock
from types import ModuleType, NoneType
from typing import Any, get_args, get_type_hints
from xml.sax.saxutils import quoteattr

from lxml import etree

from warroom.errors import RecordsError

_building = Lock()
"""libxml2 makes its own types at the first schema of a process; a second thread would find them half made."""
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pacs\.008\.001\.(\d\d)")
HEADER, ENTRY = "GrpHdr", "CdtTrfTxInf"
PARSER_LIMITS: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "no_network": True,
    "huge_tree": False,
}
"""How XML from outside is parsed: nothing is fetched, nothing is expanded, nothing is huge."""

_SIMPLE = {
    str: "xs:string",
    Decimal: "xs:decimal",
    bool: "xs:boolean",
    int: "xs:integer",
    float: "xs:decimal",
    bytes: "xs:base64Binary",
}
_TEMPORAL = {
    "XmlDateTime": "xs:dateTime",
    "XmlDate": "xs:date",
    "XmlTime": "xs:time",
    "XmlPeriod": "xs:gYear",
}
_FACETS = {
    "pattern": "pattern",
    "min_length": "minLength",
    "max_length": "maxLength",
    "total_digits": "totalDigits",
    "fraction_digits": "fractionDigits",
    "min_inclusive": "minInclusive",
    "max_inclusive": "maxInclusive",
}


def broken_rules(document: etree._Element, namespace: str) -> list[Any]:
    """What a document breaks of the schema, in its order; raises RecordsError for a version that is not published.

    A schema tells only of the document it was shown last. So whoever checks has one alone until the answer is read:
    shared by two threads, the faults of one would be taken for those of the other, or for none.
    """
    shelf = _shelf(namespace)
    try:
        schema = shelf.pop()
    except IndexError:
        schema = schema_for(namespace)
    try:
        errors: Any = () if schema.validate(document) else schema.error_log
        return list(errors)
    finally:
        shelf.append(schema)


@lru_cache(maxsize=8)
def _shelf(namespace: str) -> deque[etree.XMLSchema]:
    """The schemas of one version that nobody uses just now."""
    return deque()


def schema_for(namespace: str) -> etree.XMLSchema:
    """A new schema of one version's group header and entries, each as a document of its own; errors as `published`."""
    with _building:
        return etree.XMLSchema(etree.fromstring(published(namespace)))


@lru_cache(maxsize=8)
def published(namespace: str) -> bytes:
    """The schema as XML; raises RecordsError for a version that is not published."""
    match = NAMESPACE.fullmatch(namespace)
    if match is None:
        raise RecordsError(f"The namespace '{namespace}' is not pacs.008.001; send pacs.008.001.08.")
    return _Writer(_module(match[1])).text(namespace).encode()


def _module(version: str) -> ModuleType:
    name = f"pacs_008_001_{version}"
    try:
        return importlib.import_module(f"pyiso20022.pacs.{name}.{name}")
    except ModuleNotFoundError:
        raise RecordsError(
            f"pacs.008.001.{version} is not a published version; send pacs.008.001.08."
        ) from None


class _Writer:
    """Writes the XML Schema of a module's dataclasses."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._types: dict[str, str] = {}
        self._simple: dict[str, str] = {}

    def text(self, namespace: str) -> str:
        message = _fields(self._module.Document)[0]
        fields = {field.metadata["name"]: kind for field, kind in _fields(_inner(message[1]))}
        header, entry = (self._type(_inner(fields[name]), {}) for name in (HEADER, ENTRY))
        body = (
            f'<xs:element name="{HEADER}" type="{header}"/><xs:element name="{ENTRY}" type="{entry}"/>'
            f'<xs:element name="Entries"><xs:complexType><xs:sequence>'
            f'<xs:element ref="{ENTRY}" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>'
        )
        return (
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{namespace}" '
            f'targetNamespace="{namespace}" elementFormDefault="qualified">'
            f"{''.join(self._types.values())}{body}</xs:schema>"
        )

    def _type(self, kind: Any, facets: Any) -> str:
        """The name of a type, written if it is new."""
        if dataclasses.is_dataclass(kind):
            return self._complex(kind)
        if issubclass(kind, Enum):
            return self._enumeration(kind)
        base = _SIMPLE.get(kind) or _TEMPORAL[kind.__name__]
        limits = [(xs, facets[name]) for name, xs in _FACETS.items() if name in facets]
        if not limits:
            return base
        rules = "".join(f"<xs:{xs} value={quoteattr(str(value))}/>" for xs, value in limits)
        name = self._simple.setdefault(base + rules, f"Simple{len(self._simple)}")
        self._types[name] = (
            f'<xs:simpleType name="{name}"><xs:restriction base="{base}">{rules}'
            "</xs:restriction></xs:simpleType>"
        )
        return name

    def _enumeration(self, kind: type[Enum]) -> str:
        values = "".join(f"<xs:enumeration value={quoteattr(str(item.value))}/>" for item in kind)
        self._types[kind.__name__] = (
            f'<xs:simpleType name="{kind.__name__}"><xs:restriction base="xs:string">{values}'
            "</xs:restriction></xs:simpleType>"
        )
        return kind.__name__

    def _complex(self, kind: Any) -> str:
        name: str = kind.__name__
        if name in self._types:
            return name
        self._types[name] = ""  # a type may hold itself
        fields = list(_fields(kind))
        values = [each for each in fields if "type" not in each[0].metadata]
        attributes = "".join(self._attribute(*each) for each in fields if _is_attribute(each[0]))
        if values:
            base = self._type(_inner(values[0][1]), values[0][0].metadata)
            extension = f'<xs:extension base="{base}">{attributes}</xs:extension>'
            inner = f"<xs:simpleContent>{extension}</xs:simpleContent>"
        else:
            group = "choice" if name.endswith("Choice") else "sequence"
            elements = "".join(self._element(*each, one=group == "choice") for each in fields)
            inner = f"<xs:{group}>{elements}</xs:{group}>"
        self._types[name] = f'<xs:complexType name="{name}">{inner}</xs:complexType>'
        return name

    def _attribute(self, field: dataclasses.Field[Any], kind: Any) -> str:
        use = "required" if field.metadata.get("required") else "optional"
        type_name = self._type(_inner(kind), field.metadata)
        return f'<xs:attribute name="{field.metadata["name"]}" type="{type_name}" use="{use}"/>'

    def _element(self, field: dataclasses.Field[Any], kind: Any, *, one: bool) -> str:
        facts = field.metadata
        if facts["type"] == "Wildcard":
            return '<xs:any namespace="##any" processContents="lax"/>'
        many = getattr(kind, "__origin__", None) is list
        most = facts.get("max_occurs", "unbounded") if many else 1
        # Within a choice always 1: a branch that may be empty would let a choice of nothing pass.
        least = 1 if one or facts.get("required") else facts.get("min_occurs", 0)
        type_name = self._type(_inner(kind), facts)
        return (
            f'<xs:element name="{facts["name"]}" type="{type_name}" minOccurs="{least}" maxOccurs="{most}"/>'
        )


def _fields(kind: Any) -> list[tuple[dataclasses.Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(field, hints[field.name]) for field in dataclasses.fields(kind)]


def _is_attribute(field: dataclasses.Field[Any]) -> bool:
    return field.metadata.get("type") == "Attribute"


def _inner(kind: Any) -> Any:
    """The type within `None | T` and `list[T]`."""
    args = [arg for arg in get_args(kind) if arg is not NoneType]
    return _inner(args[0]) if args else kind
