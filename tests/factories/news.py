"""News: only what a row needs."""

import factory

from livelihood.news.models import NewsItem
from tests.factories import RowFactory
from tests.factories.frame import NOW, CityFactory, UserFactory


class NewsFactory(RowFactory):
    class Meta:
        model = NewsItem

    area = factory.SubFactory(CityFactory)
    title = factory.Sequence(lambda n: f"征集座谈会第{n}场")
    text = "十月二十日下午三点，在市民中心二楼。"
    published_at = NOW
    published_by = factory.SubFactory(UserFactory)
