"""What long lists as files hold of people, and how people look at lists."""

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.personal import Ground, PersonalData, declare
from livelihood.lists.models import ListFile, SavedView

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

declare(
    PersonalData(
        "saved-views",
        _("Views of lists that officials keep"),
        fields=("lists.SavedView.name", "lists.SavedView.query"),
        purpose=_("To open a list again as somebody works in it. Words that were searched are not kept."),
        ground=Ground.STAFF,
        readers=_("Who saved it; a view of an office, who works there."),
        rows=lambda: SavedView.objects.filter(owner__isnull=False),
        since="saved_at",
        kept=_("Until whoever saved it deletes it."),
    )
)
