"""The published schema of a message, rebuilt from the constraints that pyiso20022's dataclasses carry.

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
_VERSION = re.compile(r"urn:iso:std:iso:20022:tech:xsd:((\w{4})\.\d{3}\.\d{3}\.\d\d)")
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


@dataclasses.dataclass(frozen=True, slots=True)
class MessageShape:
    """The elements of one version of a message that are documents of their own: its header, and its entries."""

    namespace: str
    header: str
    entry: str


def list_schema_errors(document: etree._Element, shape: MessageShape) -> list[Any]:
    """What a document breaks of the schema, in its order; raises RecordsError for a version that is not
    published.

    A schema object keeps only the errors of its last document. So each check takes one for itself until its
    errors are read: shared by two threads, one document's errors would be reported for the other.
    """
    # `deque.pop` and `append` are atomic, so no lock is needed around the pool.
    shelf = _get_idle_schemas(shape)
    try:
        schema = shelf.pop()
    except IndexError:
        schema = build_schema(shape)
    try:
        errors: Any = () if schema.validate(document) else schema.error_log
        return list(errors)
    finally:
        shelf.append(schema)


@lru_cache(maxsize=8)
def _get_idle_schemas(shape: MessageShape) -> deque[etree.XMLSchema]:
    """The pool of idle schemas of one version."""
    return deque()


def build_schema(shape: MessageShape) -> etree.XMLSchema:
    """A new schema of one version's header and entries, each as a document of its own; errors as `format_schema`."""
    with _building:
        return etree.XMLSchema(etree.fromstring(format_schema(shape)))


@lru_cache(maxsize=8)
def format_schema(shape: MessageShape) -> bytes:
    """The schema as XML; raises RecordsError for a version that is not published, or that has no such elements."""
    return _SchemaWriter(_import_dataclasses(shape.namespace)).write_schema(shape).encode()


@lru_cache(maxsize=8)
def list_sibling_elements(shape: MessageShape) -> frozenset[str]:
    """The elements that may be siblings of the entries, or of the elements around them."""
    way = _find_element_path(_import_dataclasses(shape.namespace).Document, shape.entry) or []
    found = {field.metadata.get("name", "") for kind, _ in way for field, _ in _list_fields(kind)}
    return frozenset(found - {name for _, name in way} - {""})


def _import_dataclasses(namespace: str) -> ModuleType:
    match = _VERSION.fullmatch(namespace)
    version = match[1] if match else namespace
    name = version.replace(".", "_")
    try:
        return importlib.import_module(f"pyiso20022.{version[:4]}.{name}.{name}")
    except ModuleNotFoundError:
        raise RecordsError("records.version-unpublished", version=version) from None


def _find_element_path(kind: Any, entry: str) -> list[tuple[Any, str]] | None:
    """The types from a document down to an element, each with the name of its field that leads on; the shortest way."""
    ways: list[list[tuple[Any, str]]] = [[(kind, "")]]
    for _ in range(DEEPEST):
        longer: list[list[tuple[Any, str]]] = []
        for way in ways:
            for field, hint in _list_fields(way[-1][0]):
                name, inner = field.metadata.get("name", ""), _unwrap_type(hint)
                here = [*way[:-1], (way[-1][0], name)]
                if name == entry:
                    return here
                if dataclasses.is_dataclass(inner):
                    longer.append([*here, (inner, "")])
        ways = longer
    return None


DEEPEST = 4
"""Levels at which an entry is looked for; in the messages read here it is at most four deep."""


