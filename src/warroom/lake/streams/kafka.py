"""From Kafka into the lake, each message exactly once.

The position of each partition is in the lake's own commit, together with the rows; it alone decides where
reading continues. Offsets are committed to the brokers afterwards, for monitoring. So a crash between any two
steps costs a second read at most, which the position rejects. One process reads all partitions of a topic,
without a consumer group's rebalancing.

A message is one JSON object. A record without record_id is numbered by topic, partition and offset.
"""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from warroom.errors import HomeBusy, LakeDamaged, LakeError, StreamError
from warroom.lake.lake import Lake
from warroom.lake.stream_load import SendingOutcome, StreamLoad, StreamSending
from warroom.lake.streams.lag import StreamLag, record_lag
from warroom.records.mapping import FileMapping as How

if TYPE_CHECKING:
    from confluent_kafka import Consumer, Message

# Messages; as for pushes, see `drain`.
ROWS_A_COMMIT = 50_000
TOGETHER_SECONDS = 4.0
"""Messages that come within this time share a commit."""
# Chosen: a broker answers in milliseconds; after this the command says that nothing answers and tries again.
ANSWER_SECONDS = 10.0
MISSING = "Reading Kafka needs one more package; install it with: pip install 'warroom[kafka]'"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class KafkaTopic:
    """What is read: where from, whose records they are, and how they are to be read. `config` goes to librdkafka as it
    is (security.protocol, sasl.username and so on); `name` tells this topic from another one that once had its name.
    """

    brokers: str
    topic: str
    source: str
    how: How = field(default_factory=How)
    name: str = ""
    config: Mapping[str, str] = field(default_factory=dict)

    @property
    def stream(self) -> str:
        return f"kafka {self.name or self.topic}"

    def position_name(self, partition: int) -> str:
        """The name under which the lake's commits say how far a partition is: the next offset."""
        return f"kafka:{self.name or self.topic}/{partition}"


@dataclass(frozen=True, slots=True)
class KafkaMessage:
    """A message as received: its place, its value (None: it only deletes a key), and when it was written."""

    partition: int
    offset: int
    value: bytes | None
    at: datetime

    @classmethod
    def from_message(cls, message: "Message") -> "KafkaMessage":
        """From the client's own."""
        partition, offset = message.partition(), message.offset()
        if partition is None or offset is None:
            raise TypeError("A message that was read has its place.")
        return cls(
            partition, offset, message.value(), datetime.fromtimestamp(message.timestamp()[1] / 1000, UTC)
        )


