"""Which messages are read as which tables; any other is named for what it is."""

from warroom.bilingual.texts import Texts
from warroom.errors import RecordsError
from warroom.records.iso20022.fates import FATES
from warroom.records.iso20022.message import MessageSpec
from warroom.records.iso20022.names import describe_message, find_message_name
from warroom.records.iso20022.payments import PAYMENTS
from warroom.records.iso20022.statements import STATEMENTS
from warroom.records.job import ReadJob

MESSAGES = {(each.name, each.table): each for each in (*PAYMENTS, *STATEMENTS, *FATES)}


def get_message_spec(job: ReadJob, namespace: str) -> MessageSpec:
    """How a message is read as the job's table; raises RecordsError that names it, and its table, where it is none."""
    name = find_message_name(namespace) or ""
    message = MESSAGES.get((name, job.table.name))
    if message is None:
        raise _make_other_message_error(job, name)
    # A customer's order may never have been executed: the mapping has to say that the bank has paid it.
    if name == "pain.001" and not job.mapping.executed:
        raise RecordsError("records.payments-asked-for", name=job.name, message=describe_message(name))
    return message


def _make_other_message_error(job: ReadJob, name: str) -> RecordsError:
    tables = [table for message, table in MESSAGES if message == name]
    if not tables:
        return RecordsError("records.message-for-no-table", name=job.name, message=describe_message(name))
    ways = [f"'warroom ingest {table} FILE'" for table in tables]
    instead = Texts(" หรือ ".join(ways), " or ".join(ways))
    return RecordsError(
        "records.message-for-another", name=job.name, message=describe_message(name), instead=instead
    )
