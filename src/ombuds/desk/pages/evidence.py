# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file of a source on a screen of its own: a safe picture of it when a member asks for one, and what it says of itself.

Showing this screen opens nothing; the button does, in a cell (T12). The file is fetched and checked to its end before a
cell sees it; the picture stands in memory, and the page may load pictures from the desk alone. See spec/media.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import msgspec
from starlette.responses import Response

from ombuds.core.attachments import FileNote
from ombuds.core.errors import NotHere
from ombuds.desk.casework.talk import save_attachment
from ombuds.desk.pages.album import Leaf, Made
from ombuds.desk.pages.answers import go, page
from ombuds.desk.pages.cases import my_matter
from ombuds.desk.pages.talking import SANDBOX
from ombuds.desk.pages.visit import Visit
from ombuds.media.answer import Finding
from ombuds.media.cell import MOST_BYTES, NoPicture, Reason, draw
from ombuds.media.fresh import TYPE, png
from ombuds.media.kinds import HEAD, kind_of, named
from ombuds.pages.desk_evidence import EvidenceView
from ombuds.pages.desk_values import Fact
from ombuds.pages.headers import policy
from ombuds.pages.languages import mark
from ombuds.pages.values import Sentence, Trouble

PICTURES_OF_THE_DESK = policy("'self' data:")
UNTOUCHED = mark("The original is untouched. Save it, and open it only on a machine that holds nothing else.")
WHY: Mapping[Reason, Trouble] = MappingProxyType(
    {
        "cell": Trouble(
            sentence=mark("No safe picture can be made on this machine, so the file was not opened."),
            help=mark("Install the package bubblewrap (on Debian: sudo apt-get install bubblewrap). It needs Linux on x86_64 that allows user namespaces."),
        ),
        "kind": Trouble(sentence=mark("This file could not be shown safely: it is no picture and no PDF of a kind that the desk opens."), help=UNTOUCHED),
        "large": Trouble(sentence=mark("This file could not be shown safely: it is larger than 64 MB."), help=UNTOUCHED),
        "points": Trouble(sentence=mark("This file could not be shown safely: its picture has more than 64 million points."), help=UNTOUCHED),
        "broken": Trouble(sentence=mark("This file could not be shown safely: it is damaged, incomplete or made to mislead."), help=UNTOUCHED),
        "locked": Trouble(sentence=mark("This file could not be shown safely: it is a PDF with a password."), help=UNTOUCHED),
        "page": Trouble(sentence=mark("There is no such page in this file."), help=mark("Choose another page.")),
        "spent": Trouble(sentence=mark("This file could not be shown safely: opening it takes too much time or memory."), help=UNTOUCHED),
        "moving": Trouble(sentence=mark("There are several pictures in this file, as in a film."), help=UNTOUCHED),
        "stopped": Trouble(sentence=mark("This file could not be shown safely: what opened it broke off, or tried what it may not."), help=UNTOUCHED),
    }
)
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "camera": mark("Camera"),
        "lens": mark("Lens"),
        "serial": mark("Serial number"),
        "owner": mark("Owner of the camera"),
        "author": mark("Author"),
        "copyright": mark("Copyright"),
        "title": mark("Title"),
        "subject": mark("Subject"),
        "description": mark("Description"),
        "comment": mark("Comment"),
        "software": mark("Program"),
        "producer": mark("Program that wrote the file"),
        "date": mark("Made on"),
        "changed": mark("Changed on"),
        "place": mark("Place (latitude, longitude)"),
        "location": mark("Place, in words"),
        "person": mark("Person named in it"),
        "thumbnail": mark("Small picture inside, perhaps of more than the picture shows"),
        "keywords": mark("Keywords"),
        "profile": mark("Colour profile, bytes"),
        "xmp": mark("More notes of programs (XMP), bytes"),
        "frames": mark("Pictures in it, of which the first is shown"),
        "pages": mark("Pages"),
        "script": mark("Scripts in it, which were not run"),
        "attachment": mark("File inside it"),
        "form": mark("Form with fields"),
        "looks": mark("Holds also what looks like"),
        "size": mark("Points, across and down"),
    }
)