class KafkaReader:
    """Reads one topic into a lake; open it as a block. Raises StreamError where the topic cannot be read as it is.

    Once the event given as `stop` is set, it no longer waits for a lake that is busy.
    """

    def __init__(self, lake: Lake, topic: KafkaTopic, say: Say, stop: threading.Event) -> None:
        self._lake, self._topic, self._say, self._stop = lake, topic, say, stop
        self._away = False
        self._ages: dict[int, datetime] = {}
        self._consumer = _make_consumer(topic, self._report_away)
        self._partitions: list[int] = []

    @classmethod
    @contextmanager
    def open(
        cls, lake: Lake, topic: KafkaTopic, say: Say, stop: threading.Event | None = None
    ) -> Iterator["KafkaReader"]:
        """A reader that no other process of this home is beside; the brokers need not be there yet."""
        with lake.home.take_lock(_make_lock_name(topic)):
            reader = cls(lake, topic, say, stop or threading.Event())
            try:
                yield reader
            finally:
                reader._consumer.close()

    def take_messages(self) -> int:
        """Take in what comes within some seconds, as one commit; how many messages that was."""
        if not self._partitions:
            self._assign_partitions()
        messages = self._poll_messages() if self._partitions else []
        outcomes = self._commit_messages(messages) if messages else []
        self._record_lag()
        return sum(one.accepted + one.duplicates + one.corrections + one.quarantined for one in outcomes)

    def _assign_partitions(self) -> None:
        """Find the partitions and go on where the lake is; none yet where no broker answers."""
        from confluent_kafka import KafkaException, TopicPartition

        try:
            topic_metadata = self._consumer.list_topics(self._topic.topic, timeout=ANSWER_SECONDS).topics[
                self._topic.topic
            ]
            if topic_metadata.error is not None:
                raise StreamError(
                    f"The brokers know no topic '{self._topic.topic}' ({topic_metadata.error.str()}); correct --topic."
                )
            starts = [
                TopicPartition(self._topic.topic, partition, self._find_start_offset(partition))
                for partition in sorted(topic_metadata.partitions)
            ]
        except KafkaException as problem:
            self._report_away(problem.args[0])
            return
        self._consumer.assign(starts)
        self._partitions = sorted(topic_metadata.partitions)
        self._report_back()

    def _find_start_offset(self, partition: int) -> int:
        """The offset after what the lake has. Raises StreamError where it is beyond the topic's end."""
        from confluent_kafka import TopicPartition

        low, high = self._consumer.get_watermark_offsets(
            TopicPartition(self._topic.topic, partition), timeout=ANSWER_SECONDS
        )
        known = self._lake.state.positions.get(self._topic.position_name(partition))
        if known is None:
            return int(low)
        # A topic that was deleted and made again starts at 0: reading on would
        # skip its first messages silently.
        if known > high:
            raise StreamError(
                f"Partition {partition} of '{self._topic.topic}' ends at {high} and the lake has read up to {known}: "
                "it is another topic of the same name. If that is right, read it under a --name of its own."
            )
        if known < low:
            self._say(
                f"{low - known} messages of partition {partition} are no longer at the brokers and were never read; "
                "ask the partner for them as a file."
            )
        return max(int(low), known)

    def _poll_messages(self) -> list[KafkaMessage]:
        """Messages of some seconds, at most so many that one commit takes them well."""
        messages: list[KafkaMessage] = []
        ends = time.monotonic() + TOGETHER_SECONDS
        while len(messages) < ROWS_A_COMMIT and (left := ends - time.monotonic()) > 0:
            for message in self._consumer.consume(
                min(10_000, ROWS_A_COMMIT - len(messages)), timeout=min(left, 0.5)
            ):
                if message.error() is None:
                    messages.append(KafkaMessage.from_message(message))
                else:
                    self._report_away(message.error())
        if messages:
            self._report_back()
        return messages

    def _commit_messages(self, messages: Sequence[KafkaMessage]) -> list[SendingOutcome]:
        """By one commit with the positions; while another process writes for long, the messages wait here, until it is
        to stop: then they are left at the brokers.
        """
        last_sentence = ""
        while True:
            try:
                outcomes = self._lake.ingest_stream(lambda positions: self._make_load(messages, positions))
            except LakeDamaged:
                raise
            except (HomeBusy, LakeError) as problem:
                if problem.sentence != last_sentence:
                    self._say(f"{len(messages)} messages wait. {problem.sentence}")
                last_sentence = problem.sentence
                if self._stop.wait(1):
                    self._partitions = []  # another turn begins where the lake is, not behind these
                    return []
            else:
                self._commit_offsets(messages)
                return outcomes

    def _make_load(self, messages: Sequence[KafkaMessage], positions: Mapping[str, int]) -> StreamLoad | None:
        """What of the messages the lake does not have."""
        fresh: dict[int, list[KafkaMessage]] = {}
        for message in messages:
            if message.offset >= positions.get(self._topic.position_name(message.partition), 0):
                fresh.setdefault(message.partition, []).append(message)
        if not fresh:
            return None
        # The position moves past all that was read, also past rows in the quarantine: they are kept there.
        ends = {
            self._topic.position_name(partition): last[-1].offset + 1 for partition, last in fresh.items()
        }
        return StreamLoad([self._make_sending(partition, some) for partition, some in fresh.items()], ends)

    def _make_sending(self, partition: int, messages: Sequence[KafkaMessage]) -> StreamSending:
        named = f"{self._topic.name or self._topic.topic}/{partition}"
        values = [(message.offset + 1, message.value) for message in messages]
        written = [
            (line, value) for line, value in values if value is not None
        ]  # an empty one only deletes a key
        return StreamSending(
            stream=self._topic.stream,
            source=self._topic.source,
            name=f"kafka {named}",
            # Of the place, not of the bytes: numbers of rows without record_id come from it, and must be the
            # same whichever messages came together.
            sha256=hashlib.sha256(f"kafka:{named}".encode()).hexdigest(),
            texts=[_decode_message(value) for _, value in written],
            numbers=[line for line, _ in written],
            mapping=self._topic.how,
        )

    def _commit_offsets(self, messages: Sequence[KafkaMessage]) -> None:
        """Commit the offsets to the brokers (for monitoring only), and note the time of each partition's
        newest message.
        """
        from confluent_kafka import KafkaException, TopicPartition

        ends = {message.partition: message for message in messages}
        try:
            offsets = [TopicPartition(self._topic.topic, p, last.offset + 1) for p, last in ends.items()]
            self._consumer.commit(offsets=offsets, asynchronous=True)
        except KafkaException as problem:
            self._report_away(problem.args[0])
        for partition, last in ends.items():
            self._ages[partition] = last.at

    def _record_lag(self) -> None:
        if self._away:
            return  # nobody knows; the room sees that nothing is heard
        waiting, since = 0, None
        for partition in self._partitions:
            behind = self._count_behind(partition)
            waiting += behind
            if behind and (age := self._ages.get(partition)):
                since = min(since or age, age)
        record_lag(
            self._lake.home,
            _make_lock_name(self._topic),
            StreamLag(self._topic.stream, self._topic.source, waiting, "rows", since),
        )

    def _count_behind(self, partition: int) -> int:
        """Messages of a partition that the brokers had at the last word of theirs, and the lake has not."""
        from confluent_kafka import KafkaException, TopicPartition

        try:
            low, high = self._consumer.get_watermark_offsets(
                TopicPartition(self._topic.topic, partition), cached=True
            )
        except KafkaException:
            return 0
        return max(
            0, int(high) - self._lake.state.positions.get(self._topic.position_name(partition), int(low))
        )

    def _report_away(self, problem: Any) -> None:
        """One line when the brokers go away; they are waited for."""
        if not self._away:
            self._away = True
            self._say(
                f"No broker answers at {self._topic.brokers} ({problem.name()}); waiting, nothing is lost."
            )

    def _report_back(self) -> None:
        if self._away:
            self._away = False
            self._say("The brokers answer again.")


