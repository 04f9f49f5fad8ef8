#!/usr/bin/env python3
"""Whether files are as they were when the tests that depend on them last passed.

scripts/unchanged.py NAME PATHS...            ends with 1 where a file under PATHS has changed since NAME passed
scripts/unchanged.py --passed NAME PATHS...   records that NAME passed with the files as they are now

The records, a digest by name, are in tests/passed.json and are committed with the change that they belong to.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSED = ROOT / "tests" / "passed.json"


def digest_files(paths: Sequence[str]) -> str:
    """SHA-256 of the names and contents of all files under `paths` that git knows or would take.

    Raises CalledProcessError where this is no checkout.
    """
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    digest = hashlib.sha256()
    for name in sorted(set(filter(None, listed))):
        file = ROOT / name
        if file.is_file():
            digest.update(f"{name}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--passed", action="store_true", help="record that the tests passed")
    parser.add_argument("name", help="the tests")
    parser.add_argument("paths", nargs="+", help="what they depend on")
    asked = parser.parse_args()
    passed: dict[str, str] = json.loads(PASSED.read_text()) if PASSED.exists() else {}
    now = digest_files(asked.paths)
    if asked.passed:
        PASSED.write_text(json.dumps(passed | {asked.name: now}, indent=1, sort_keys=True) + "\n")
        return 0
    is_unchanged = passed.get(asked.name) == now
    print(f"{asked.name}: {'unchanged since they passed' if is_unchanged else 'changed'}")
    return 0 if is_unchanged else 1


if __name__ == "__main__":
    sys.exit(main())
