# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the program's own cryptography costs, in this process: sealing, words and keys, opening, and the vault's passphrase."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from statistics import median
from time import perf_counter

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bench.figures import Figure, percentile
from bench.founding import NAMES, Founded
from ombuds.core.age import Identity
from ombuds.core.cards import Card, OpenParameters
from ombuds.core.charter import check_freshness
from ombuds.core.custody import Quorum, approve, propose
from ombuds.core.envelope import joined
from ombuds.core.envelope import read as read_envelope
from ombuds.core.keys import random_bytes, random_id
from ombuds.core.opening import open_report, open_share
from ombuds.core.record import Record
from ombuds.core.sealing import Contact, Draft, Sealed, Wishes, seal_report
from ombuds.core.source_keys import derive
from ombuds.core.words import new_entropy, to_words
from ombuds.desk.vaultfile import Stretch

ROWS = ("seal", "words", "open", "vault")
TEXT = "They wrote rest where there was duty. " * 54
MICRO, MILLI = 1e6, 1e3


def crypto(desk: Founded, seconds: float, rows: Sequence[str]) -> Iterator[Figure]:
    """Measure each act alone, many times."""
    record = Record(desk.charter.envelope.canonical())
    epochs = check_freshness(read_envelope(desk.freshness(record)), desk.statements, desk.charter, desk.day)
    contact = _source(desk)
    draft = Draft(TEXT, "en", "no-javascript", Wishes("advice", "overtime"), contact)
    sealed = seal_report(draft, epochs)
    acts: dict[str, Callable[[], object]] = {"seal": lambda: seal_report(draft, epochs), "words": lambda: _source(desk), "open": _opening(desk, sealed)}
    for name, act in acts.items():
        if name in rows:
            times = _times(act, seconds / 3)
            yield Figure(name, median(times) * MICRO, {"p95 us": percentile(times, 0.95) * MICRO})
    if "vault" in rows:
        yield Figure("vault", median(_times(_stretch, 0.5)) * MILLI)


def _source(desk: Founded) -> Contact:
    entropy = new_entropy()
    to_words(entropy, "en")
    keys = derive(entropy, desk.charter.instance_id)
    return Contact(keys.mailbox_hash, keys.identity.recipient.text, keys.consent.public.text, keys.mac(0))


def _opening(desk: Founded, sealed: Sealed) -> Callable[[], object]:
    card = Card(
        v=1,
        instance_id=desk.charter.instance_id,
        case=random_id(),
        submission=sealed.manifest.hash,
        mailbox=sealed.mailbox,
        generation=0,
        recipient=Identity.generate().recipient.text,
        expires=desk.day + timedelta(days=14),
    )
    rule = desk.charter.rule("open", desk.day)
    proposal = propose(rule, "", "", OpenParameters(1, NAMES[0], NAMES[:2], (card,)), desk.day + timedelta(days=7))
    quorum = Quorum.of(joined(approve(proposal, key) for key in desk.keys[:2]), rule)
    pairs = list(zip(sealed.shares, desk.weeks, strict=True))[:2]
    return lambda: open_report(sealed, [open_share(share.content, identity) for share, identity in pairs], quorum)


def _stretch() -> bytes:
    dear = Stretch()
    return Argon2id(salt=random_bytes(16), length=32, iterations=dear.passes, lanes=dear.lanes, memory_cost=dear.memory).derive(b"four words of a passphrase")


def _times(act: Callable[[], object], seconds: float) -> list[float]:
    act()
    times, until = [], perf_counter() + seconds
    while (begin := perf_counter()) < until:
        act()
        times.append(perf_counter() - begin)
    return times
