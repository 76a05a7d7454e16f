"""Acts upon what somebody wishes to be told as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class InboxAct(Act):
    """Acts upon one's own wishes."""

    MAILS_STOPPED = "mails.stopped"
    WISHES_CHANGED = "wishes.changed"
