"""Sign-in for commands that only officers may run."""

import getpass
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from warroom.access.sign_in import sign_in, sign_out
from warroom.cases.views import PurposeCode
from warroom.errors import NotPossible
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer

Found = TypeVar("Found")


@contextmanager
def signed_in(username: str, by_stdin: bool, code: str) -> Iterator[tuple[Ledger, Officer]]:
    """An open ledger and the signed-in officer, until the block ends. Raises NotPossible without a terminal,
    NotAllowed.
    """
    # Without a terminal getpass would wait for ever, or echo the password.
    if not by_stdin and not sys.stdin.isatty():
        raise NotPossible("There is no terminal to ask for the password; pass it with --password-stdin.")
    home = open_home(create=None)
    password = sys.stdin.readline().rstrip("\r\n") if by_stdin else getpass.getpass("Password: ")
    with Ledger.open(home) as ledger:
        signed = sign_in(ledger, username, password, code=code)
        try:
            yield ledger, signed.officer
        finally:
            # The sign-in was for this one command, however it ended.
            sign_out(ledger, signed.token)


def read_with_purpose(
    ledger: Ledger, person: Officer, case: str, purpose: PurposeCode, reason: str, read: Callable[[], Found]
) -> Found:
    """What `read` reads of a case; where that needs a stated purpose and none is in force, `reason` is stated first.

    Raises NotPossible where it is needed and none was given.
    """
    from warroom.cases.decisions.cases import state_purpose
    from warroom.cases.purposes import PurposeNeeded

    try:
        return read()
    # Stated only when needed: a purpose in force is not asked for again.
    except PurposeNeeded:
        if not reason:
            raise NotPossible(
                f"Say why you open case {case}, such as --reason 'exhibits for the trial'."
            ) from None
    state_purpose(ledger, person, case, purpose, reason)
    return read()
