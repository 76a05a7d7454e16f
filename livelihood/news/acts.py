"""Acts upon news as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class NewsAct(Act):
    """Acts upon news."""

    PUBLISHED = "news.published"
    WITHDRAWN = "news.withdrawn"
