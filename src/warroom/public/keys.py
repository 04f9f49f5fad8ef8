"""The room's side of the wall: keys for submissions, and the configuration card of the public process."""

from warroom import keys, settings
from warroom.errors import SettingError
from warroom.home import Home
from warroom.ledger.ledger import DATABASE, Ledger
from warroom.ledger.upgrade import PUBLIC_ROLE
from warroom.public.outside.card import Card
from warroom.public.outside.sealing import public_half

CODES, NUMBERS, SEAL = "public-codes", "public-numbers", "public-seal"


def card_of(ledger: Ledger) -> Card:
    """The card for the public process of this room; raises SettingError where an external database has no public login."""
    home = ledger.home
    if ledger.server is not None:
        database = ledger.server.make_url(PUBLIC_ROLE, DATABASE)
    else:
        database = settings.get_text("WARROOM_PUBLIC_DATABASE_URL")
        if not database:
            raise SettingError(
                f"The room's database is not its own; make a login {PUBLIC_ROLE} there and name it in WARROOM_PUBLIC_DATABASE_URL."
            )
    return Card(
        database,
        keys.load_secret(home, CODES),
        keys.load_secret(home, NUMBERS),
        public_half(seal_key(home)),
        home.exercise,
    )


def seal_key(home: Home) -> bytes:
    """The private key that decrypts submissions; it never leaves the room."""
    return keys.load_secret(home, SEAL)
