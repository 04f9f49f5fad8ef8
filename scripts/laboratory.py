#!/usr/bin/env python3
"""Whether the tests of the laboratory are to run: they are where what they test has changed since they last passed.

scripts/laboratory.py                  print --lab for pytest where something has changed, else nothing; say why on stderr
scripts/laboratory.py --digest         print the digest of what they test, as it is now
scripts/laboratory.py --passed DIGEST  keep the digest for which they have passed (`make test-lab`)
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TREES = ("src/warroom_lab", "src/warroom/money", "src/warroom/signals", "tests/lab")
PASSED = "tests/lab/passed.txt"
SAME = "The laboratory's tests are left out: nothing of what they test has changed since they passed (make test-lab runs them)."
CHANGED = "The laboratory's tests run too: what they test has changed since they last passed."


def list_files(root: Path) -> Iterator[Path]:
    """The files of the trees in one order, without what running them leaves behind and without the kept digest itself."""
    for tree in TREES:
        for path in sorted((root / tree).rglob("*")):
            parts = path.relative_to(root).parts
            is_left_behind = any(part == "__pycache__" or part.startswith(".") for part in parts)
            if path.is_file() and not is_left_behind and path != root / PASSED:
                yield path


def compute_digest(root: Path = ROOT) -> str:
    """One SHA-256, in hexadecimal, of the names and contents of all files of the trees."""
    digest = hashlib.sha256()
    for path in list_files(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{content}  {path.relative_to(root).as_posix()}\n".encode())
    return digest.hexdigest()


def has_passed(root: Path = ROOT) -> bool:
    """Whether the tests have passed on the trees as they are now."""
    kept = root / PASSED
    return kept.is_file() and kept.read_text(encoding="utf-8").strip() == compute_digest(root)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--digest", action="store_true", help="print the digest of what the tests test")
    parser.add_argument("--passed", metavar="DIGEST", help="keep this digest as one for which they passed")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    given = parser.parse_args()
    if given.digest:
        print(compute_digest(given.root))
    elif given.passed:
        (given.root / PASSED).write_text(f"{given.passed}\n", encoding="utf-8")
    elif has_passed(given.root):
        print(SAME, file=sys.stderr)
    else:
        print(CHANGED, file=sys.stderr)
        print("--lab")


if __name__ == "__main__":
    main()
