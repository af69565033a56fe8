# SPDX-License-Identifier: AGPL-3.0-or-later
"""A source's program that seals by itself and talks to the API with plain requests, honest or not."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
from httpx2 import Response
from starlette.testclient import TestClient

from ombuds.core.attachments import FileNote, FileParts, FileSealer, Part
from ombuds.core.encoding import decode, encode
from ombuds.core.keys import Id, random_bytes, random_id
from ombuds.core.sealing import Draft, Mode, Sealed, Sealing, Wishes
from ombuds.core.source_keys import SourceKeys, derive
from ombuds.core.wire import InboxAsked, InboxSeen, NewReport, Refusal
from tests.server.institution import Institution

TEXT = "They took my leave."


@dataclass
class Sealer:
    """One source with words of their own."""

    here: Institution
    browser: TestClient
    entropy: bytes = field(default_factory=lambda: random_bytes(16))

    @property
    def keys(self) -> SourceKeys:
        """The source's keys at this desk."""
        return derive(self.entropy, self.here.charter.instance_id)

    def sealed(self, text: str = TEXT, files: tuple[bytes, ...] = (), mode: Mode = "command-line") -> Sealed:
        """Seal a report and upload the parts of its files."""
        sealing = Sealing(self.here.parts.public.epochs(self.here.calendar.day))
        for content in files:
            sealing.keep(*self.uploaded(sealing.file(), content))
        return sealing.finish(Draft(text, "en", mode, Wishes("advice", "leave"), self.keys.contact))

    def uploaded(self, sealer: FileSealer, content: bytes, name: str = "photo.jpg") -> tuple[FileNote, FileParts]:
        """Seal a file and upload its parts."""
        stored: dict[Id, bytearray] = {}
        pieces = sealer.write(content)
        rest, note, listed = sealer.finish(name, "image/jpeg")
        for piece in [*pieces, *rest]:
            stored.setdefault(piece.part, bytearray()).extend(piece.content)
        for part, sealed in stored.items():
            assert self.put(part, bytes(sealed)).status_code == 204
        return note, listed

    def put(self, part: Id, content: bytes) -> Response:
        """Upload one part."""
        return self.browser.put(f"/api/parts/{part}", content=content)

    def send(self, sealed: Sealed, nonce: str = "", effort: int = 0) -> Response:
        """Hand a sealed report in."""
        return self.browser.post("/api/reports", content=encode(NewReport(1, nonce or random_id(), sealed, effort)))

    def look(self, secret: bytes = b"") -> Response:
        """Ask for an inbox."""
        return self.browser.post("/api/inbox", content=encode(InboxAsked(1, secret or self.keys.mailbox)))

    def seen(self) -> InboxSeen:
        """What the inbox holds."""
        return decode(self.look().content, InboxSeen)


def refused(answer: Response) -> tuple[int, str]:
    """The status and the class of a refusal."""
    return answer.status_code, decode(answer.content, Refusal).error


def with_part(sealed: Sealed, **changed: object) -> Sealed:
    """Return a report whose first listed part is another one."""
    file = sealed.manifest.files[0]
    part: Part = msgspec.structs.replace(file.parts[0], **changed)
    files = (msgspec.structs.replace(file, parts=(part, *file.parts[1:])), *sealed.manifest.files[1:])
    return msgspec.structs.replace(sealed, manifest=msgspec.structs.replace(sealed.manifest, files=files))
