"""Roots of complete subtrees of 256, 65,536, ... rows, kept so that a proof reads a few hundred hashes and
not all.

They are a cache and never evidence: a proof is checked before it is returned, and `verify` computes each
again. The heights are those of C2SP tlog-tiles (8 levels a tile).
"""

from typing import Any

import psycopg

from warroom.ledger import merkle

# Levels of a tile in C2SP tlog-tiles: 2 ** 8 = 256 leaves.
HEIGHT = 8
WIDTH = 1 << HEIGHT

_LEAVES = "SELECT hash FROM audit WHERE sequence > %s AND sequence <= %s ORDER BY sequence"
_ROOTS = "SELECT hash FROM audit_subtrees WHERE level = %s AND number >= %s AND number < %s ORDER BY number"
_NEXT = "SELECT coalesce(max(number) + 1, 0) FROM audit_subtrees WHERE level = %s"
_KEEP = "INSERT INTO audit_subtrees (level, number, hash) VALUES (%s, %s, %s)"
_Cursor = psycopg.Cursor[tuple[Any, ...]]


def save_completed_subtrees(cursor: _Cursor, before: int, size: int) -> None:
    """Keep the roots of the subtrees that were completed while the log grew from `before` to `size` rows."""
    level, span = 1, WIDTH
    while size // span > before // span:
        row = cursor.execute(_NEXT, (level,)).fetchone()
        # From the highest that is kept, not from `before`: one that was missed while
        # a row was gone is made up for.
        for number in range(row[0] if row else 0, size // span):
            below = load_hashes(cursor, level - 1, number * WIDTH, WIDTH)
            if len(below) < WIDTH:  # a row is gone: `verify` names it, and no proof leads past it
                return
            cursor.execute(_KEEP, (level, number, merkle.compute_root(below)))
        level, span = level + 1, span * WIDTH


def load_hashes(cursor: _Cursor, level: int, first: int, count: int) -> list[bytes]:
    """At most `count` hashes of a level from number `first` on: leaf hashes at level 0, roots above."""
    if level == 0:
        found = cursor.execute(_LEAVES, (first, first + count))
    else:
        found = cursor.execute(_ROOTS, (level, first, first + count))
    return [hashed for (hashed,) in found]
