# SPDX-License-Identifier: AGPL-3.0-or-later
"""Renders the public and the source's pages: a value and its shell in, the bytes of a page out.

The same value always gives the same bytes, with no clock and no chance in it, so that `ombuds verify` can render an
article again and compare (T18). Everything is escaped unless this room made it (T24). It reads nothing but its own
templates and catalogues, once, when it is built. See spec/pages.md.
"""

from __future__ import annotations

from markupsafe import Markup

from ombuds.pages import campaign_values as walls
from ombuds.pages import join_values as joining
from ombuds.pages import share_values as sharing
from ombuds.pages import site_values as site
from ombuds.pages import source_values as source
from ombuds.pages import values as public
from ombuds.pages.press import Press
from ombuds.pages.values import Shell


class Renderer:
    """Every public page, one method each."""

    def __init__(self, press: Press | None = None) -> None:
        self._press = press or Press()

    def article(self, story: public.StoryPage | public.UpdatePage | walls.CampaignPage) -> Markup:
        """Only the `<article id="story">`, in the language of the story: what is compared when a page is verified."""
        return self._press.article(story)

    def home(self, shell: Shell, page: public.HomePage) -> bytes:
        """The feed."""
        return self._press.page("home.html", shell, page)

    def stories(self, shell: Shell, page: public.ListPage) -> bytes:
        """The list of stories, or everything under a tag."""
        return self._press.page("stories.html", shell, page)

    def story(self, shell: Shell, page: public.StoryPage) -> bytes:
        """A story with its status and proof."""
        return self._press.page("story.html", shell, page, article=self.article(page))

    def update(self, shell: Shell, page: public.UpdatePage) -> bytes:
        """An update with its proof."""
        return self._press.page("story.html", shell, page, article=self.article(page))

    def campaign(self, shell: Shell, page: walls.CampaignPage) -> bytes:
        """A campaign with its number and the newest part of its wall."""
        return self._press.page("campaign.html", shell, page, article=self.article(page))

    def wall(self, shell: Shell, page: walls.WallPage) -> bytes:
        """A page of a campaign's wall."""
        return self._press.page("wall.html", shell, page)

    def count(self, shell: Shell, page: walls.CountPage) -> bytes:
        """How a campaign's number was counted."""
        return self._press.page("count.html", shell, page)

    def embedded(self, shell: Shell, page: walls.CountPage) -> bytes:
        """A campaign's number for other sites."""
        return self._press.page("embedded.html", shell, page)

    def join(self, shell: Shell, page: joining.JoinForm) -> bytes:
        """Where a supporter joins a campaign."""
        return self._press.page("join.html", shell, page)

    def cover(self, shell: Shell, page: joining.CoverPage) -> bytes:
        """A cleaned photograph, to black out squares of it."""
        return self._press.page("cover.html", shell, page)

    def exactly(self, shell: Shell, page: joining.ExactPage) -> bytes:
        """Exactly what would become public."""
        return self._press.page("exactly.html", shell, page)

    def joined(self, shell: Shell, page: joining.JoinedPage) -> bytes:
        """Thanks for a post."""
        return self._press.page("joined.html", shell, page)

    def withdraw(self, shell: Shell, page: joining.WithdrawPage) -> bytes:
        """Where a post is taken back."""
        return self._press.page("withdraw.html", shell, page)

    def share(self, shell: Shell, page: sharing.SharePage) -> bytes:
        """How a campaign is passed on."""
        return self._press.page("share.html", shell, page)

    def tombstone(self, shell: Shell, page: public.TombstonePage) -> bytes:
        """What stands in the place of something taken down."""
        return self._press.page("tombstone.html", shell, page)

    def ledger(self, shell: Shell, page: public.LedgerPage) -> bytes:
        """Check us: the ledger and how to check it."""
        return self._press.page("ledger.html", shell, page)

    def charter(self, shell: Shell, page: public.CharterPage) -> bytes:
        """Check us: the members, their keys and the thresholds."""
        return self._press.page("charter.html", shell, page)

    def about(self, shell: Shell, page: public.AboutPage) -> bytes:
        """What the desk is, and what it does not protect."""
        return self._press.page("about.html", shell, page)

    def guide(self, shell: Shell) -> bytes:
        """What to collect and what to avoid."""
        return self._press.page("guide.html", shell, None)

    def find(self, shell: Shell, page: site.FindPage) -> bytes:
        """The search in everything public."""
        return self._press.page("search.html", shell, page)

    def follow(self, shell: Shell, page: site.FollowPage) -> bytes:
        """Where to follow the desk."""
        return self._press.page("follow.html", shell, page)

    def press(self, shell: Shell, page: site.PressPage) -> bytes:
        """What the press needs."""
        return self._press.page("press.html", shell, page)

    def voice(self, shell: Shell, page: site.VoiceForm) -> bytes:
        """The form of those to whom the same happened."""
        return self._press.page("voice.html", shell, page)

    def spoken(self, shell: Shell, page: site.SpokenPage) -> bytes:
        """Thanks for a voice without a note."""
        return self._press.page("spoken.html", shell, page)

    def inquiry(self, shell: Shell, page: site.InquiryForm) -> bytes:
        """The form for a correction or a question of the press."""
        return self._press.page("inquiry.html", shell, page)

    def named(self, shell: Shell, page: site.NamedForm) -> bytes:
        """The warning to who would support with a name, and the form behind it."""
        return self._press.page("named.html", shell, page)

    def report(self, shell: Shell, page: source.ReportForm) -> bytes:
        """The report form."""
        return self._press.page("report.html", shell, page)

    def sent(self, shell: Shell, page: source.SentPage) -> bytes:
        """The twelve words, shown once."""
        return self._press.page("sent.html", shell, page)

    def recheck(self, shell: Shell, page: source.RecheckPage) -> bytes:
        """The two words again, after a wrong answer."""
        return self._press.page("recheck.html", shell, page)

    def confirmed(self, shell: Shell, page: source.ConfirmedPage) -> bytes:
        """What happens next."""
        return self._press.page("confirmed.html", shell, page)

    def inbox_enter(self, shell: Shell, page: source.InboxEnter) -> bytes:
        """Where the words are typed."""
        return self._press.page("inbox_enter.html", shell, page)

    def inbox(self, shell: Shell, page: source.InboxPage) -> bytes:
        """An inbox; the same page for words that nobody knows."""
        return self._press.page("inbox.html", shell, page)

    def consent(self, shell: Shell, page: source.ConsentForm) -> bytes:
        """The exact text and the three answers."""
        return self._press.page("consent.html", shell, page)

    def closed(self, shell: Shell, page: source.ClosedPage) -> bytes:
        """The desk takes no reports now."""
        return self._press.page("closed.html", shell, page)

    def error(self, shell: Shell, page: public.ErrorPage) -> bytes:
        """A refusal, and what to do next."""
        return self._press.page("error.html", shell, page)
