# SPDX-License-Identifier: AGPL-3.0-or-later
"""The short details beside a refusal that a member may read on the desk's own pages, marked for translation.

An error carries its detail as it was written where it was raised; the page says it in the member's language if it stands
here, and as it is if not. Details that name a value cannot stand here. See spec/errors.md.
"""

from __future__ import annotations

from ombuds.pages.languages import mark as m

DETAILS: tuple[str, ...] = (
    m("you are not on this case"),
    m("no such file in this case"),
    m("there is no text"),
    m("the reply is empty"),
    m("no report is named"),
    m("other members write to this case all the time"),
    m("this was asked before, and the answer to it stands"),
    m("the source refused, or took the consent back"),
    m("the text is not the one that was asked"),
    m("another consent than the one that is named"),
    m("this desk has not fetched the case"),
    m("no public source is named"),
    m("a story rests on a source's consent or on public sources"),
    m("it does not follow the subject's last version"),
    m("there is nothing to continue"),
    m("it was written for another day"),
    m("this desk cannot judge such an act"),
    m("you have answered this already"),
    m("the key of this report's week is gone"),
    m("no case that this desk knows of"),
    m("a card that differs from the present one in more than its day"),
    m("it names nobody who would work on the cases"),
    m("the source left out the opener"),
    m("too few members have keys for this week"),
    m("its answer is too large"),
    m("a part of a file"),
    m("the form broke off"),
    m("not a form with files"),
    m("not a form"),
    m("too many fields"),
    m("the server signed another history than the one it showed before"),
    m("the server shows fewer entries than before"),
    m("the server promises entries and does not send them"),
    m("the server tells members of another ledger than readers"),
    m("somebody else has your signing key: tell the other members now"),
    m("a publication has one text a language"),
    m("something is not said in each language of the text"),
    m("an update has no claims, quotations, replies, clock or outcome"),
    m("only an update or a campaign belongs to a story"),
    m("a picture has a credit and stands there once"),
    m("a status has the day since when it stands, and only a status has one"),
    m("only an awaited answer is awaited from somebody"),
    m("an outcome comes with the status that it brought"),
    m("an answer is due before it was asked for"),
    m("an answer has a text and comes after the question"),
    m("a piece of the press has an outlet, a title and an address"),
    m("a quotation is translated into languages of the text"),
    m("a translation has a quotation and a translator"),
    m("it stays on top for too long"),
    m("a picture of the text is not on this machine"),
)
