"""The configuration file ("card") of the public process: database address, keys of digests, public key of the room."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from warroom import files
from warroom.errors import SettingError


@dataclass(frozen=True, slots=True)
class Card:
    """`database`: the address with the login of the public role. `codes`, `numbers`: keys of digests; `seal_to`: the room's
    public key; `exercise`: whether every page says that this is a rehearsal.
    """

    database: str
    codes: bytes
    numbers: bytes
    seal_to: bytes
    exercise: bool


def write_card(path: Path, card: Card) -> None:
    """Write the card, readable for its owner alone (0600)."""
    said = {name: value.hex() if isinstance(value, bytes) else value for name, value in asdict(card).items()}
    files.write_atomically(path, json.dumps(said, indent=1).encode())


def read_card(path: Path) -> Card:
    """Read a card; raises SettingError for a missing file or one of another form."""
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        keys = {name: bytes.fromhex(body[name]) for name in ("codes", "numbers", "seal_to")}
        return Card(database=str(body["database"]), exercise=bool(body["exercise"]), **keys)
    except (OSError, ValueError, KeyError, TypeError):
        raise SettingError(
            f"{path} is no card of a public side; write one with 'warroom public-card FILE' in the room's data folder."
        ) from None
