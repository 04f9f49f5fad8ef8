"""`warroom doctor`: what is well here, what is not, and what to do about it."""

import sys

from warroom.cli.answer import print_json, print_line
from warroom.cli.checks import FAIL, run_checks
from warroom.cli.options import Switch

# Of one width, so that the names of checks are aligned.
_SIGN = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def doctor(*, json: Switch = False) -> None:
    """Check this installation and its data folder; each line says what to do. Exit code 1 where one fails.

    Example: warroom doctor --json

    Parameters
    ----------
    json
        Print one JSON object: `ok`, and `checks` with name, state, text and what to do.
    """
    checks = run_checks()
    well = all(check.state != FAIL for check in checks)
    if json:
        print_json({"ok": well, "checks": [check.as_json() for check in checks]})
    else:
        for check in checks:
            print_line(f"{_SIGN[check.state]}  {check.name:<10} {check.text}")
            if check.todo:
                print_line(f"                  -> {check.todo}")
    if not well:
        sys.exit(1)
