"""Models that a home learned by itself: one of each sort is in use, and those before it lie beside under their own names."""

from collections.abc import Callable
from pathlib import Path

from warroom import files
from warroom.errors import ModelError

CARD = (".md", ".json")
"""The card of a model, for people and for programs; it lies beside the model and goes where that goes."""


def archive_model(own: Path, named: Callable[[], Path]) -> None:
    """Give the model in use the name that `named` reads from it, its card with it; what ships is then in use."""
    if not own.exists():
        return
    try:
        kept = named()
    except ModelError:
        # Broken or of another version: training again is what mends that, and what lies here is still somebody's file.
        kept = own.with_name(f"{own.stem}-unreadable{own.suffix}")
    for suffix in (own.suffix, *CARD):
        if own.with_suffix(suffix).exists():
            own.with_suffix(suffix).replace(kept.with_suffix(suffix))


def copy_card(model: Path, own: Path) -> None:
    """Copy a model's card to where the home keeps its own."""
    for suffix in CARD:
        if (card := model.with_suffix(suffix)).exists():
            files.write_atomically(own.with_suffix(suffix), card.read_bytes())