class _SchemaWriter:
    """Writes the XML Schema of a module's dataclasses."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._types: dict[str, str] = {}
        self._simple: dict[str, str] = {}

    def write_schema(self, shape: MessageShape) -> str:
        header, entry = (
            self._write_type(self._get_element_type(name), {}) for name in (shape.header, shape.entry)
        )
        body = (
            f'<xs:element name="{shape.header}" type="{header}"/><xs:element name="{shape.entry}" type="{entry}"/>'
            f'<xs:element name="Entries"><xs:complexType><xs:sequence>'
            f'<xs:element ref="{shape.entry}" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>'
        )
        return (
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="{shape.namespace}" '
            f'targetNamespace="{shape.namespace}" elementFormDefault="qualified">'
            f"{''.join(self._types.values())}{body}</xs:schema>"
        )

    def _get_element_type(self, name: str) -> Any:
        way = _find_element_path(self._module.Document, name)
        if way is None:
            version = self._module.__name__.rpartition(".")[2].replace("_", ".")
            raise RecordsError("records.version-lacks", version=version, element=name)
        kind = way[-1][0]
        return next(
            _unwrap_type(hint) for field, hint in _list_fields(kind) if field.metadata.get("name") == name
        )

    def _write_type(self, kind: Any, facets: Any) -> str:
        """The name of a type, written if it is new."""
        if dataclasses.is_dataclass(kind):
            return self._write_complex_type(kind)
        if issubclass(kind, Enum):
            return self._write_enumeration(kind)
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

    def _write_enumeration(self, kind: type[Enum]) -> str:
        values = "".join(f"<xs:enumeration value={quoteattr(str(item.value))}/>" for item in kind)
        self._types[kind.__name__] = (
            f'<xs:simpleType name="{kind.__name__}"><xs:restriction base="xs:string">{values}'
            "</xs:restriction></xs:simpleType>"
        )
        return kind.__name__

    def _write_complex_type(self, kind: Any) -> str:
        name: str = kind.__name__
        if name in self._types:
            return name
        self._types[name] = ""  # a type may hold itself
        fields = list(_list_fields(kind))
        values = [typed_field for typed_field in fields if "type" not in typed_field[0].metadata]
        attributes = "".join(
            self._format_attribute(*typed_field) for typed_field in fields if _is_attribute(typed_field[0])
        )
        if values:
            base = self._write_type(_unwrap_type(values[0][1]), values[0][0].metadata)
            extension = f'<xs:extension base="{base}">{attributes}</xs:extension>'
            inner = f"<xs:simpleContent>{extension}</xs:simpleContent>"
        else:
            # The dataclasses do not say which types are choices; their names do.
            group = "choice" if name.endswith("Choice") else "sequence"
            elements = "".join(
                self._format_element(*typed_field, is_choice=group == "choice") for typed_field in fields
            )
            inner = f"<xs:{group}>{elements}</xs:{group}>"
        self._types[name] = f'<xs:complexType name="{name}">{inner}</xs:complexType>'
        return name

    def _format_attribute(self, field: dataclasses.Field[Any], kind: Any) -> str:
        use = "required" if field.metadata.get("required") else "optional"
        type_name = self._write_type(_unwrap_type(kind), field.metadata)
        return f'<xs:attribute name="{field.metadata["name"]}" type="{type_name}" use="{use}"/>'

    def _format_element(self, field: dataclasses.Field[Any], kind: Any, *, is_choice: bool) -> str:
        facts = field.metadata
        if facts["type"] == "Wildcard":
            return '<xs:any namespace="##any" processContents="lax"/>'
        many = getattr(kind, "__origin__", None) is list
        most = facts.get("max_occurs", "unbounded") if many else 1
        # Within a choice always 1: a branch that may be empty would let a choice of nothing pass.
        least = 1 if is_choice or facts.get("required") else facts.get("min_occurs", 0)
        type_name = self._write_type(_unwrap_type(kind), facts)
        return (
            f'<xs:element name="{facts["name"]}" type="{type_name}" minOccurs="{least}" maxOccurs="{most}"/>'
        )


def _list_fields(kind: Any) -> list[tuple[dataclasses.Field[Any], Any]]:
    hints = get_type_hints(kind)
    return [(field, hints[field.name]) for field in dataclasses.fields(kind)]


def _is_attribute(field: dataclasses.Field[Any]) -> bool:
    return field.metadata.get("type") == "Attribute"


def _unwrap_type(kind: Any) -> Any:
    """The type within `None | T` and `list[T]`."""
    args = [arg for arg in get_args(kind) if arg is not NoneType]
    return _unwrap_type(args[0]) if args else kind
