"""The states of letters, suggestions, needs and candidates, and the one way between them."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class LetterState(models.TextChoices):
    """Where the open letter stands."""

    DRAFT = "draft", pgettext_lazy("letter", "Draft")
    PUBLISHED = "published", pgettext_lazy("letter", "Published")


class SuggestionState(models.TextChoices):
    """Where a suggestion stands. Its words are public in `accepted` only, as worded by the official."""

    RECEIVED = "received", pgettext_lazy("suggestion", "Received")
    ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
    DECLINED = "declined", pgettext_lazy("suggestion", "Not taken up")
    HANDED_OVER = "handed_over", pgettext_lazy("suggestion", "Handed over")


class NeedOutcome(models.TextChoices):
    """What became of a need in its year."""

    OPEN = "open", pgettext_lazy("need", "Under examination")
    CANDIDATE = "candidate", pgettext_lazy("need", "Became a candidate")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("need", "Not adopted")


class CandidateState(models.TextChoices):
    """Where a candidate stands on its way to the frozen list. What was entered by mistake was never public."""

    DRAFT = "draft", pgettext_lazy("candidate", "Draft")
    PROPOSED = "proposed", pgettext_lazy("candidate", "Proposed")
    LISTED = "listed", pgettext_lazy("candidate", "On the list")
    NOT_ADOPTED = "not_adopted", pgettext_lazy("candidate", "Not adopted")
    MISTAKEN = "mistaken", pgettext_lazy("candidate", "Entered by mistake")


class Channel(models.TextChoices):
    """The channel a suggestion came in by. Source: docs/sources.md (channels)."""

    WEB = "web", _("This portal")
    HOTLINE_12345 = "hotline_12345", _("12345 hotline")
    COMPLAINTS_OFFICE = "complaints_office", _("Letters and visits office")
    DEPUTY = "deputy", _("Deputy")
    CPPCC_MEMBER = "cppcc_member", _("CPPCC member")
    LIAISON_STATION = "liaison_station", _("Deputies' liaison station")
    LETTER = "letter", _("Letter by post")
    COUNTER = "counter", _("At the counter")


class Grouping(models.TextChoices):
    """What the figures of suggestions are counted by. Shown to nobody."""

    ASPECT = "aspect"
    AREA = "area"
    CHANNEL = "channel"
    DUE = "due"


class DeclineReason(models.TextChoices):
    """Why a suggestion is not taken up; words for the citizen always come with it.

    Source: docs/sources.md (decline-reasons).
    """

    OUT_OF_SCOPE = "out_of_scope", _("Not a livelihood project")
    SINGLE_CLAIM = "single_claim", _("A single person's or unit's claim")
    NOT_IN_ONE_YEAR = "not_in_one_year", _("Cannot be done within the year")
    ALREADY_DONE = "already_done", _("Already done or under way")
    UNCLEAR = "unclear", _("Too unclear to act on")
    UNLAWFUL = "unlawful", _("Against the law")
    ABUSE = "abuse", _("Abuse or advertising")


class HandOver(models.TextChoices):
    """The office a suggestion is handed over to, because it is the one that can act on it."""

    HOTLINE_12345 = "hotline_12345", _("12345 hotline")
    COMPLAINTS_OFFICE = "complaints_office", _("Letters and visits office")
    COURTS = "courts", _("Courts or arbitration")
    OTHER_AREA = "other_area", _("Livelihood office of another place")


class ReplyFault(models.TextChoices):
    """Why a reply is stopped before it is sent. Shown with what is missing."""

    BARE = "bare", _("It only says that the suggestion was received, or passed on.")
    SHORT = "short", _("It is too short to say what is done, or why nothing is.")
    ALIKE = "alike", _("Suggestions about other needs were answered in the same words.")
    BESIDE = "beside", _("It does not name what was suggested.")


class DraftOutcome(models.TextChoices):
    """What became of a reply that somebody else had to send."""

    SENT = "sent", pgettext_lazy("reply", "Sent")
    RETURNED = "returned", pgettext_lazy("reply", "Returned")
    TAKEN_BACK = "taken_back", pgettext_lazy("reply", "Taken back")


class Decision(models.TextChoices):
    """What one check of a suggestion came to."""

    ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
    REWORDED = "reworded", pgettext_lazy("suggestion", "Public wording changed")
    MASKED = "masked", pgettext_lazy("suggestion", "Public wording masked")
    UNPUBLISHED = "unpublished", pgettext_lazy("suggestion", "Taken back from the public")
    DECLINED = "declined", pgettext_lazy("suggestion", "Not taken up")
    HANDED_OVER = "handed_over", pgettext_lazy("suggestion", "Handed over")


class ListedKind(models.TextChoices):
    """Why an office looks for a word."""

    ABUSE = "abuse", pgettext_lazy("words", "Abuse")
    ADVERTISING = "advertising", pgettext_lazy("words", "Advertising")
    SENSITIVE = "sensitive", pgettext_lazy("words", "Sensitive")


class Sign(models.TextChoices):
    """What is seen in a suggestion that orders the queue; the words of lists have the codes of their kinds."""

    ABUSE = "abuse", _("words of abuse")
    ADVERTISING = "advertising", _("words of advertising")
    SENSITIVE = "sensitive", _("sensitive words")
    LINKS = "links", _("links")
    REPEATED = "repeated", _("same text again")
    CONTACT = "contact", _("many of one contact")
    SHORT = "short", _("very short")


class InquiryTopic(models.TextChoices):
    """Questions whose words are given, so that nobody writes them anew; asked in the portal's own language."""

    WHERE = "where", _("Where exactly is it? Please name the street, the estate or a landmark.")
    WHAT = "what", _("What exactly is to be done, and what would be enough?")
    WHO = "who", _("Whom does it concern, and about how many people?")
    SINCE = "since", _("Since when is it so, and how often does it happen?")
    TRIED = "tried", _("Has another office been told already, and what did it answer?")
    APART = "apart", _("Several matters are written together. Which of them is meant first?")


