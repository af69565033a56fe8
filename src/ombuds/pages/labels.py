# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentences for values that are written as one word in a record: kinds, types, wishes, states, roles.

A record says `retaliation`; a reader sees "Revenge for a complaint" in their own language. A word that is not listed is
shown as it is. Nothing here decides anything. See spec/pages.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ombuds.pages.languages import mark as m

PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "overtime": m("Unpaid overtime"),
        "quotas": m("Quotas and invented results"),
        "leave": m("Refused leave or medical care"),
        "order": m("An illegal order"),
        "retaliation": m("Retaliation for a complaint"),
        "dismissal": m("Dismissal, or pressure to resign"),
        "citizens": m("Abuse of citizens"),
        "corruption": m("Corruption"),
        "harassment": m("Harassment or humiliation"),
        "other": m("Something else"),
    }
)
WISHES: Mapping[str, str] = MappingProxyType(
    {
        "advice": m("Advice on what I can do"),
        "contact": m("Talk to my superiors for me"),
        "publicity": m("Make it public, once I agree to the text"),
        "record": m("Only keep it on record for now"),
    }
)
# What a source left open: it stands in no form, because nobody chooses it.
UNSAID: Mapping[str, str] = MappingProxyType({"not-said": m("Not said")})
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "story": m("Story"),
        "update": m("Update"),
        "answer": m("Answer"),
        "correction": m("Correction"),
        "outcome": m("Outcome"),
        "takedown": m("Taken down"),
        "withdraw": m("Withdrawn"),
        "campaign": m("Campaign"),
        "wall": m("Wall"),
        "dossier": m("Dossier"),
        "contact": m("Contact with a person named"),
        "charter": m("Charter"),
        "freshness": m("Renewal of keys"),
        "release": m("New version of the program"),
        "destroy-receipt": m("Proof of destruction"),
    }
)
STATUSES: Mapping[str, str] = MappingProxyType(
    {
        # What a record calls open and a page published is one thing, and has one word for people.
        "published": m("Still open"),
        "open": m("Still open"),
        "asked": m("Answer awaited"),
        "overdue": m("Answer overdue"),
        "answered": m("Answered"),
        "solved": m("Solved"),
        "refused": m("Refused by those responsible"),
        "closed": m("Closed"),
    }
)
CLAIMS: Mapping[str, str] = MappingProxyType({"fact": m("Fact"), "assessment": m("Assessment"), "inference": m("Inference")})
TELLERS: Mapping[str, str] = MappingProxyType(
    {"institution": m("So says the institution."), "source": m("So says the person who reported it."), "desk": m("So says the desk.")}
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "court": m("A court or an authority ordered it."),
        "correction": m("It was wrong, and a correction was not enough."),
        "consent": m("The person it concerns took back their consent."),
        "person": m("A person it was about asked for it."),
        "safety": m("It put somebody in danger."),
        "other": m("The reason stands in the ledger entry."),
    }
)
ROLES: Mapping[str, str] = MappingProxyType(
    {
        "case": m("works on cases"),
        "moderate": m("moderates"),
        "keyholder": m("keeps a key, does not read cases"),
        "operator": m("runs the server"),
    }
)
ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "open": m("Open reports"),
        "publish": m("Publish"),
        "takedown": m("Take down"),
        "destroy": m("Destroy"),
        "moderate": m("Moderate posts"),
        "charter": m("Change the charter"),
        "mirrors": m("Mirrors that must confirm"),
        "card": m("Renew a case's address"),
        "add": m("Add a member to a case"),
        "stop": m("Stop"),
    }
)
STATES: Mapping[str, str] = MappingProxyType(
    {
        "new": m("New"),
        "open": m("In work"),
        "waiting": m("Waiting"),
        "drafting": m("Draft being written"),
        "asked": m("Consent asked"),
        "agreed": m("Consent given"),
        "partly": m("Consent given, without some items"),
        "refused": m("Consent refused"),
        "revoked": m("Consent taken back"),
        "none": m("Consent not asked"),
        "proposed": m("Waiting for approval"),
        "published": m("Published"),
        "takedown": m("Taken down"),
        "solved": m("Solved"),
        "private": m("Solved without publicity"),
        "closed": m("Closed"),
        "stopped": m("Stopped"),
        "released": m("Sent"),
        "forged": m("Not written by the source"),
        "fine": m("In order"),
        "late": m("Keys run out soon"),
        "silent": m("Keys have run out"),
    }
)
ITEMS: Mapping[str, str] = MappingProxyType(
    {
        "text": m("The text"),
        "quote": m("A quotation"),
        "claim": m("A claim"),
        "picture": m("A picture"),
        "region": m("The region"),
        "rank": m("The rank"),
        "tags": m("The hashtags"),
        "date": m("The date"),
    }
)
VERDICTS: Mapping[str, str] = MappingProxyType({"holds": m("It holds"), "does-not-hold": m("It does not hold"), "cannot-tell": m("It cannot be told")})
CHECKED: Mapping[str, str] = MappingProxyType(
    {"verified": m("Verified"), "unverified": m("Not verified yet"), "doubted": m("Said not to hold"), "replaced": m("Replaced")}
)
DUE: Mapping[str, str] = MappingProxyType({"overdue": m("Overdue"), "soon": m("Due soon")})
VOIDS: Mapping[str, str] = MappingProxyType(
    {
        "large": m("It is larger than an event may be, and no desk reads it."),
        "sealed": m("It opens with no key of this case that this desk has."),
        "unreadable": m("It opens, and is no event."),
        "stranger": m("It is not signed by a member under the name that stands in it."),
        "forged": m("It was changed after it was signed."),
        "place": m(
            "It is signed by this member and was written after something that this desk was not shown: either the server shows the "
            "two desks different things, or it was written wrongly. Compare with this member what your desks show."
        ),
        "refused": m("It is signed by this member, and is a step that the rules of a case do not allow here."),
        "body": m("It is signed by this member, and its content is not well-formed."),
        "swapped": m("Here the server showed this desk first one thing and then another. Compare with the other members what their desks show."),
    }
)
WHYNOT: Mapping[str, str] = MappingProxyType(
    {
        "recognisable": m("Somebody could be recognised"),
        "another-picture": m("Another picture is asked for"),
        "insult": m("An insult or a threat"),
        "advertising": m("Advertising"),
        "off-topic": m("Not about this campaign"),
        "unlawful": m("Unlawful"),
        "duplicate": m("Sent more than once"),
        "planted": m("Planted to discredit the campaign"),
    }
)
RULINGS: Mapping[str, str] = MappingProxyType({"accept": m("Accepted"), "reject": m("Rejected"), "quarantine": m("Held back")})
GONE: Mapping[str, str] = MappingProxyType(
    {
        "person": m("A person shown asked for it"),
        "recognisable": m("Somebody could be recognised"),
        "unlawful": m("Unlawful"),
        "court": m("A court or an authority ordered it"),
        "correction": m("Published by mistake"),
    }
)
# What a photograph's file would have told of a person or a place.
TELLS: Mapping[str, str] = MappingProxyType(
    {
        "place": m("Place (latitude, longitude)"),
        "location": m("Place, in words"),
        "serial": m("Serial number"),
        "owner": m("Owner of the camera"),
        "author": m("Author"),
        "person": m("Person named in it"),
        "copyright": m("Copyright"),
        "description": m("Description"),
        "date": m("Made on"),
        "changed": m("Written on"),
        "camera": m("Camera"),
        "thumbnail": m("Small picture inside, perhaps of more than the picture shows"),
        "comment": m("Comment"),
        "xmp": m("More notes of programs (XMP), bytes"),
        "software": m("Program"),
    }
)
# What a program takes parts of a photograph for, and in which ninth of it they are.
SEEN: Mapping[str, str] = MappingProxyType({"face": m("A face"), "text": m("Writing")})
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "top left": m("top left"),
        "top centre": m("at the top"),
        "top right": m("top right"),
        "middle left": m("on the left"),
        "middle centre": m("in the middle"),
        "middle right": m("on the right"),
        "bottom left": m("bottom left"),
        "bottom centre": m("at the bottom"),
        "bottom right": m("bottom right"),
    }
)
# A word of the record that forms and pages write shorter.
LONGER: Mapping[str, str] = MappingProxyType(
    {
        "illegal-order": "order",
        "error": "correction",
        "source-asked": "consent",
        "person-asked": "person",
        "court-order": "court",
        "fixed": "solved",
    }
)
TABLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "problem": {**PROBLEMS, **UNSAID},
        "wish": {**WISHES, **UNSAID},
        "kind": KINDS,
        "status": STATUSES,
        "claim": CLAIMS,
        "teller": TELLERS,
        "reason": REASONS,
        "role": ROLES,
        "action": ACTIONS,
        "state": STATES,
        "item": ITEMS,
        "void": VOIDS,
        "verdict": VERDICTS,
        "checked": CHECKED,
        "due": DUE,
        "whynot": WHYNOT,
        "ruling": RULINGS,
        "gone": GONE,
        "tells": TELLS,
        "seen": SEEN,
        "place": PLACES,
    }
)


def label_of(table: str, word: str) -> str:
    """The English sentence for a recorded word, or the word itself."""
    return TABLES[table].get(LONGER.get(word, word), word)
