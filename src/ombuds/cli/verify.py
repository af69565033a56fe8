# SPDX-License-Identifier: AGPL-3.0-or-later
"""``ombuds verify``: checks a saved page, a proof file or a whole copy, offline, and says in plain words what it checked.

One line for each checked thing goes to stdout; what is wrong is one sentence on stderr. Without a fingerprint from
elsewhere it can say that everything belongs to one desk, but not to which (T18, T32). See spec/verify.md.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ombuds.core.campaign import read_batch
from ombuds.core.charter import InForce, fingerprint
from ombuds.core.content import read_content
from ombuds.core.errors import NotHere
from ombuds.mirror.as_of import Stood, as_of
from ombuds.mirror.check import Checked, check, check_fingerprint
from ombuds.mirror.folder import file_paths, is_copy, read_file
from ombuds.mirror.page import ENDING, CheckedStory, check_proof_file, check_saved
from ombuds.mirror.walls import CheckedWall
from ombuds.pages.published import text_in
from ombuds.pages.render import Renderer
from ombuds.pages.text import shown

OFFLINE = "checked offline: whether the desk has corrected it or taken it down since is not known here"
COMPARE = "compare these 30 digits with the desk's fingerprint that you got by another way, on paper or from a person"


def verify(
    path: Annotated[Path, typer.Argument(help="A saved page with its .proof file beside it, a .proof file, or a copy made by ombuds mirror copy.")],
    given: Annotated[str, typer.Option("--fingerprint", help="The desk's 30 digits that you got by another way.")] = "",
    day: Annotated[str, typer.Option("--as-of", help="A day, as 2026-11-24: say what a copy shows of that day.")] = "",
) -> None:
    """Check a saved page, a proof or a whole copy, without asking anybody."""
    asked = _day(day)
    if path.is_dir():
        if not is_copy(path):
            raise NotHere(f"no copy of a ledger in {path}; give the saved page itself")
        copy = check(path, given)
        lines = [*copy_lines(copy, bool(given)), *(day_lines(path, copy, asked) if asked else ())]
    else:
        if asked:
            raise typer.BadParameter("one page says nothing about a day; give a copy", param_hint="--as-of")
        story = check_proof_file(path) if path.suffix == ENDING else check_saved(path, Renderer())
        check_fingerprint(story.page.founding.instance_id, given)
        lines = story_lines(story, bool(given))
    typer.echo("\n".join(lines))


def story_lines(story: CheckedStory, compared: bool) -> list[str]:
    """Return what was checked of one published text, a line each."""
    text, members = story.page.text, story.page.charter.charter.members
    said, quorum = text.parameters, text.quorum
    needed = story.page.charter.charter.thresholds.publish
    first = text_in(story.content, story.language) if story.language else story.content.texts[0]
    what = f"{story.content.kind}, version {said.version}, {', '.join(said.languages)}"
    checked = "the page shows the signed text word for word" if story.language else "the proof holds; no page was compared with it"
    return [
        f"text: {checked}: {one_line(first.title) or 'without a title'} ({what})",
        *_picture_lines(story),
        *desk_lines(story.page.founding, story.page.charter, compared),
        f"signed: by {len(quorum.members)} of {len(members)} members ({', '.join(quorum.members)}); {needed} are needed",
        f"day: {said.day.isoformat()}",
        f"place: entry {story.page.index} of a ledger of {story.page.size} entries, counted from 0, under a checkpoint of its log key",
        OFFLINE,
    ]


def _picture_lines(story: CheckedStory) -> list[str]:
    every = len(story.content.pictures)
    if not every:
        return []
    rest = "" if story.pictures == every else "; the others were not saved with the page and not checked"
    return [f"pictures: {story.pictures} of {every} lie beside the page and are the ones that the members signed{rest}"]


def copy_lines(copy: Checked, compared: bool) -> list[str]:
    """Return what was checked of a whole copy, a line each."""
    record = copy.record
    charter = record.charter.charter
    confirmed = record.freshness
    freshness = f"{confirmed.day.isoformat()}, {_so_many(confirmed.size)}" if confirmed else "never"
    return [
        f"entries: {record.size}, each allowed by the charter in force at its place",
        f"texts: {copy.texts} exactly as the members signed; taken down: {copy.taken_down}",
        f"pictures: {copy.pictures} exactly as the members signed",
        *(line for wall in copy.walls for line in wall_lines(wall)),
        *desk_lines(record.charters[0], record.charter, compared),
        f"charter: version {charter.version}, {len(charter.members)} members, expires {charter.expires.isoformat()}",
        f"confirmed by the members: {freshness}",
        "checkpoint: signed by the log key, over exactly these entries",
        "checked offline: whether the desk has written more since is not known here",
    ]


def wall_lines(found: CheckedWall) -> list[str]:
    """Return what a campaign's wall comes to, counted anew from its batches, a line each."""
    wall, last = found.wall, found.wall.last
    removed = Counter(reason for reason in wall.gone.values() if reason != "withdrawn")
    away = len(wall.posts) - found.posts
    lines = [
        f"campaign: {one_line(found.content.texts[0].title)}, posts on its wall: {len(wall.posts)}, from batches: {wall.version}",
        f"how: {wall.accepted} accepted, {wall.withdrawn} withdrawn, {sum(removed.values())} taken down{_each(removed)}",
        f"posts: {found.posts} in this copy with {found.pictures} pictures, exactly as the members signed{f'; {away} are not in it' if away else ''}",
    ]
    if last is not None:
        rejected = Counter[str]({each.reason: each.number for each in last.rejected})
        lines.append(f"as the members counted: {last.waiting} waiting, {sum(rejected.values())} rejected{_each(rejected)}")
    return lines


