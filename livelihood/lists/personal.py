"""What long lists as files hold of people."""

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.personal import Ground, PersonalData, declare
from livelihood.lists.models import ListFile

declare(
    PersonalData(
        "list-files",
        _("Lists that were written as files"),
        fields=("lists.ListFile.content",),
        purpose=_("To hand a long list to who asked for it, under the rule of its page."),
        ground=Ground.STAFF,
        readers=_("Who asked for it."),
        rows=lambda: ListFile.objects.filter(content__isnull=False, requested_by__isnull=False),
        since="requested_at",
        kept=_("One day; the clock of lists forgets them by the hour."),
    )
)
