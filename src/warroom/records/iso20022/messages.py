"""Which messages are read as which tables; any other is named for what it is."""

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
        raise RecordsError(f"{job.name} is {called(name)}{_instead(name)}")
    if name == "pain.001" and not job.mapping.executed:
        raise RecordsError(
            f"{job.name} is {called(name)}: whether the bank paid them is not in it. Ask for pacs.008, camt.053 or camt.054; "
            "where the bank says that it has paid all of them, declare executed = true in [file] of the mapping."
        )
    return found


def _instead(name: str) -> str:
    tables = [table for message, table in MESSAGES if message == name]
    if not tables:
        return ", and no table takes it: it moves no money from one account to another."
    return ": " + " or ".join(f"'warroom ingest {table} FILE'" for table in tables) + "."
