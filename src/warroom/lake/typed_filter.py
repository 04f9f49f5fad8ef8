"""A column asked by a value that a person typed: compared as what the column holds, so that every engine agrees.

Engines write times and numbers as text each in their own way; none is asked to.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from warroom import clock
from warroom.errors import LakeError, SettingError
from warroom.records.table import ARROW

# Relative; some thousand neighbouring doubles: engines read decimal texts with different rounding, people
# type 15 digits.
NEARLY = 1e-12
FLAGS = {"true": True, "yes": True, "false": False, "no": False}

READ: dict[str, tuple[str, Callable[[str], Any]]] = {
    "text": ("a text", str),
    "time": ("a time with its zone, as 2026-11-24T12:00:00+07:00", clock.parse_instant),
    "money": ("an amount, as 1234.50", Decimal),
    "integer": ("a whole number", int),
    "number": ("a number", float),
    "flag": ("true or false", lambda text: FLAGS[text.lower()]),
    "list": ("a text", str),
}
"""By kind of column: what is asked for, and how it is read."""


def filter_equal(column: ir.Column, kind: pa.DataType, text: str) -> ir.BooleanValue:
    """Whether the column has this value, or a list holds it; raises LakeError where the text is no such value."""
    # By the column's type in Arrow: a text compared with a decimal is true in one
    # engine and an error in the other.
    name = next(name for name, type_ in ARROW.items() if type_ == kind)
    wanted, read = READ[name]
    try:
        value = read(text)
    except (ValueError, KeyError, InvalidOperation, SettingError):
        raise LakeError(f"{column.get_name()} is {wanted}; '{text}' is none.") from None
    if name == "list":
        return column.contains(value)
    if name == "number":  # engines read a number's last digits each in their own way
        return (column - value).abs() <= abs(value) * NEARLY
    return column == ibis.literal(value, column.type())