def evidence(visit: Visit) -> Response:
    """Show a file's screen, with its safe picture if one was made lately. Raises NotHere."""
    return _shown(visit, _number(visit.query.one("page")))


def make(visit: Visit) -> Response:
    """Make a safe picture of one page. Raises NotHere, Tampered, RemoteSilent."""
    note, content = _file(visit)
    number = _number(visit.form.one("page"))
    if note.size > MOST_BYTES:
        return _shown(visit, number, refused="large")
    with visit.room.album.making:
        # To its end: only there it is known that nobody changed it.
        whole = b"".join(content)
        kind = kind_of(whole[:HEAD])
        found = kind.name if kind else ""
        try:
            drawn = draw(whole, number)
        except NoPicture as wrong:
            return _shown(visit, number, found, wrong.reason)
        made = Made(png(drawn.width, drawn.height, drawn.points), drawn.width, drawn.height, drawn.pages, found, drawn.findings)
        # A desk that locked itself meanwhile keeps nothing.
        if visit.room.desk is visit.desk:
            visit.room.album.keep(_leaf(visit, number), made)
    return go(f"{_address(visit)}?page={number}")


def points(visit: Visit) -> Response:
    """Give a safe picture that was made to the page that shows it. Raises NotHere."""
    _file(visit)
    made = visit.room.album.find(_leaf(visit, _number(visit.query.one("page"))))
    if made is None:
        raise NotHere("no picture was made of this page")
    return Response(made.file, media_type=TYPE, headers={"content-security-policy": SANDBOX})


def _shown(visit: Visit, number: int, found: str = "", refused: Reason | None = None) -> Response:
    note, _ = _file(visit)
    made = None if refused else visit.room.album.find(_leaf(visit, number))
    shell = visit.shell(trouble=WHY[refused] if refused else None)
    answer = page(visit.room.renderer.picture(shell, _view(visit, note, number, made.kind if made else found, made)), 409 if refused else 200)
    answer.headers["content-security-policy"] = PICTURES_OF_THE_DESK
    return answer


def _view(visit: Visit, note: FileNote, number: int, found: str, made: Made | None) -> EvidenceView:
    claimed, here = named(note.name), _address(visit)
    facts = [Fact(label=mark("Bytes"), value=str(note.size)), Fact(label="SHA-256", value=note.sha256)]
    facts.append(Fact(label=mark("Kind by its name"), value=claimed or Sentence(text=mark("none"))))
    if found:
        facts.append(Fact(label=mark("Kind by its first bytes"), value=found))
    view = EvidenceView(
        name=note.name,
        back=f"/cases/{visit.names['case']}",
        make=here,
        save=here.removesuffix("/picture"),
        facts=tuple(facts),
        differs=bool(found) and claimed != found,
        page=number,
    )
    if made is None:
        return view
    findings = tuple(_told(finding) for finding in made.findings)
    address = f"{here}.png?page={number}"
    return msgspec.structs.replace(view, picture=address, width=made.width, height=made.height, pages=made.pages, findings=findings)


def _told(finding: Finding) -> Fact:
    yes = finding.name == "form"
    return Fact(label=LABELS[finding.name], value=Sentence(text=mark("yes")) if yes else finding.value)


def _file(visit: Visit) -> tuple[FileNote, Iterator[bytes]]:
    my_matter(visit.desk, visit.names["case"])
    return save_attachment(visit.desk, visit.names["case"], visit.names["file"])


def _leaf(visit: Visit, number: int) -> Leaf:
    return visit.names["case"], visit.names["file"], number


def _address(visit: Visit) -> str:
    return f"/cases/{visit.names['case']}/files/{visit.names['file']}/picture"


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
