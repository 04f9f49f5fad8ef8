"""Models trained in a home: one of each kind is in use, earlier ones are kept under the names of their
versions.
"""

from collections.abc import Callable
from pathlib import Path

from warroom import files
from warroom.errors import ModelError

CARD = (".md", ".json")
"""Suffixes of a model's card, for people and for programs; it is moved together with the model."""


def archive_model(own: Path, named: Callable[[], Path]) -> None:
    """Rename the model in use, with its card, to the name that `named` reads from it; the shipped model is
    then in use.
    """
    if not own.exists():
        return
    try:
        kept = named()
    except ModelError:
        # Broken or of another version: kept all the same, since it is the user's file and training again
        # replaces it.
        kept = own.with_name(f"{own.stem}-unreadable{own.suffix}")
    # The model first: without it the card describes nothing.
    for suffix in (own.suffix, *CARD):
        if own.with_suffix(suffix).exists():
            own.with_suffix(suffix).replace(kept.with_suffix(suffix))


def copy_card(model: Path, own: Path) -> None:
    """Copy a model's card to where the home keeps its own."""
    for suffix in CARD:
        if (card := model.with_suffix(suffix)).exists():
            files.write_atomically(own.with_suffix(suffix), card.read_bytes())
