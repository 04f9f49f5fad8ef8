"""Partners' standards: renders orders as messages, delivers them, reads the answers.

An order is data until here. It becomes camt.056.001.08 with our own supplementary schema, is written to
the outbox and, in a live home, posted signed to the bank. An exercise or demo home never opens a
connection: the code refuses. Nothing here decides: a hold is in effect only when the bank says so.
"""

from warroom.exchange.deliver import DeliveryReport, deliver
from warroom.exchange.inbox import AnswersReport, read_answers, receive_answer
from warroom.exchange.message import KINDS, OrderMessage, Original
from warroom.exchange.recall import render
from warroom.exchange.supplement import schema_path
from warroom.exchange.vouch import VouchReport, vouch

__all__ = [
    "KINDS",
    "AnswersReport",
    "DeliveryReport",
    "OrderMessage",
    "Original",
    "VouchReport",
    "deliver",
    "read_answers",
    "receive_answer",
    "render",
    "schema_path",
    "vouch",
]
