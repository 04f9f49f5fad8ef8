"""The interface keeps to its own description: every answer is documented and has the shape it says, none is a crash.

`make test` tries for five seconds; `make soak` sets SOAK_SECONDS and tries for ten minutes.
"""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import Night
from warroom import clock
from warroom.access import agencies
from warroom.access.api_keys.keys import add_key
from warroom.access.tickets import hash_token
from warroom.ledger.officers import ROLES

HERE = Path(__file__).parent
SECONDS = int(os.environ.get("SOAK_SECONDS", "5"))
SIGN_INS = 400
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)
# What ends every sign-in of the one officer who asks all these questions is tried last and by itself.
ENDS_ALL = ("/api/v1/sign-ins", "/api/v1/me/password", "/api/v1/officers/{username}/end")


def sign_ins(night: Night) -> list[str]:
    """Many sign-ins of an officer with every role."""
    night.officer("first", "admin")
    officer = night.officer("all-roles", *ROLES)
    tokens = [f"schema-{number}" for number in range(SIGN_INS)]
    for token in tokens:
        night.sql(
            "INSERT INTO sessions (token_hash, officer_id, made_at, expires_at, way, enrolling, address, device)"
            " VALUES (:hash, :officer, :now, :until, 'password', false, '', '')",
            hash=hash_token(token),
            officer=officer.id,
            now=clock.get_real_now(),
            until=clock.get_real_now() + timedelta(hours=2),
        )
    return tokens


def key(night: Night) -> str:
    """The key of a bank's program that may ask as much as it likes."""
    agencies.seed_exercise(night.ledger)
    return add_key(
        night.ledger, "B01", ["payee-check", "transfers:write"], per_minute=10**9, per_day=10**9
    ).secret


def tried(
    address: str, tokens: list[str], key: str, seconds: int, *more: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{address}/api/openapi.json"]
    settled = ["--seed", "7", "--max-time", str(seconds), "--checks", ",".join(CHECKS), "--no-color"]
    settled += ["--generation-database", "none", "--warnings", "off", "--request-timeout", "60"]
    env = os.environ | {"SCHEMATHESIS_HOOKS": "tests.web.schema_hooks", "SCHEMA_TOKENS": ",".join(tokens)}
    env |= {"SCHEMA_KEY": key}
    return subprocess.run(
        [*command, *settled, *more], cwd=HERE.parents[1], env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
@pytest.mark.timeout(SECONDS * 3 + 300)
def test_the_interface_keeps_to_its_own_description(night: Night, address: str, tmp_path: Path) -> None:
    night.case()
    tokens, of_bank = sign_ins(night), key(night)
    left_out = [word for path in ENDS_ALL for word in ("--exclude-path", path)]
    # The last one is not handed out, so that no call can end it.
    done = tried(address, tokens[:-1], of_bank, SECONDS, *left_out)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    me = httpx.get(f"{address}/api/v1/me", headers={"authorization": f"Bearer {tokens[-1]}"})
    assert me.status_code == 200, "the officer was shut out on the way, so that little was tried"
    alone = [word for path in ENDS_ALL for word in ("--include-path", path)]
    done = tried(address, tokens[:-1], of_bank, max(3, SECONDS // 6), *alone)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
