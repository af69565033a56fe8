# SPDX-License-Identifier: AGPL-3.0-or-later
"""The encrypted file under the vault: its key, its lock and the way its statements run.

Every page is sealed and authenticated (SQLite with ChaCha20-Poly1305); the key comes from the passphrase by Argon2id and
stands nowhere. A vault is a folder of two files that belong together: ``vault.db`` and ``vault.key``, which holds salt and
parameters and no secret. One desk at a time holds it. It knows bytes, not what they mean: vault.py does. It cannot stop
whoever watches the machine while the vault is open (T14). See spec/vault.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Annotated, Literal

import apsw
import msgspec
from msgspec import Meta

from ombuds.core.encoding import decode, encode
from ombuds.core.errors import Malformed, NotHere, OrderWrong, VaultBusy, VaultDamaged, VaultFull, VaultLocked, VaultNewer
from ombuds.core.keys import Hash, Stretching, hash_of, hkdf, random_bytes, same, stretched
from ombuds.desk.tables import STEPS, VERSION
from ombuds.desk.vaulttokens import register
from ombuds.host.files import private_folder, write_private

DATABASE, HEADER = "vault.db", "vault.key"
SALT_LENGTH = 16
# What a file that lost something answers when it is read; every other trouble of input and output is one of writing.
UNREADABLE = (
    apsw.SQLITE_IOERR,
    apsw.SQLITE_IOERR_READ,
    apsw.SQLITE_IOERR_SHORT_READ,
    apsw.SQLITE_IOERR_DATA,
    apsw.SQLITE_IOERR_CORRUPTFS,
)
Cell = str | bytes | int | None
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Stretch:
    """How dear one guess at the passphrase is: memory in KiB, passes, lanes."""

    memory: int = 256 * 1024
    passes: int = 3
    lanes: int = 4


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The readable file beside the vault; ``check`` tells a wrong passphrase from a damaged file."""

    v: Literal[1]
    kdf: Literal["argon2id"]
    memory: Annotated[int, Meta(ge=8, le=4 * 1024 * 1024)]
    passes: Annotated[int, Meta(ge=1, le=100)]
    lanes: Annotated[int, Meta(ge=1, le=64)]
    salt: bytes
    check: bytes
    sum: Hash

    @property
    def expected_sum(self) -> Hash:
        """The hash over the other fields, so that a damaged file is not taken for a wrong passphrase."""
        return hash_of(encode(msgspec.structs.replace(self, sum="")))


class VaultFile:
    """The open file; every write is one transaction, and one thread at a time uses it."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._turn = RLock()

    @contextmanager
    def write(self) -> Iterator[None]:
        """Keep everything that is written inside, or nothing of it. Raises VaultDamaged, VaultFull."""
        with self._turn, _plainly():
            if self._inside():
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._inside():
                    self._connection.execute("ROLLBACK")
                raise

    def _inside(self) -> bool:
        return self._connection.in_transaction

    def put(self, statement: str, *cells: Cell) -> None:
        """Run one statement that changes something. Raises VaultDamaged, VaultFull."""
        with self._turn, _plainly():
            self._connection.execute(statement, cells)

    def rows(self, statement: str, *cells: Cell) -> list[Row]:
        """Return the rows that a statement finds. Raises VaultDamaged."""
        with self._turn, _plainly():
            return [tuple(row) for row in self._connection.execute(statement, cells)]

    def plan(self, statement: str, *cells: Cell) -> str:
        """Return how a statement would be answered, so that a list that reads everything is noticed."""
        return " ".join(str(row[3]) for row in self.rows(f"EXPLAIN QUERY PLAN {statement}", *cells))

    @property
    def version(self) -> int:
        """How many steps led to the tables. Raises VaultDamaged."""
        with self._turn, _plainly():
            return int(str(self._connection.pragma("user_version")))

    def step(self, statements: str, version: int) -> None:
        """Take a step of the tables, inside of a write. Raises VaultDamaged, VaultFull."""
        with self._turn, _plainly():
            self._connection.execute(f"{statements} PRAGMA user_version = {version}")

    def pages(self) -> bytes:
        """Return the file's pages in the clear, to see that what was deleted is gone."""
        with self._turn, _plainly():
            return self._connection.serialize("main")

    def close(self) -> None:
        """Close the file and let another desk have it."""
        with self._turn:
            self._connection.close()


