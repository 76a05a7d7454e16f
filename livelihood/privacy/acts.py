"""Acts upon personal data as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class PrivacyAct(Act):
    """Acts upon how long personal data is kept."""

    FORGOTTEN = "personal_data.forgotten"
    PERIOD_SET = "personal_data.period_set"
