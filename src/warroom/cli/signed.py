"""Sign-in for commands that only officers may run."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from warroom.access.sign_in import sign_in, sign_out
from warroom.errors import NotPossible
from warroom.home import open_home
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


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
