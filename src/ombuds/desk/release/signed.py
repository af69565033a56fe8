# SPDX-License-Identifier: AGPL-3.0-or-later
"""The proposals in the vault that became lines of the record, found by the text that a line commits to.

Any member may lay another proposal of the same text, with what they like beside it: it counts for nothing (T05). It judges and
changes nothing. See spec/desk.md.
"""

from __future__ import annotations

from contextlib import suppress

from ombuds.core.custody import read_proposal
from ombuds.core.errors import OmbudsError
from ombuds.core.keys import Hash
from ombuds.core.publication import read_parameters
from ombuds.core.record import Line
from ombuds.desk.kept import KeptProposal
from ombuds.desk.parts import Desk


def signed(desk: Desk) -> dict[Hash, KeptProposal]:
    """Return the proposals in the vault that are public, by what they commit to."""
    found, public = dict[Hash, KeptProposal](), in_record(desk)
    for kept in (*desk.vault.proposals(), *desk.vault.proposals(done=True)):
        # One that cannot be read was never published.
        if kept.seen.hash not in public:
            continue
        with suppress(OmbudsError):
            found |= {file.commitment: kept for file in read_parameters(read_proposal(kept.seen.envelope)).files[:1]}
    return found


def in_record(desk: Desk) -> frozenset[Hash]:
    """Return the proposals that the record holds."""
    return frozenset(line.proposal for line in desk.record.lines if line.proposal)


def text_of(line: Line) -> Hash:
    """Return what a line commits its text to; empty for one that has no text."""
    return line.parameters.files[0].commitment if line.parameters and line.parameters.files else ""
