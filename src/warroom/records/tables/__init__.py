"""All tables, by their names: one module declares a family."""

from warroom.records.table import Table
from warroom.records.tables import decisions, money, people, places, public, telecom

FAMILIES = (money, people, telecom, public, places, decisions)

# The order is that of the reference and of pages.
TABLES: dict[str, Table] = {table.name: table for family in FAMILIES for table in family.TABLES}
