# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys of a source, all derived from the bytes that the twelve words stand for.

Every key hangs on the instance as well, so the same words on two desks have nothing in common. No password hash: 128
bits need none. Nothing is computed before it is asked for, and nothing is kept anywhere (T01, T08). See
spec/source_keys.md and RFC 5869.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ombuds.core.age import Identity
from ombuds.core.errors import Malformed
from ombuds.core.keys import Hash, SigningKey, hash_of, hkdf
from ombuds.core.messages import Thread
from ombuds.core.sealing import Contact

SALT = b"ombuds/1 source"
ENTROPY = 16
LAST_GENERATION = 2**32 - 1


@dataclass(frozen=True, repr=False)
class SourceKeys:
    """A source's keys at one instance; the entropy is what the words say, and is never shown."""

    entropy: bytes
    instance: bytes

    @cached_property
    def mailbox(self) -> bytes:
        """The bearer secret of the inbox, 32 bytes; a server keeps only its hash."""
        return self._root(b"mailbox")

    @property
    def mailbox_hash(self) -> Hash:
        """The name under which a server keeps the inbox."""
        return hash_of(self.mailbox)

    @cached_property
    def identity(self) -> Identity:
        """The key that opens what the desk sends to the source."""
        return Identity(self._root(b"age"))

    @cached_property
    def consent(self) -> SigningKey:
        """The key that signs consent and its revocation."""
        return SigningKey(self._root(b"consent"))

    def mac(self, generation: int) -> bytes:
        """Return the secret, 32 bytes, that messages of one generation are authenticated with. Raises Malformed."""
        if not 0 <= generation <= LAST_GENERATION:
            raise Malformed("a generation is a whole number below 2^32")
        return self._root(b"mac" + generation.to_bytes(4, "big"))

    @property
    def contact(self) -> Contact:
        """What the desk needs in order to answer these words."""
        return Contact(self.mailbox_hash, self.identity.recipient.text, self.consent.public.text, self.mac(0))

    def thread(self, generation: int) -> Thread:
        """Return what the source shares with the desk in one generation. Raises Malformed."""
        return Thread(self.instance.hex(), self.mailbox_hash, generation, self.mac(generation))

    @cached_property
    def withdrawal(self) -> bytes:
        """The token that takes a campaign's post back, 32 bytes; the ledger holds only its hash until it is revealed."""
        return self._root(b"withdraw")

    def _root(self, label: bytes) -> bytes:
        return hkdf(self.entropy, SALT, self.instance + b"\x00" + label)


def derive(entropy: bytes, instance_id: Hash) -> SourceKeys:
    """Return the keys of the source whose words stand for these 16 bytes. Raises Malformed."""
    if len(entropy) != ENTROPY:
        raise Malformed("twelve words stand for 16 bytes")
    try:
        instance = bytes.fromhex(instance_id)
    except ValueError:
        raise Malformed("an instance is named by 64 hex characters") from None
    if len(instance) != 32 or instance.hex() != instance_id:
        raise Malformed("an instance is named by 64 hex characters")
    return SourceKeys(entropy, instance)
