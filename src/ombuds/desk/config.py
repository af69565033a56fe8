# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's settings: one frozen table, read once from the environment (OMBUDS_DESK_NAME), and the client they ask for.

An onion address is reached through Tor and in no other way; no setting makes anything less safe (T05). It holds no keys
and opens no vault. See spec/desk.md.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ombuds.core.errors import SettingWrong
from ombuds.host import remote
from ombuds.host.remote import Client

PREFIX = "OMBUDS_DESK_"
TOR = "socks5h://127.0.0.1:9050"


class DeskSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting of a desk: its name, its default and, in `Meta`, what it means."""

    vault: Annotated[str, Meta(description="Folder of the vault; only its owner may enter it.")] = "ombuds-vault"
    proxy: Annotated[str, Meta(description="SOCKS proxy for every request; an onion address uses socks5h://127.0.0.1:9050 by itself.")] = ""
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the desk's screens on this machine; 0 takes a free one.")] = 8100
    timeout: Annotated[int, Meta(ge=1, le=600, description="Seconds to wait for the server.")] = 60
    language: Annotated[str, Meta(description="Language of the desk's screens, en or ru; empty takes the browser's until one is chosen there.")] = ""
    lock_after: Annotated[int, Meta(ge=1, le=1440, description="Minutes without a request after which the desk locks itself.")] = 15

    @property
    def folder(self) -> Path:
        """The vault's folder."""
        return Path(self.vault)


def read_desk_settings(environment: Mapping[str, str] | None = None) -> DeskSettings:
    """Read the settings of this process. Raises SettingWrong, naming the setting."""
    given = {name.removeprefix(PREFIX).lower(): value for name, value in (environment or os.environ).items() if name.startswith(PREFIX)}
    unknown = sorted(set(given) - {field.name for field in msgspec.structs.fields(DeskSettings)})
    if unknown:
        raise SettingWrong(f"{unknown[0]}: there is no such setting")
    try:
        return msgspec.convert(given, DeskSettings, strict=False)
    except msgspec.ValidationError as wrong:
        raise SettingWrong(f"{str(wrong).partition('$.')[2].strip('`') or 'settings'}: not a possible value") from None


def check_address(address: str) -> str:
    """Return a server's address without a slash at its end. Raises SettingWrong unless it is https, an onion, or this machine."""
    try:
        parts = urlsplit(address.strip().rstrip("/"))
        host = parts.hostname or ""
    except ValueError:
        raise SettingWrong("address: not an address") from None
    plain = host.endswith(".onion") or host in ("127.0.0.1", "localhost", "::1")
    if parts.scheme not in ("http", "https") or not host or parts.path or parts.query or parts.fragment or parts.username:
        raise SettingWrong("address: for example https://desk.example")
    if parts.scheme == "http" and not plain:
        raise SettingWrong("address: only an onion or this machine goes without https")
    return f"{parts.scheme}://{parts.netloc}"


def connect(settings: DeskSettings, address: str) -> Client:
    """Return the client for a server. Raises SettingWrong."""
    onion = (urlsplit(check_address(address)).hostname or "").endswith(".onion")
    proxy = settings.proxy or (TOR if onion else None)
    if proxy and urlsplit(proxy).scheme not in ("socks5", "socks5h"):
        raise SettingWrong("proxy: for example socks5h://127.0.0.1:9050")
    return remote.connect("", proxy, settings.timeout)
