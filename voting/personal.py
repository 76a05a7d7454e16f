"""What the record of a vote and of a review holds of people."""

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.personal import Ground, PersonalData, declare
from voting.models import Opinion, RollEntry

declare(
    PersonalData(
        "roll",
        _("Roll of the vote, substitutes, officers of the vote"),
        fields=(
            *(f"voting.RollEntry.{name}" for name in ("name", "delegation", "signed_in_at", "has_voted")),
            *(f"voting.Substitution.{name}" for name in ("name_before", "reason")),
            "voting.CountingOfficer.name",
            "voting.VoteOfficial.name",
            "voting.TwoPersonStep.absent",
            "voting.SignedSheet.content",
            "voting.Credential.code_hash",
            *(f"voting.NamedBallot.{name}" for name in ("marks", "receipt", "repeat_digest")),
        ),
        purpose=_(
            "To let each deputy vote once, and to prove it. What was voted in secret stands nowhere beside a name."
        ),
        ground=Ground.DUTY,
        readers=_("Congress staff, the presiding officer and scrutineers of the round."),
        rows=RollEntry.objects.all,
        since="round__created_at",
        kept=_("With the files of the congress: the record of the vote could not be proven without it."),
    )
)
declare(
    PersonalData(
        "opinions",
        _("Who gave an opinion on the list"),
        fields=("voting.Opinion.speaker", "voting.Opinion.delegation", "voting.Opinion.text"),
        purpose=_("To answer each opinion to who gave it."),
        ground=Ground.DUTY,
        readers=_("Who works at the desk of the area."),
        rows=lambda: Opinion.objects.exclude(speaker="", delegation=""),
        since="given_at",
        kept=_("With the files of the congress."),
    )
)
