# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is this the desk that was meant? Its charters are followed from the founding on, compared once with paper, then remembered.

The file of known desks holds, for each, its address, its founding charter's hash and the latest charter seen. A server
that later shows another desk, or an older charter, is refused (T18, T19, T30). The file tells who reads it which desks
somebody wrote to; the person is told where it lies. It asks nobody itself: how to compare is handed in. See spec/cli.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from ombuds.core.charter import Epochs, InForce, check_founding, check_freshness, check_succession
from ombuds.core.encoding import decode, encode
from ombuds.core.envelope import Envelope
from ombuds.core.errors import CharterRefused, FreshnessStale, HistoryForked, Malformed, SettingWrong
from ombuds.core.keys import Hash
from ombuds.core.wire import SealingNow
from ombuds.host.clock import Clock
from ombuds.host.files import private_folder, write_private

Compare = Callable[[InForce], None]
"""Shows the person a desk's fingerprint and raises CharterRefused unless it is the one they have by another way."""

DO_NOT_SEND = "Do not send anything there. Ask the desk by another way which address and fingerprint are right."


class KnownDesk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One desk as it was last seen at one address."""

    address: str
    instance_id: Hash
    version: int
    charter: Hash


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All desks that were compared on this machine."""

    v: int
    desks: tuple[KnownDesk, ...] = ()


class KnownDesks:
    """The file of known desks."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def desks(self) -> tuple[KnownDesk, ...]:
        """Return what is known. Raises SettingWrong for a damaged file: to begin anew would forget what was compared."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return ()
        except OSError:
            raise SettingWrong(f"{self.path}: it cannot be read") from None
        try:
            return decode(content, Known).desks
        except Malformed:
            raise SettingWrong(f"{self.path}: it is damaged") from None

    def keep(self, seen: KnownDesk) -> None:
        """Remember a desk as it is now; under each of its addresses it stands once."""
        others = tuple(_later(each, seen) for each in self.desks() if each.address != seen.address)
        private_folder(self.path.parent)
        write_private(self.path, encode(Known(1, (*others, seen))))


def check_desk(charters: Sequence[Envelope], address: str, known: KnownDesks, compare: Compare) -> InForce:
    """Return the charter in force of the desk at an address, and remember it.

    Raises CharterRefused (a broken chain, another desk than before or than on paper), HistoryForked (an older or another
    charter than before), BadSignature, Malformed, SettingWrong.
    """
    chain = follow(charters)
    founding, now = chain[0], chain[-1]
    before = known.desks()
    if any(each.address == address and each.instance_id != founding.instance_id for each in before):
        raise _refused(CharterRefused("another desk than before answers at this address"))
    mine = [each for each in before if each.instance_id == founding.instance_id]
    for each in mine:
        if len(chain) < each.version or chain[each.version - 1].hash != each.charter:
            raise _refused(HistoryForked("the server shows an older or another charter than it did before"))
    if not mine:
        compare(founding)
    seen = KnownDesk(address, founding.instance_id, now.charter.version, now.hash)
    if seen not in before:
        known.keep(seen)
    return now


def follow(charters: Sequence[Envelope]) -> list[InForce]:
    """Check every charter from the founding one on. Raises CharterRefused, BadSignature, Malformed."""
    if not charters:
        raise Malformed("the server shows no charter")
    chain = [check_founding(charters[0])]
    for envelope in charters[1:]:
        chain.append(check_succession(envelope, chain[-1]))
    return chain


def recipients_of(now: SealingNow, charter: InForce, clock: Clock) -> Epochs:
    """Return whom to seal to today. Raises FreshnessStale, and what ``check_freshness`` raises."""
    if now.freshness is None:
        raise FreshnessStale
    return check_freshness(now.freshness, now.epochs, charter, clock())


def _later(each: KnownDesk, seen: KnownDesk) -> KnownDesk:
    # One desk has several addresses; what was seen at one counts at the others too.
    same = each.instance_id == seen.instance_id and each.version < seen.version
    return msgspec.structs.replace(each, version=seen.version, charter=seen.charter) if same else each


def _refused(error: CharterRefused | HistoryForked) -> CharterRefused | HistoryForked:
    error.help = DO_NOT_SEND
    return error
