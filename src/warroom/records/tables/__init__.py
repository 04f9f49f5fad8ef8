"""All tables, by their names: one module declares a family."""

from warroom.records.table import Table
from warroom.records.tables import decisions, money, people, places, public, telecom

FAMILIES = (money, people, telecom, public, places, decisions)

TABLES: dict[str, Table] = {table.name: table for family in FAMILIES for table in family.TABLES}
