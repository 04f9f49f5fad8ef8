"""The inputs of a trail: every table whose rows decide its steps and the findings on its accounts."""

from warroom.money.index.registers import MADE_OF

TRAIL_INPUTS: tuple[str, ...] = (
    "transfers",
    "returns",
    *dict.fromkeys(table for tables in MADE_OF.values() for table in tables),
)
"""The tables that a trace reads, by the index that it walks over."""