def create_file(folder: Path, passphrase: str, stretch: Stretch, steps: Sequence[str] = STEPS) -> VaultFile:
    """Make a vault's files in a folder, with the tables of these steps. Raises OrderWrong if there is a vault already, VaultLocked for an empty passphrase."""
    if (folder / DATABASE).exists() or (folder / HEADER).exists():
        raise OrderWrong("there is a vault in this folder already")
    if not passphrase:
        raise VaultLocked("a vault needs a passphrase")
    private_folder(folder)
    bare = Header(1, "argon2id", stretch.memory, stretch.passes, stretch.lanes, random_bytes(SALT_LENGTH), b"", "")
    key = _key(bare, passphrase)
    header = msgspec.structs.replace(bare, check=_check(key))
    write_private(folder / HEADER, encode(msgspec.structs.replace(header, sum=header.expected_sum)))
    connection = _connect(folder / DATABASE, key, apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE)
    (folder / DATABASE).chmod(0o600)
    file = VaultFile(connection)
    with _plainly():
        connection.execute(f"BEGIN IMMEDIATE; {''.join(steps)} PRAGMA user_version = {len(steps)}; COMMIT")
    return file


def open_file(folder: Path, passphrase: str) -> VaultFile:
    """Open a vault's files; they may lack the latest steps. Raises NotHere, VaultLocked, VaultBusy, VaultDamaged, VaultNewer."""
    header = _header(folder)
    key = _key(header, passphrase)
    if not same(_check(key), header.check):
        raise VaultLocked
    with _plainly():
        connection = _connect(folder / DATABASE, key, apsw.SQLITE_OPEN_READWRITE)
        file = VaultFile(connection)
        if file.version > VERSION:
            file.close()
            raise VaultNewer
        if file.version < 1:
            file.close()
            raise VaultDamaged("without a version")
    return file


def _header(folder: Path) -> Header:
    if not (folder / HEADER).is_file() and not (folder / DATABASE).is_file():
        raise NotHere("no vault in this folder")
    try:
        header = decode((folder / HEADER).read_bytes(), Header)
    except (OSError, Malformed):
        raise VaultDamaged(HEADER) from None
    if header.sum != header.expected_sum:
        raise VaultDamaged(HEADER)
    # SQLite would take an empty file for a new database, and begin one in it.
    if not (folder / DATABASE).is_file() or not (folder / DATABASE).stat().st_size:
        raise VaultDamaged(DATABASE)
    return header


def _key(header: Header, passphrase: str) -> bytes:
    return stretched(passphrase, header.salt, Stretching(header.memory, header.passes, header.lanes))


def _check(key: bytes) -> bytes:
    return hkdf(key, b"ombuds/1 vault", b"check")


def _connect(path: Path, key: bytes, flags: int) -> apsw.Connection:
    with _plainly():
        connection = _opened(path, flags)
        try:
            connection.pragma("cipher", "chacha20")
            # The key is bound as raw bytes, so that no second, weaker stretching stands behind Argon2id.
            connection.pragma("hexkey", (b"raw:" + hkdf(key, b"ombuds/1 vault", b"pages").hex().encode()).hex())
            if connection.pragma("cipher") != "chacha20":
                raise VaultDamaged("the cipher is not on")
            for name, value in (("locking_mode", "EXCLUSIVE"), ("temp_store", "MEMORY"), ("secure_delete", 1), ("synchronous", "FULL")):
                connection.pragma(name, value)
            register(connection)
            connection.execute("BEGIN EXCLUSIVE; COMMIT")
        except BaseException:
            connection.close()
            raise
    return connection


def _opened(path: Path, flags: int) -> apsw.Connection:
    try:
        return apsw.Connection(str(path), flags)
    except apsw.CantOpenError:
        raise VaultDamaged from None


@contextmanager
def _plainly() -> Iterator[None]:
    """Say a file's troubles in our own words."""
    try:
        yield
    except (apsw.BusyError, apsw.LockedError):
        raise VaultBusy from None
    except (apsw.FullError, apsw.CantOpenError):
        # In an open vault, the journal beside it is what cannot be made.
        raise VaultFull from None
    except apsw.IOError as failed:
        raise (VaultDamaged if getattr(failed, "extendedresult", apsw.SQLITE_IOERR) in UNREADABLE else VaultFull) from None
    except (apsw.NotADBError, apsw.CorruptError, apsw.ConnectionClosedError):
        raise VaultDamaged from None
