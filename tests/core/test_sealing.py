# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sealing a report: who gets a share, how sizes climb, and how flat memory stays (T10, T29, T34)."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ombuds.core.age import Identity
from ombuds.core.attachments import FileNote, FileOpener, FileParts, FileSealer, Part, rung
from ombuds.core.errors import OrderWrong, ReportEmpty, Tampered, TooManyExcluded
from ombuds.core.keys import RunningHash, hash_of
from ombuds.core.opening import open_share
from ombuds.core.sealing import BODY_STEP, Sealing, padded, seal_report
from tests.core import builders as b

KIB, MIB = 1024, 1024 * 1024
IDENTITY = b.identity_of("file")
FIVE, REPORT = b.sealed_of("five")


def _sealed(content: bytes, step: int) -> tuple[FileNote, FileParts, dict[str, bytes], list[Part]]:
    sealer, stored, closed = FileSealer(IDENTITY.recipient), dict[str, bytes](), list[Part]()
    pieces = [piece for at in range(0, len(content), step) for piece in sealer.write(content[at : at + step])]
    last, note, parts = sealer.finish("a.bin", "application/octet-stream")
    for piece in [*pieces, *last]:
        stored[piece.part] = stored.get(piece.part, b"") + piece.content
        closed += [piece.done] if piece.done else []
    return note, parts, stored, closed


def _opened(note: FileNote, sealed: bytes, step: int = 100_000) -> bytes:
    opener = FileOpener(note, IDENTITY)
    return b"".join(opener.write(sealed[at : at + step]) for at in range(0, len(sealed), step)) + opener.finish()


@given(st.binary(max_size=3000), st.integers(1, 4000))
def test_a_file_comes_back_whatever_the_pieces(content: bytes, step: int) -> None:
    """A file sealed and opened in pieces of any size is the same file."""
    note, parts, stored, _ = _sealed(content, step)
    assert _opened(note, b"".join(stored[part.id] for part in parts.parts), step * 50 + 1) == content


@pytest.mark.parametrize("size", [0, 64 * KIB, 64 * KIB + 1, 4 * MIB, 5 * MIB])
def test_parts_are_what_the_manifest_says(size: int) -> None:
    """Each part has its stated size and hash, 4 MiB at most, and closes once."""
    _, parts, stored, closed = _sealed(bytes(size), 300_000)
    told = [(part.id, part.size, part.sha256) for part in parts.parts]
    assert told == [(name, len(c), hash_of(c)) for name, c in stored.items()] and closed == list(parts.parts) and max(map(len, stored.values())) <= 4 * MIB


@pytest.mark.parametrize(
    ("size", "step"),
    [(0, 64 * KIB), (1, 64 * KIB), (64 * KIB, 64 * KIB), (64 * KIB + 1, 128 * KIB), (16 * MIB, 16 * MIB), (16 * MIB + 1, 32 * MIB), (48 * MIB, 48 * MIB)],
)
def test_sizes_climb_the_ladder(size: int, step: int) -> None:
    """Lengths are filled to powers of two up to 16 MiB and to multiples of 16 MiB after it."""
    assert rung(size) == step


@given(st.integers(0, 2**45), st.integers(0, 2**20))
def test_the_ladder_only_climbs(size: int, more: int) -> None:
    """A rung holds the file, and a larger file never stands on a lower one."""
    assert size <= rung(size) <= rung(size + more)


@pytest.mark.parametrize("sizes", [(0, 1, 65_536), (65_537, 131_072), (300_000, 524_288)])
def test_files_of_one_rung_look_alike(sizes: tuple[int, ...]) -> None:
    """Sealed files of one rung have one length."""
    assert len({sum(part.size for part in _sealed(bytes(size), 99_999)[1].parts) for size in sizes}) == 1


def _note_with(note: FileNote, **parts: object) -> FileNote:
    return FileNote(**{**{field: getattr(note, field) for field in note.__struct_fields__}, **parts})


@pytest.mark.parametrize("parts", [{"size": 9}, {"size": 11}, {"size": 70_000}, {"size": 0}, {"size": -1}, {"sha256": "0" * 64}])
def test_a_file_that_is_not_the_one_in_the_body_is_refused(parts: dict[str, object]) -> None:
    """A file with another length or hash than the body names is refused at its end."""
    note, _, stored, _ = _sealed(b"0123456789", 10)
    with pytest.raises(Tampered):
        _opened(_note_with(note, **parts), b"".join(stored.values()))


@pytest.mark.parametrize("spoil", [lambda s: s[:-1], lambda s: s[:-70_000], lambda s: s + b"x", lambda s: s[:-9] + bytes(9)])
def test_a_changed_file_is_refused(spoil: Callable[[bytes], bytes]) -> None:
    """A sealed file that is cut, lengthened or changed is refused."""
    note, _, stored, _ = _sealed(b"x" * 80_000, 80_000)
    with pytest.raises(Tampered):
        _opened(note, spoil(b"".join(stored.values())))


