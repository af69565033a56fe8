# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals that the server calls done: kept with their enclosures, which its list leaves out, and looked at once.

The server's word is not the last one: what it says otherwise later is kept anew, and an enclosure that is not the one of its
proposal is asked for again at every look. One that is stays, whatever the server hands out (T19). It carries nothing out. See
spec/desk.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from msgspec.structs import replace

from ombuds.core.encoding import encode
from ombuds.core.errors import NotHere, OmbudsError
from ombuds.core.keys import Hash, hash_of
from ombuds.core.wire import ProposalSeen
from ombuds.desk.parts import Desk
from ombuds.desk.release.judging import check_enclosure

OVER = "over:"


def seen_over(desk: Desk) -> dict[Hash, Hash]:
    """Return the proposals that were done and are whole here, with the mark of what the server said of each."""
    return {name.removeprefix(OVER): mark.decode() for name, mark in desk.vault.notes(OVER).items()}


def mark_of(seen: ProposalSeen) -> Hash:
    """Return by what a look knows that the server says the same of a proposal as before."""
    return hash_of(encode(seen))


def forget_seen(desk: Desk, proposals: Iterable[Hash]) -> None:
    """Forget what was said of proposals that are listed no more."""
    for proposal in proposals:
        desk.vault.drop_note(OVER + proposal)


def keep_done(desk: Desk, seen: ProposalSeen) -> None:
    """Keep a proposal that was done, with the enclosure that this desk has or the server hands out. Raises NotHere, RemoteSilent, Malformed."""
    whole = replace(seen, enclosure=_held(desk, seen))
    desk.vault.keep_proposal(whole, desk.today)
    if not _is_whole(desk, whole):
        whole = replace(seen, enclosure=desk.remote.proposal(seen.hash).enclosure)
        desk.vault.keep_proposal(whole, desk.today)
        if not _is_whole(desk, whole):
            return
    desk.vault.keep_note(OVER + seen.hash, mark_of(seen).encode())


def _held(desk: Desk, seen: ProposalSeen) -> bytes:
    with suppress(NotHere):
        return desk.vault.proposal(seen.hash).seen.enclosure
    return seen.enclosure


def _is_whole(desk: Desk, seen: ProposalSeen) -> bool:
    try:
        check_enclosure(desk, seen)
    except OmbudsError:
        return False
    return True
