"""Published pages, by name."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.public.schema import PublishedPage


def publish_page(session: Session, name: str, body: dict[str, Any], now: datetime) -> bool:
    """Write what everybody may read over what stood there; False where it says the same already."""
    # Asked first: the upsert alone locks the row also where it changes nothing, which is a write in each turn of every room.
    if session.scalar(select(PublishedPage.body).where(PublishedPage.name == name)) == body:
        return False
    statement = insert(PublishedPage).values(name=name, body=body, at=now)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"body": statement.excluded.body, "at": statement.excluded.at},
            where=PublishedPage.body != statement.excluded.body,
        )
    )
    return True