def test_a_file_ends_once() -> None:
    """Nothing is added to a file after its end."""
    sealer = FileSealer(IDENTITY.recipient)
    sealer.finish("a", "b")
    with pytest.raises(OrderWrong):
        sealer.write(b"more")


def _stream() -> tuple[int, int]:
    """Seal and open 64 MiB in pieces of 256 KiB, keeping nothing; return the true length and the largest memory used."""
    piece, note = bytes(256 * KIB), RunningHash()
    for _ in range(256):
        note.update(piece)
    tracemalloc.start()
    sealer, opened = FileSealer(IDENTITY.recipient), 0
    opener = FileOpener(FileNote("0" * 32, "a", "b", 64 * MIB, note.hash()), IDENTITY)
    for _ in range(256):
        opened += sum(len(opener.write(bytes(each.content))) for each in sealer.write(piece))
    opened += sum(len(opener.write(bytes(each.content))) for each in sealer.finish("a", "b")[0]) + len(opener.finish())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return opened, peak


def test_memory_does_not_grow_with_a_file() -> None:
    """Sealing and opening 64 MiB in pieces needs less than 6 MiB."""
    opened, peak = _stream()
    assert opened == 64 * MIB and peak < 6 * MIB


def test_a_report_says_nothing_in_the_open() -> None:
    """Text, wishes and the source's keys stand nowhere in the stored bytes."""
    stored = REPORT.body + b"".join(share.content for share in REPORT.shares)
    assert not [word for word in (b"leave", b"publicity", b"contact", b"consent_key", b"They sold") if word in stored]


@pytest.mark.parametrize("text", ["a", "long " * 3000])
def test_bodies_of_one_step_look_alike(text: str) -> None:
    """A short and a longer text of one step have one sealed length."""
    sealed = seal_report(b.draft_of(b.source_of(FIVE), text), FIVE.epochs)
    assert (len(sealed.body) - len(REPORT.body)) % BODY_STEP == 0


@given(st.binary(max_size=40_000))
def test_padding_is_full_steps_of_spaces(content: bytes) -> None:
    """A padded body is the content and less than one step of spaces."""
    filled = padded(content)
    added = len(filled) - len(content)
    assert (len(filled) % BODY_STEP, filled[: len(content)]) == (0, content) and 0 <= added < BODY_STEP and not filled[len(content) :].strip()


def test_every_member_gets_the_own_share() -> None:
    """Each member opens exactly one share, with the own name and point."""
    shares = [open_share(s.content, b.week_identity(s.member)) for s in REPORT.shares]
    assert [(s.member, s.x, s.k, s.n) for s in shares] == [(name, at, 3, 5) for at, name in enumerate(FIVE.names, 1)]


def test_a_member_who_is_left_out_gets_none() -> None:
    """A report about a member is sealed to the others."""
    sealed = seal_report(b.draft_of(b.source_of(FIVE), exclude=("carla",)), FIVE.epochs)
    assert [s.member for s in sealed.shares] == ["anna", "boris", "dora", "emil"]


@pytest.mark.parametrize("exclude", [("anna", "boris"), ("anna", "boris", "carla", "dora", "emil")])
def test_too_many_cannot_be_left_out(exclude: tuple[str, ...]) -> None:
    """A report to fewer than one more than the threshold is not sealed."""
    with pytest.raises(TooManyExcluded):
        seal_report(b.draft_of(b.source_of(FIVE), exclude=exclude), FIVE.epochs)


def test_a_desk_of_three_cannot_be_narrowed() -> None:
    """At a desk of three where two open, nobody can be left out."""
    desk = b.desk_of()
    with pytest.raises(TooManyExcluded):
        seal_report(b.draft_of(b.source_of(desk), exclude=("carla",)), desk.epochs)


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_is_not_a_report(text: str) -> None:
    """A report without words and files is not sealed."""
    with pytest.raises(ReportEmpty):
        seal_report(b.draft_of(b.source_of(FIVE), text), FIVE.epochs)


def test_a_file_alone_is_a_report() -> None:
    """A report may consist of a file."""
    sealing = Sealing(FIVE.epochs)
    sealer = sealing.file()
    sealer.write(b"x")
    _, note, parts = sealer.finish("a", "b")
    sealing.keep(note, parts)
    assert sealing.finish(b.draft_of(b.source_of(FIVE), "")).manifest.files == (parts,)


def test_each_report_has_its_own_key() -> None:
    """Two reports of the same words share no identity."""
    again = seal_report(b.draft_of(b.source_of(FIVE)), FIVE.epochs)
    hashes = {open_share(sealed.shares[0].content, b.week_identity("anna")).recipient_hash for sealed in (REPORT, again)}
    assert len(hashes) == 2 and Identity.generate().recipient.hash not in hashes
