"""Bookmarks: how far a repeated job has come."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.ledger.schema import Bookmark


def save_bookmark(session: Session, name: str, value: str) -> None:
    """Write a bookmark over what stood there; of two servers that make the first one at once the second writes last."""
    said = insert(Bookmark).values(name=name, value=value)
    session.execute(said.on_conflict_do_update(index_elements=["name"], set_={"value": said.excluded.value}))
