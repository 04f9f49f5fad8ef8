"""The slow password hash (argon2id): two run at a time, a few wait, further ones are refused.

A flood of sign-ins gets a cheap refusal instead of taking the memory and the processors of every other page.
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
# Characters. NIST SP 800-63B-4 asks for at least 64; a limit keeps the cost of one hash bounded.
LONGEST_PASSWORD = 256
# OWASP's Password Storage Cheat Sheet for argon2id. A hash with other parameters is verified by its own,
# and renewed.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
# Hashes at once: each takes 19 MiB and a processor for its time, and pages need the rest. Chosen, not
# measured.
AT_ONCE = 2
# Sign-ins that wait for a hash: four turns of two, well under the time a person waits. Chosen, not measured.
WAITING = 8
# Seconds (Retry-After): by then the queue of ten has been worked off.
RETRY_SECONDS = 5

_places = BoundedSemaphore(AT_ONCE + WAITING)


@contextmanager
def reserve_slot() -> Iterator[None]:
    """Reserve a place in the queue of hashes for the `with` block; raises IntakeBusy at once where none is free."""
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
    """Whether a password has this hash. None (no such officer) is answered False, after the same time."""
    # Cut off where no password can be longer, so that nobody makes the slow hash slower still.
    asked = _get_workers(os.getpid()).submit(
        _get_hasher().verify, hashed or _get_dummy_hash(), password[:LONGEST_PASSWORD]
    )
    try:
        return asked.result()
    except VerificationError:
        return False


def rehash_if_outdated(hashed: str, password: str) -> str:
    """The hash to keep of a correct password: the same one, or a new one where its parameters are outdated."""
    if not _get_hasher().check_needs_rehash(hashed):
        return hashed
    return _get_workers(os.getpid()).submit(_get_hasher().hash, password).result()


@cache
def _get_workers(process: int) -> ThreadPoolExecutor:
    """The two hashing threads of this process; the process id is the key because a forked child has no threads.

    They are separate threads because memory freed after a hash stays with its thread: each of the server's forty
    request threads would keep some.
    """
    return ThreadPoolExecutor(AT_ONCE, "hashing")


@cache
def _get_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _get_dummy_hash() -> str:
    return _get_hasher().hash(secrets.token_hex(16))
