"""The same job in the ordinary Faust form: one event a step, a Table item and a send each.

Run as ``python -m bench.ordinary_faust BROKER PREFIX PARTITIONS DATADIR``. It judges with the same
engine and book, but reads and writes its table and topics the way Faust's manual shows. Wake-ups
are left out, which favours it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import faust
import river.anomaly  # noqa: F401  # start-up, not cost
from faust.types import StreamT

from domain.decode import decode
from engine.audit import Arrival, Emission, Outcome, audit
from engine.auditor import arrivals_of
from engine.book import build_book
from engine.intake import register_of
from engine.state import State
from engine.state import decode as read_state
from engine.state import encode as write_state
from stream.codec import decode_emission, encode_emission
from stream.kafka.topics import Topics

broker, prefix, partitions, datadir = sys.argv[1:]
topics = Topics(prefix)
app = faust.App(
    f"{prefix}-ordinary",
    broker=[f"kafka://{address}" for address in broker.split(",")],
    store="memory://",
    datadir=datadir,
    topic_partitions=int(partitions),
    topic_disable_leader=True,
    web_enabled=False,
    broker_session_timeout=10.0,
    broker_heartbeat_interval=2.0,
)
book = build_book()
events = app.topic(topics.claim_events, topics.inventory, value_serializer="raw")
registers = app.topic(topics.reference, value_serializer="raw")
projections = app.topic(
    f"{prefix}.ordinary-projections", key_serializer="raw", value_serializer="raw"
)
alerts = app.topic(topics.alerts, key_serializer="raw", value_serializer="raw")
raw = faust.Schema(key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
states = app.Table("states", schema=raw, key_type=bytes, value_type=bytes)


@app.agent(registers)  # type: ignore[untyped-decorator]
async def read_registers(stream: StreamT[bytes]) -> None:
    async for record in stream:
        if (entry := register_of(decode(record))) is not None:
            book.registers.put(entry)


@app.agent(events)  # type: ignore[untyped-decorator]
async def take_events(stream: StreamT[bytes]) -> None:
    async for record in stream:
        for arrival in arrivals_of([decode(record)]):
            await _send([arrival])


@app.agent(projections)  # type: ignore[untyped-decorator]
async def audit_projections(stream: StreamT[bytes]) -> None:
    async for record in stream:
        told = decode_emission(record)
        key = f"{told.subject}\x1f{told.key}".encode()
        held = states.get(key)
        state = read_state(held) if held else State()
        outcome = _audit(told, state)
        states[key] = write_state(state)
        await _send(outcome.emissions)
        for id_, body in outcome.alerts.items():
            await alerts.send(key=id_.encode(), value=body)


def _audit(told: Emission, state: State) -> Outcome:
    arrival = Arrival(told.ref, told.fact)
    return audit(told.subject, told.key, state, [arrival], state.latest, book)


async def _send(emissions: Sequence[Emission]) -> None:
    for told in emissions:
        key = f"{told.subject}\x1f{told.key}".encode()
        await projections.send(key=key, value=encode_emission(told))


if __name__ == "__main__":
    faust.Worker(app, loglevel="WARNING").execute_from_commandline()
