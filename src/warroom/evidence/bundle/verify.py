"""`warroom evidence verify`: the same check that a bundle carries, run from this program's own copy."""

from pathlib import Path

from warroom.errors import HomeError
from warroom.evidence.bundle import expert


def verify_bundle(path: Path, fingerprint: str = "") -> expert.Check:
    """Check a bundle (a ZIP file, or the folder it was unpacked to); its `faults` are empty where all holds.

    Raises HomeError where there is none.
    """
    try:
        check = expert.Check(expert.open_bundle(str(path)), fingerprint)
    except (OSError, ValueError):
        raise HomeError("evidence.no-bundle", path=path) from None
    check()
    return check
