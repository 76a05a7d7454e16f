"""What the journal holds of people."""

from django.utils.translation import gettext_lazy as _

from livelihood.audit.models import Entry
from livelihood.kernel.personal import Ground, PersonalData, declare

declare(
    PersonalData(
        "journal",
        _("Journal: who did what, and when"),
        fields=("audit.Entry.actor_id",),
        purpose=_(
            "To prove what was done, and that nothing was done otherwise. It holds keys of accounts, and no names."
        ),
        ground=Ground.DUTY,
        readers=_("Auditors and administrators of the area; who runs a year, of that year."),
        rows=Entry.objects.all,
        since="at",
        kept=_("For good: each entry is sealed with those before it, and none can be taken out."),
    )
)
