"""Who may ask what: a line for every endpoint in the `*.toml` files here, held to before the endpoint runs.

A line is "METHOD /path" = who, with the path as the router has it. Who is a list of roles; or ["signed-in"] for every
officer, ["enrolling"] for those too who have yet to set up their second factor, ["public"] for anyone, ["partner"]
for partners' machines, whose signature the endpoint checks, ["key:payee-check"] and the like for partners' programs
with a key of that scope. What has no line is open to nobody, and the server does not start. The services ask for roles once more: this is the first of two walls.
"""

from warroom.web.access.gate import gate
from warroom.web.access.table import check, endpoints, table

__all__ = ["check", "endpoints", "gate", "table"]
