"""The slow hash of passwords (argon2id): two at a time, a few that wait, and nobody else.

A flood of sign-ins meets a refusal that costs nothing, instead of taking the memory and the processors of every other page.
"""

import os
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from warroom.errors import IntakeBusy, NotPossible

# NIST SP 800-63B-4: at least 15 characters where the password is the only factor is advised; 12 is our floor.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
# OWASP's Password Storage Cheat Sheet for argon2id. A hash of other measures is checked by its own, and renewed.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
AT_ONCE = 2
WAITING = 8
RETRY_SECONDS = 5

_places = BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def reserve_slot() -> Iterator[None]:
    """A place among those whose password is looked at now or next; raises Behind at once where none is free."""
    if not _places.acquire(blocking=False):
        raise IntakeBusy("access.too-many-at-once", RETRY_SECONDS)
    try:
        yield
    finally:
        _places.release()


def new_hash(password: str) -> str:
    """The argon2id hash of a password; raises NotPossible for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise NotPossible("access.password-length", shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    return _get_workers(os.getpid()).submit(_get_hasher().hash, password).result()


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether a password has this hash; for None, where there is no such officer, it takes as long to say no."""
    # Cut off where no password can be longer, so that nobody makes the slow hash slower still.
    asked = _get_workers(os.getpid()).submit(
        _get_hasher().verify, hashed or _get_dummy_hash(), password[:LONGEST_PASSWORD]
    )
    try:
        return asked.result()
    except VerificationError:
        return False


def rehash_if_outdated(hashed: str, password: str) -> str:
    """The hash to keep of a password that was right: the same, or one of today's measures."""
    if not _get_hasher().check_needs_rehash(hashed):
        return hashed
    return _get_workers(os.getpid()).submit(_get_hasher().hash, password).result()


@cache
def _get_workers(process: int) -> ThreadPoolExecutor:
    """The two threads that hash, of this process: threads of a parent are not there in a child.

    Threads of their own, because memory that a hash gives back stays with its thread: of forty that hash in turn, each
    would keep some.
    """
    return ThreadPoolExecutor(AT_ONCE, "hashing")


@cache
def _get_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _get_dummy_hash() -> str:
    return _get_hasher().hash(secrets.token_hex(16))
