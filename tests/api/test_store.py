from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, insert, inspect, select

from api.store import changes, leases
from api.store.changes import Kind
from api.store.database import Store, open_store
from api.store.migrate import migrate
from api.store.tables import Alert, Counter, Offset, Table
from tests.api.alerts import empty_swipe
from tests.api.service import Service


def test_the_migrations_make_exactly_the_tables_we_use(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Table.metadata) == []


def test_migrating_twice_changes_nothing(database: str) -> None:
    migrate(database)
    before = columns_by_table(database)
    migrate(database)
    assert "alerts" in before
    assert columns_by_table(database) == before


def columns_by_table(database: str) -> dict[str, list[str]]:
    engine = create_engine(database)
    try:
        found = inspect(engine)
        return {
            table: [column["name"] for column in found.get_columns(table)]
            for table in found.get_table_names()
        }
    finally:
        engine.dispose()


def test_a_database_appears_where_its_folder_does_not_exist_yet(tmp_path: Path) -> None:
    migrate(f"sqlite:///{tmp_path}/new/folder/store.db")
    assert (tmp_path / "new/folder/store.db").exists()


def test_many_processes_may_migrate_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    run_all([lambda: migrate(url)] * 4)
    assert "alerts" in columns_by_table(url)


@pytest.mark.parametrize("amount", ["0.01", "0.10", "-0.30", "99999999999999.99", "12480.50"])
def test_an_amount_comes_back_as_it_went_in(service: Service, amount: str) -> None:
    service.take_in(empty_swipe(amount=amount, amount_counted=amount))
    with service.store.read() as session:
        assert session.scalar(select(Alert.amount)) == Decimal(amount)
        assert session.scalar(select(func.sum(Alert.amount_counted))) == Decimal(amount)


def test_a_thousand_dimes_make_a_hundred_yuan_exactly(service: Service) -> None:
    service.source.at_once = 1_000
    service.take_in(*(empty_swipe(number, amount_counted="0.10") for number in range(1_000)))
    with service.store.read() as session:
        assert session.scalar(select(func.sum(Alert.amount_counted))) == Decimal("100.00")


def test_moments_come_back_aware_and_equal(service: Service) -> None:
    service.take_in(empty_swipe(occurred_at="2026-03-02T18:21:00+08:00"))
    with service.store.read() as session:
        at = session.scalars(select(Alert.occurred_at)).one()
    assert at == datetime(2026, 3, 2, 10, 21, tzinfo=UTC)
    assert at.tzinfo is not None


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.write() as session:
            session.add(Offset(partition="p", next_offset=1))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with store.read() as session:
        assert session.get(Offset, "p") is None


def test_transactions_that_read_before_they_write_do_not_fail_each_other(store: Store) -> None:
    with store.write() as session:
        session.execute(insert(Counter).values(name="visits", value=0))

    def visit() -> None:
        for _ in range(25):
            with store.write() as session:
                row = session.get_one(Counter, "visits", with_for_update=True)
                row.value += 1

    run_all([visit] * 4)
    with store.read() as session:
        assert session.get_one(Counter, "visits").value == 100


def test_changes_are_numbered_without_gaps_in_commit_order(store: Store) -> None:
    def announce() -> None:
        for number in range(10):
            with store.write() as session:
                changes.announce(session, Kind.ALERT, [f"a{number}", f"b{number}"])

    run_all([announce] * 3)
    with store.read() as session:
        seen = changes.after(session, 0, 1_000)
        assert [change.seq for change in seen] == list(range(1, 61))
        assert changes.latest(session) == 60


def test_only_one_holder_has_a_lease_until_it_lets_go(store: Store) -> None:
    minute = timedelta(minutes=1)
    assert leases.hold(store, "intake", "one", minute)
    assert leases.hold(store, "intake", "one", minute)
    assert not leases.hold(store, "intake", "two", minute)
    assert leases.hold(store, "outbox", "two", minute)
    leases.release(store, "intake", "one")
    assert leases.hold(store, "intake", "two", minute)


def test_a_lease_ends_with_its_holder(store: Store) -> None:
    assert leases.hold(store, "intake", "one", timedelta(seconds=-1))
    assert leases.hold(store, "intake", "two", timedelta(minutes=1))


@pytest.mark.integration
def test_a_postgres_url_may_leave_out_the_driver(postgres: Callable[[], str]) -> None:
    plain = postgres().replace("postgresql+psycopg", "postgresql")
    migrate(plain)
    store = open_store(plain)
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(Alert)) == 0
    store.close()


def run_all(works: list[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(works)) as pool:
        for future in [pool.submit(work) for work in works]:
            future.result()
