"""Who may have a list as a file: whoever may open its page."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.listings import Listing
from livelihood.kernel.verdict import YES, Verdict, no


def may_take(by: User | None, listing: Listing, place: Cycle | Area, at: datetime) -> Verdict:
    """May: anybody a public list, and who may open its page any other; the file of a public one is nobody's own."""
    if listing.may_read is None:
        return YES
    return no(_("Sign in first.")) if by is None else listing.may_read(by, place, at)