def _each(counted: Counter[str]) -> str:
    named = ", ".join(f"{reason} {number}" for reason, number in sorted(counted.items()) if number)
    return f" ({named})" if named else ""


def _so_many(size: int) -> str:
    return "over the first entry" if size == 1 else f"over the first {size} entries"


def day_lines(folder: Path, copy: Checked, day: date) -> list[str]:
    """Return what a checked copy shows of a day: each subject's version then, a line each."""
    stood = as_of(copy.record, day)
    kinds = Counter("taken down" if each.line.kind == "takedown" else "public" for each in stood)
    ends = [f"this copy knows nothing after {copy.record.latest.isoformat()}"] if day > copy.record.latest else []
    return [
        f"as of {day.isoformat()}: {kinds['public']} texts public, {kinds['taken down']} taken down",
        *ends,
        *(f"{_stood(each)}{_title(folder, each)}" for each in stood),
        "the days are those that the members signed; none is more than a day before one that stands above it in the ledger",
    ]


def _stood(each: Stood) -> str:
    line, said = each.line, each.line.parameters
    witnessed = f"confirmed by the members on {each.witnessed.isoformat()}" if each.witnessed else "not confirmed by the members yet"
    place = f"entry {line.index} of {line.day}, {witnessed}"
    if said is None or line.kind == "takedown":
        return f"taken down: {line.subject}, {place}, reason: {said.reason if said else ''}"
    files = " ".join(file.commitment for file in said.files)
    return f"public: {line.subject}, version {line.version} ({line.kind}), {place}, {each.later} later, commitments {files}"


def _title(folder: Path, each: Stood) -> str:
    if each.line.kind == "takedown":
        return ""
    text = read_file(folder, file_paths(each.line)[0])
    if text is None:
        return ", text: taken down since"
    if each.line.kind == "wall":
        return f", a batch of {len(read_batch(text.content).posts)} posts"
    return f", text: {one_line(read_content(text.content).texts[0].title) or 'without a title'}"


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise typer.BadParameter("write the day as 2026-11-24", param_hint="--as-of") from None


def desk_lines(founding: InForce, charter: InForce, compared: bool) -> list[str]:
    """Return the lines that say whose record it is."""
    demonstration = ["this desk is a demonstration: everything in it is invented"] if charter.charter.demonstration else []
    digits = f"fingerprint: {fingerprint(founding.instance_id)}"
    return [f"desk: {one_line(charter.charter.name)}", *demonstration, f"{digits}, the one you gave" if compared else digits, *([] if compared else [COMPARE])]


def one_line(text: str) -> str:
    """Return text from a file as one line that cannot steer a terminal."""
    return " ".join(shown(text).split())
