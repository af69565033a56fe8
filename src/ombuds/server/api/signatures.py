# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cuts from an envelope every signature that is not of the people it is about, so that nobody can fill the store with them.

It checks nothing: whoever calls has counted the signers. See spec/api.md; T23.
"""

from __future__ import annotations

from collections.abc import Iterable

from ombuds.core.envelope import Envelope
from ombuds.core.keys import PublicKey


def only_by(envelope: Envelope, keys: Iterable[PublicKey]) -> Envelope:
    """Return the envelope with one signature a key at most, and only of these keys."""
    wanted = {key.key_id for key in keys}
    one_each = {signature.keyid: signature for signature in envelope.signatures if signature.keyid in wanted}
    return Envelope(envelope.payloadType, envelope.payload, tuple(one_each[keyid] for keyid in sorted(one_each)))
