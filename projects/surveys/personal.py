"""What a survey may hold of people: it asks for nothing of the kind."""

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.personal import Ground, PersonalData, declare
from projects.surveys.models import Response

declare(
    PersonalData(
        "survey-answers",
        _("Comments in surveys"),
        fields=(
            "surveys.Response.comment",
            "surveys.IncomingResponse.comment",
            "surveys.Invitation.code_hash",
            "surveys.Receipt.key_hash",
        ),
        purpose=_(
            "To judge how the projects were carried out. No name is asked for; a comment may hold one all the same."
        ),
        ground=Ground.CONSENT,
        readers=_("The livelihood office, with numbers and addresses masked."),
        rows=lambda: Response.objects.exclude(comment=""),
        since="day",
        kept=_(
            "With the files of the year, without anything that leads back to a person: codes and receipts go when the"
            " survey closes."
        ),
    )
)