def _make_consumer(topic: KafkaTopic, on_error: Callable[[Any], None]) -> "Consumer":
    try:
        from confluent_kafka import Consumer, KafkaError, KafkaException
    except ImportError:
        raise StreamError(MISSING) from None

    def report_outage(problem: Any) -> None:
        # librdkafka tells of every reconnection too; one line when nobody answers is what a person can use.
        if problem.code() == KafkaError._ALL_BROKERS_DOWN:
            on_error(problem)

    settled = {
        "bootstrap.servers": topic.brokers,
        "group.id": f"warroom-{topic.source}",
        # Offsets are committed only after the lake's own commit.
        "enable.auto.commit": "false",
        # Never by itself to the start or the end: where to go on is for the lake's position alone to say.
        "auto.offset.reset": "error",
        "error_cb": report_outage,
        "log_level": 0,
    }
    try:
        return Consumer({**topic.config, **settled})
    except KafkaException as problem:
        reason = problem.args[0].str()
    except (
        TypeError,
        ValueError,
        AttributeError,
    ) as problem:  # a setting that is no text, such as a function
        reason = str(problem)
    raise StreamError(f"librdkafka does not take its settings ({reason}); correct them.")


def _make_lock_name(topic: KafkaTopic) -> str:
    """The topic's name as that of a file."""
    return f"kafka-{hashlib.sha256((topic.name or topic.topic).encode()).hexdigest()[:12]}"


def _decode_message(value: bytes) -> str:
    """What is no UTF-8 becomes what is no JSON either: the checks say so."""
    return value.decode("utf-8-sig", "backslashreplace").replace("\r", " ").replace("\n", " ")
