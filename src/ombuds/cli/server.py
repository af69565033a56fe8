# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds server``: make the data folder, found the desk, run, look at what is due, list the settings.

The program that starts the workers brings the tables up to date first, once; each worker then opens the store by itself.
No option makes anything less safe. See spec/server.md.
"""

from __future__ import annotations

import gc
import json
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from granian import Granian
from granian.constants import Interfaces

from ombuds.cli.late import late
from ombuds.cli.ports import check_free
from ombuds.core.charter import check_founding, fingerprint
from ombuds.core.envelope import read
from ombuds.core.errors import NotHere, SettingWrong
from ombuds.core.keys import random_bytes
from ombuds.host.clock import hour
from ombuds.host.files import private_folder, write_private
from ombuds.host.memory import keep_few_heaps
from ombuds.server import config, tick
from ombuds.server.app import create, put_together
from ombuds.server.config import Settings, check_folder, log_key, read_settings
from ombuds.server.store.db import open_store
from ombuds.server.store.ledger import found as found_ledger
from ombuds.server.store.public import PublicRecord
from ombuds.server.store.version import is_current

app = typer.Typer(help="Run the public server.", no_args_is_help=True, rich_markup_mode=None)

Data = Annotated[Path | None, typer.Option(help="Data folder; otherwise OMBUDS_DATA.")]
KEYS = ("log.key", "form.key")


@app.command()
def init(data: Data = None, address: Annotated[str, typer.Option(help="Public address of the desk, kept in settings.toml.")] = "") -> None:
    """Make the data folder and its keys, and print what the members need for the charter."""
    settings = _settings(data)
    private_folder(settings.folder)
    if address:
        config.keep_address(settings.folder, address.rstrip("/"))
        settings = _settings(data)
    for name in KEYS:
        # An existing key is never replaced: the ledger hangs on it.
        if not (settings.folder / name).exists():
            write_private(settings.folder / name, random_bytes(32).hex().encode() + b"\n")
    _up_to_date(settings)
    addresses = [settings.address] if settings.address else []
    typer.echo(json.dumps({"v": 1, "log_key": log_key(settings).public.text, "addresses": addresses}))


@app.command()
def found(charter: Annotated[Path, typer.Option(help="File with the founding charter, signed by every member.")], data: Data = None) -> None:
    """Begin the public ledger with the founding charter."""
    settings = _checked(data)
    _up_to_date(settings)
    try:
        envelope = read(charter.read_bytes())
    except OSError:
        raise NotHere("there is no such file") from None
    config.check_reach(settings, check_founding(envelope).charter)
    store = open_store(settings)
    try:
        found_ledger(store, envelope)
    finally:
        store.close()
    typer.echo(fingerprint(envelope.hash))


@app.command()
def run(data: Data = None, port: Annotated[int | None, typer.Option(help="Port to listen on; otherwise OMBUDS_PORT.")] = None) -> None:
    """Answer readers, sources and desks until stopped."""
    settings = _checked(data, port)
    config.form_key(settings)
    log_key(settings)
    _up_to_date(settings)
    _check_reach(settings)
    if not settings.socket:
        check_free(settings.host, [settings.port])
    place = settings.socket or f"http://{settings.host}:{settings.port}"
    typer.echo(f"ombuds: listening on {place}", err=True)
    keep_few_heaps()
    server = Granian(
        "ombuds.server.app:create",
        address=settings.host,
        port=settings.port,
        uds=Path(settings.socket) if settings.socket else None,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        websockets=False,
        # Neither visits nor tracebacks are logged: both can hold a source's words (T08).
        log_enabled=False,
        log_access=False,
        respawn_failed_workers=True,
    )
    # The workers share what was read so far; a collector that walked through it would give each of them a copy.
    gc.collect()
    gc.freeze()
    server.serve(target_loader=partial(create, settings), wrap_loader=False)


@app.command("tick")
def look(data: Data = None, force: Annotated[bool, typer.Option("--force", help="Let everything that waits leave now.")] = False) -> None:
    """Do what is due: release batches, erase what is old, sweep up."""
    settings = _checked(data)
    _up_to_date(settings)
    parts = put_together(settings)
    done = tick.run(parts, hour(), force)
    parts.store.close()
    typer.echo(json.dumps({"released": done.released, "erased": done.erased, "orphans": done.orphans}))


@app.command("settings")
def list_settings() -> None:
    """List every setting: its variable, its default and its meaning."""
    for each in config.table():
        default = str(each.default) if each.default != "" else "(empty)"
        typer.echo(f"{each.variable}\t{default}\t{each.meaning}")


def _up_to_date(settings: Settings) -> None:
    # The migrations' library takes longer to read than the server itself: it is read when there is a step to take.
    if not is_current(settings):
        late("migrations").migrate(settings)


def _settings(data: Path | None, port: int | None = None) -> Settings:
    chosen: dict[str, object] = {"data": str(data)} if data else {}
    if port is not None:
        chosen["port"] = port
    return read_settings(chosen=chosen)


def _check_reach(settings: Settings) -> None:
    store = open_store(settings)
    try:
        config.check_reach(settings, PublicRecord(store, log_key(settings)).record().charter.charter)
    except NotHere:
        # Not founded yet: then the founding looks at it.
        return
    finally:
        store.close()


def _checked(data: Path | None, port: int | None = None) -> Settings:
    settings = _settings(data, port)
    check_folder(settings.folder)
    if settings.database and settings.database.startswith("sqlite") and not Path(settings.database.partition(":///")[2]).is_relative_to(settings.folder):
        raise SettingWrong("database: a SQLite file lies in the data folder, which nobody else can enter")
    return settings
