"""Which messages are read as which tables; any other is named for what it is."""

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.iso20022.fates import FATES
from warroom.records.iso20022.message import Message
from warroom.records.iso20022.names import called, message_of
from warroom.records.iso20022.payments import PAYMENTS
from warroom.records.iso20022.statements import STATEMENTS
from warroom.records.job import Job

MESSAGES = {(each.name, each.table): each for each in (*PAYMENTS, *STATEMENTS, *FATES)}


def message_for(job: Job, namespace: str) -> Message:
    """How a message is read as the job's table; raises RecordsError that names it, and its table, where it is none."""
    name = message_of(namespace) or ""
    found = MESSAGES.get((name, job.table.name))
    if found is None:
        raise _other(job, name)
    if name == "pain.001" and not job.mapping.executed:
        raise RecordsError("records.payments-asked-for", name=job.name, message=called(name))
    return found


def _other(job: Job, name: str) -> RecordsError:
    tables = [table for message, table in MESSAGES if message == name]
    if not tables:
        return RecordsError("records.message-for-no-table", name=job.name, message=called(name))
    ways = [f"'warroom ingest {table} FILE'" for table in tables]
    instead = Texts(" หรือ ".join(ways), " or ".join(ways))
    return RecordsError("records.message-for-another", name=job.name, message=called(name), instead=instead)
