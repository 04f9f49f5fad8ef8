"""The list of official channels: the shipped ones and those of the deployment, signed every day.

`channels.toml` in the data folder adds to the shipped file of the same name and has its format.
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
from warroom.public.outside.sealing import to_canonical_json
from warroom.public.published import publish_page
from warroom.public.schema import PublishedPage

NAME, FILE = "channels", "channels.toml"
EACH = timedelta(days=1)
"""The age at which the list is signed again; the signature is valid for a week (`VALID`)."""


def publish_channels(ledger: Ledger, now: datetime) -> None:
    """Sign and publish the list where it changed or was signed yesterday. Raises SettingError for a file that cannot be read."""
    channel_list = load_channels(ledger.home)
    with ledger.open_session() as session:
        if _is_up_to_date(session, channel_list, now):
            return
        whole = channel_list | {"signed_at": now.isoformat(), "valid_until": (now + VALID).isoformat()}
        text = to_canonical_json(whole).decode()
        signature = keys.load_signing_key(ledger.home).sign(text.encode()).hex()
        body = {"list": text, "signature": signature, "key": keys.format_public_key(ledger.home)}
        publish_page(session, NAME, body, now)


def load_channels(home: Home) -> dict[str, Any]:
    """All channels, and the services where an owner has none. Raises SettingError."""
    shipped, own = _load_shipped(), _load_own(home)
    mine = [{"ours": True} | entry for entry in own.get("channels", [])]
    return {
        "channels": [*shipped["channels"], *mine],
        "none": [*shipped["none"], *own.get("none", [])],
    }


def list_official_numbers(home: Home) -> list[str]:
    """The official telephone numbers; these are never published as reported, however many people report them."""
    return [one["value"] for one in load_channels(home)["channels"] if one["kind"] == "phone"]


def _is_up_to_date(session: Session, said: dict[str, Any], now: datetime) -> bool:
    row = session.get(PublishedPage, NAME)
    if row is None or now - row.at >= EACH:
        return False
    there = json.loads(row.body["list"])
    return all(there[name] == said[name] for name in said)


@cache
def _load_shipped() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8"))


def _load_own(home: Home) -> dict[str, Any]:
    path = home.root / FILE
    if not path.exists():
        return {}
    try:
        own_list = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in own_list.get("channels", []):
            if entry["kind"] not in KINDS or not all(
                isinstance(entry[name], str) for name in ("value", "th", "en")
            ):
                raise ValueError(entry)
        for entry in own_list.get("none", []):
            if not entry["words"] or not entry["kinds"] or not (entry["th"] and entry["en"]):
                raise ValueError(entry)
        return own_list
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise SettingError(
            f"{path} is no list of channels ({problem}); each needs kind, value, th and en, or it may be taken away."
        ) from None
