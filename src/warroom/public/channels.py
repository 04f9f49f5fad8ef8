"""The list of official channels: those that came with the program and those of the deployment, signed anew each day.

`channels.toml` in the data folder adds to it; it has the form of the file beside this one.
"""

import json
import tomllib
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy.orm import Session

from warroom import keys
from warroom.errors import SettingError
from warroom.home import Home
from warroom.ledger.ledger import Ledger
from warroom.public.outside.channels import KINDS, VALID
from warroom.public.outside.sealing import canonical
from warroom.public.published import publish_page
from warroom.public.schema import Published

NAME, FILE = "channels", "channels.toml"
EACH = timedelta(days=1)
"""So old a signature is made anew."""


def publish_channels(ledger: Ledger, now: datetime) -> None:
    """Sign and publish the list where it changed or was signed yesterday. Raises SettingError for a file that cannot be read."""
    said = channels_of(ledger.home)
    with ledger.session() as session:
        if _stands(session, said, now):
            return
        whole = said | {"signed_at": now.isoformat(), "valid_until": (now + VALID).isoformat()}
        text = canonical(whole).decode()
        signature = keys.signing_key(ledger.home).sign(text.encode()).hex()
        body = {"list": text, "signature": signature, "key": keys.public_hex(ledger.home)}
        publish_page(session, NAME, body, now)


def channels_of(home: Home) -> dict[str, Any]:
    """Every channel and every place where an owner has none. Raises SettingError."""
    shipped, own = _shipped(), _own(home)
    return {name: [*shipped.get(name, []), *own.get(name, [])] for name in ("channels", "none")}


def our_numbers(home: Home) -> list[str]:
    """The telephone numbers of the list: nobody makes them look reported."""
    return [one["value"] for one in channels_of(home)["channels"] if one["kind"] == "phone"]


def _stands(session: Session, said: dict[str, Any], now: datetime) -> bool:
    row = session.get(Published, NAME)
    if row is None or now - row.at >= EACH:
        return False
    there = json.loads(row.body["list"])
    return all(there[name] == said[name] for name in said)


@cache
def _shipped() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def _own(home: Home) -> dict[str, Any]:
    path = home.root / FILE
    if not path.exists():
        return {}
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        for one in said.get("channels", []):
            if one["kind"] not in KINDS or not all(
                isinstance(one[name], str) for name in ("value", "th", "en")
            ):
                raise ValueError(one)
        for one in said.get("none", []):
            if not one["words"] or not one["kinds"] or not (one["th"] and one["en"]):
                raise ValueError(one)
        return said
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise SettingError(
            f"{path} is no list of channels ({problem}); each needs kind, value, th and en, or it may be taken away."
        ) from None
