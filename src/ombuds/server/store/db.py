# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store: one database and one folder of parts, opened with the settings that make a thank-you true.

A commit is on the disk before it returns, one writer at a time waits five seconds at most, then says that the store is
busy, on SQLite and on PostgreSQL alike; SQLite overwrites deleted rows (secure_delete). It holds no query: those stand in
the files beside this one. See spec/store.md; T11.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from threading import Lock
from time import monotonic, sleep

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from ombuds.core.errors import SettingWrong, StoreBusy, StoreFull
from ombuds.server.config import Settings
from ombuds.server.store.blobs import Blobs

BUSY_SECONDS = 5
# SQLite's own waiting sleeps longer and longer and starves one of two workers; ours asks again at once.
ASK_AGAIN_SECONDS = 0.0005
# The one lock of this program in a PostgreSQL database: any number, always the same.
WRITERS = 20_260_101
PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA busy_timeout=0",
)


@dataclass(frozen=True)
class Store:
    """The database and the parts. Every statement runs inside `write` or `read`."""

    engine: Engine
    blobs: Blobs
    # One writer a process: waiting on a lock is cheaper and fairer than SQLite's sleeping.
    _writing: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Run one transaction that alone may write; it is on the disk when this returns. Raises StoreBusy, StoreFull."""
        if not self._writing.acquire(timeout=BUSY_SECONDS):
            raise StoreBusy
        try:
            with _told(), self.engine.connect() as connection:
                connection = connection.execution_options(ombuds_writes=True)
                with connection.begin():
                    yield connection
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Read from one moment of the database. Raises StoreBusy."""
        with _told(), self.engine.connect() as connection, connection.begin():
            yield connection

    def alone(self, *statements: str) -> None:
        """Run statements that no transaction may surround. Raises StoreBusy."""
        dialect = self.engine.dialect
        raw = self.engine.raw_connection()
        try:
            if dialect.name != "sqlite":
                raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            cursor = raw.cursor()
            for statement in statements:
                cursor.execute(statement)
        except dialect.loaded_dbapi.Error:
            raise StoreBusy from None
        finally:
            # It is not what the others expect any more.
            raw.invalidate()
            raw.close()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_store(settings: Settings) -> Store:
    """Open the store of these settings; nothing is created but the folder of parts. Raises SettingWrong."""
    try:
        engine = create_engine(settings.database_url, pool_size=16, max_overflow=32)
    except (ArgumentError, ImportError):
        raise SettingWrong("database: no such kind of database, or its driver is not installed") from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "begin", _begin_on_server)
    return Store(engine, Blobs(settings.folder / "blobs"))


def _prepare(connection: SqliteConnection, _entry: ConnectionPoolEntry) -> None:
    # The driver's own idea of when a transaction begins is switched off; _begin says it.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # A writer takes the lock at once: a reader that turns writer could only fail.
    if not connection.get_execution_options().get("ombuds_writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: SqliteConnection = connection.connection.driver_connection  # type: ignore[assignment]
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
            return
        except SqliteError:
            if monotonic() > deadline:
                raise StoreBusy from None
            sleep(ASK_AGAIN_SECONDS)


def _begin_on_server(connection: Connection) -> None:
    # PostgreSQL lets many write at once; what is checked before it is written counts on being alone.
    if connection.get_execution_options().get("ombuds_writes", False):
        # All in one journey; a commit is on the disk whatever the database's own settings say.
        careful = f"SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = {BUSY_SECONDS * 1000}"
        connection.exec_driver_sql(f"{careful}; SELECT pg_advisory_xact_lock({WRITERS})")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


@contextmanager
def _told() -> Iterator[None]:
    """Turn what a driver says into what a person can read."""
    try:
        yield
    except OperationalError as wrong:
        said = str(wrong.orig).lower()
        if "full" in said or "no space" in said or "disk i/o" in said:
            raise StoreFull from None
        raise StoreBusy from None
    except DBAPIError as wrong:
        # The driver's sentence may hold values: it goes no further.
        raise StoreBusy(type(wrong.orig).__name__) from None
