"""Acts upon the imprint as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class ImprintAct(Act):
    """Acts upon settings and pages."""

    PAGE_OPENED = "page.opened"
    SETTING_RESTORED = "setting.restored"
    SETTING_WRITTEN = "setting.written"
