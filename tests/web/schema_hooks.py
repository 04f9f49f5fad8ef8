"""What schemathesis needs here: a bearer's token for every call, each from a sign-in of its own, and a bank's key where
banks' programs ask.
"""

import itertools
import os

import schemathesis
from schemathesis import AuthContext, Case

TOKENS = itertools.cycle(os.environ["SCHEMA_TOKENS"].split(","))

KEY = os.environ["SCHEMA_KEY"]
OF_BANKS = (
    "/payee-check",
    "/payee-outcomes",
    "/payee-meant",
    "/flag-notices",
    "/transfers",
    "/transfers/receipts/{receipt}",
)


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """A call that ends its own sign-in leaves the others' alone."""

    def get(self, case: Case, context: AuthContext) -> str:
        return KEY if case.path.endswith(OF_BANKS) else next(TOKENS)

    def set(self, case: Case, data: str, context: AuthContext) -> None:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}
