"""What is held of who speaks for an organisation."""

from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Organisation
from livelihood.kernel.personal import Ground, PersonalData, declare

declare(
    PersonalData(
        "organisation-contacts",
        _("Who speaks for an organisation"),
        fields=("cycles.Organisation.contact", "cycles.Organisation.phone"),
        purpose=_("To ask an organisation about its projects."),
        ground=Ground.STAFF,
        readers=_("Who keeps organisations."),
        rows=lambda: Organisation.objects.exclude(contact="", phone=""),
        since="valid_from",
        kept=_("As long as the office keeps it up: it is overwritten when somebody else speaks for the organisation."),
    )
)
