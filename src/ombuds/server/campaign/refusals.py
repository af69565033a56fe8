# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a post could not be taken, in the words of the person who fills the form in; nothing was sent then.

The form comes back with what was typed. It decides nothing. See spec/site.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombuds.pages.languages import mark
from ombuds.pages.values import Trouble

NOTHING_SENT = mark("Your post was not sent. Choose another photograph, or a drawn badge, which always works.")
KEPT_TEXT = mark("Nothing was sent. What you wrote is still there.")

EMPTY = Trouble(sentence=mark("There is no sentence yet."), help=mark("Choose one of those offered, or write your own."))
TOO_LONG = Trouble(sentence=mark("This sentence has more than 280 characters."), help=mark("Make it shorter; what you wrote is still there."))
UNSEEN = Trouble(
    sentence=mark("There is a character in your words that nobody sees."),
    help=mark("Such characters come with copying, and can tell where a text was copied from. Type the words by hand."),
)
CHANGED = Trouble(
    sentence=mark("The text of this campaign was changed meanwhile."), help=mark("Read it once more, and send the form again. What you wrote is still there.")
)
OVER = Trouble(sentence=mark("This campaign takes no posts now."), help=mark("Its wall stays, and you can pass it on."))
RECEIVED = Trouble(
    sentence=mark("This post was received already."), help=mark("It counts once. If you asked for a receipt, its twelve words were shown the first time.")
)
NOT_SHOWN = Trouble(sentence=mark("This is not the picture that was shown to you."), help=mark("Look at the result once more, and send it from there."))
BUSY = Trouble(
    sentence=mark("Other photographs are being worked on."),
    help=mark("Your post was not sent. Wait a minute and try again, or choose a drawn badge, which always works."),
)
UNASKED = Trouble(
    sentence=mark("You chose a photograph, but the drawn badge is marked."),
    help=mark("Your post was not sent, and the photograph was not opened. Mark which of the two you want."),
)
NONE_CHOSEN = Trouble(sentence=mark("No photograph was chosen."), help=mark("Choose one, or mark the drawn badge."))
NO_CELL = Trouble(sentence=mark("This server cannot open photographs safely, so it takes none."), help=mark("Join with a drawn badge; it counts as much."))
BROKEN = Trouble(sentence=mark("This file is damaged, incomplete or made to mislead."), help=NOTHING_SENT)
WHY: Mapping[str, Trouble] = MappingProxyType(
    {
        "cell": NO_CELL,
        "kind": Trouble(sentence=mark("This is no photograph of a kind that is taken here: JPEG, PNG, WebP, HEIC or AVIF."), help=NOTHING_SENT),
        "large": Trouble(sentence=mark("This photograph is larger than 25 MB."), help=NOTHING_SENT),
        "points": Trouble(sentence=mark("This photograph has more than 50 million points."), help=NOTHING_SENT),
        "broken": BROKEN,
        "spent": Trouble(sentence=mark("Opening this file takes too much time or memory."), help=NOTHING_SENT),
        "stopped": Trouble(sentence=mark("What opened this file broke off, or tried what it may not."), help=NOTHING_SENT),
        "moving": Trouble(sentence=mark("There are several pictures in this file, as in a film."), help=NOTHING_SENT),
    }
)


class PostRefused(Exception):
    """A post that is not taken as it is."""

    def __init__(self, trouble: Trouble, status: int = 400) -> None:
        super().__init__(trouble.sentence)
        self.trouble, self.status = trouble, status
