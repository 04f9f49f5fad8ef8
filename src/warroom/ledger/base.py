"""What all tables share: how types and constraints are named."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, Float, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase

# Constraints by fixed names: migrations have to drop by name what another program made.
NAMES = {
    "pk": "%(table_name)s_pk",
    "fk": "%(table_name)s_%(column_0_name)s_fk",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s_check",
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
}


def format_in_check(column: str, values: tuple[str, ...]) -> str:
    """The text of a check that a column is one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Base(DeclarativeBase):
    """All tables of the ledger; `str` is text, `int` is bigint, `datetime` carries its zone."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it off the class
        # No varchar(n): a limit belongs where a sentence can be said of it, not where an insert fails.
        str: Text(),
        int: BigInteger(),
        # 64 bits, as Python has them: what is read must be what was written, to
        # the bit, since digests cover it.
        float: Float(53),
        bool: Boolean(),
        bytes: LargeBinary(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(Text()),
    }