class InquiryEnd(models.TextChoices):
    """How a question to a citizen ended."""

    ANSWERED = "answered", pgettext_lazy("inquiry", "Answered")
    LAPSED = "lapsed", pgettext_lazy("inquiry", "Not answered in time")
    WITHDRAWN = "withdrawn", pgettext_lazy("inquiry", "Taken back")


class Erased(models.TextChoices):
    """What was removed of a suggestion."""

    CONTACT = "contact", _("Contact removed")
    MASKED = "masked", _("Words masked")
    WITHDRAWN = "withdrawn", _("Text withdrawn")


NEVER = date.max
"""The day by which an answer is due while its clock stands still, or where there is none."""

STARS = "***"
"""What stands for a text that was withdrawn, in every language."""


class ErasureReason(models.TextChoices):
    """Why something was removed before its period is over. Source: 个人信息保护法, article 47."""

    WISH = "wish", _("At the wish of who sent it")
    OTHERS = "others", _("It names somebody else, or tells of their life")
    BY_LAW = "by_law", _("The law does not allow it to be kept or shown")
    NOT_NEEDED = "not_needed", _("It is not needed for what it was given for")


class CandidateKind(models.TextChoices):
    """Works with money and land, or a service guaranteed. Source: docs/sources.md (candidate-kind)."""

    HARDWARE = "hardware", _("Facility (hardware)")
    SOFTWARE = "software", _("Service (software)")


class CandidateOrigin(models.TextChoices):
    """Where a candidate comes from. A department may bring one of its own: that is said, and no source is made up."""

    NEED = "need", _("Needs of this portal")
    RESERVE = "reserve", _("The reserve pool of an earlier year")
    PUBLISHED = "published", _("A published list")
    DEPARTMENT = "department", _("The lead organisation's own proposal")


class FundSource(models.TextChoices):
    """Who pays."""

    CENTRAL = "central", _("Central government")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    TOWNSHIP = "township", _("Township")
    SOCIAL = "social", _("Society")


LETTER_MOVES: Moves = {
    (LetterState.DRAFT, "publish"): LetterState.PUBLISHED,
}

SUGGESTION_MOVES: Moves = {
    (SuggestionState.RECEIVED, "accept"): SuggestionState.ACCEPTED,
    (SuggestionState.RECEIVED, "decline"): SuggestionState.DECLINED,
    (SuggestionState.RECEIVED, "hand_over"): SuggestionState.HANDED_OVER,
    (SuggestionState.DECLINED, "accept"): SuggestionState.ACCEPTED,
    (SuggestionState.ACCEPTED, "reword"): SuggestionState.ACCEPTED,
    (SuggestionState.ACCEPTED, "decline"): SuggestionState.DECLINED,
    (SuggestionState.ACCEPTED, "unpublish"): SuggestionState.DECLINED,
}

# A need follows its candidates: drafting one for it, or linking it to one, makes it a candidate; dropping the last live
# one ends it. One that was entered by mistake decides nothing: the need is open again.
NEED_MOVES: Moves = {
    (NeedOutcome.OPEN, "draft_candidate"): NeedOutcome.CANDIDATE,
    (NeedOutcome.CANDIDATE, "draft_candidate"): NeedOutcome.CANDIDATE,
    (NeedOutcome.NOT_ADOPTED, "draft_candidate"): NeedOutcome.CANDIDATE,
    (NeedOutcome.OPEN, "link_candidate"): NeedOutcome.CANDIDATE,
    (NeedOutcome.CANDIDATE, "link_candidate"): NeedOutcome.CANDIDATE,
    (NeedOutcome.NOT_ADOPTED, "link_candidate"): NeedOutcome.CANDIDATE,
    (NeedOutcome.OPEN, "turn_down"): NeedOutcome.NOT_ADOPTED,
    (NeedOutcome.CANDIDATE, "drop_candidate"): NeedOutcome.NOT_ADOPTED,
    (NeedOutcome.CANDIDATE, "discard_candidate"): NeedOutcome.OPEN,
}

CANDIDATE_MOVES: Moves = {
    (CandidateState.DRAFT, "propose"): CandidateState.PROPOSED,
    (CandidateState.DRAFT, "drop"): CandidateState.NOT_ADOPTED,
    (CandidateState.DRAFT, "discard"): CandidateState.MISTAKEN,
    (CandidateState.PROPOSED, "drop"): CandidateState.NOT_ADOPTED,
    (CandidateState.PROPOSED, "freeze"): CandidateState.LISTED,
}

MACHINES = [
    ("OpenLetter", LETTER_MOVES, LetterState.DRAFT),
    ("Suggestion", SUGGESTION_MOVES, SuggestionState.RECEIVED),
    ("Need", NEED_MOVES, NeedOutcome.OPEN),
    ("Candidate", CANDIDATE_MOVES, CandidateState.DRAFT),
]
