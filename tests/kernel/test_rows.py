"""What is written by one statement is written as the ORM would write it."""

import pytest
from django.db import connection, models

from livelihood.kernel.rows import PLAIN, insertion
from proposals.models import Suggestion, SuggestionContact
from proposals.states import Channel


@pytest.mark.parametrize("kind", PLAIN)
@pytest.mark.parametrize("value", ["", "民生", True, False, 3, None])
def test_what_is_plain_is_given_to_the_database_as_it_is(kind: type[models.Field], value: str | bool | int | None):
    field = next(field for field in Suggestion._meta.concrete_fields if type(field) is kind)
    suits = value is None or isinstance(value, str) == issubclass(kind, models.CharField | models.TextField)

    if suits and (value in (None, True, False) or kind is not models.BooleanField):
        assert field.get_db_prep_save(value, connection) == value


def test_every_value_is_prepared_by_its_field():
    suggestion = Suggestion(pk=7, number="2027-7", channel=Channel.WEB, title="电梯", cycle_id=1, area_id=2)
    sql, values = insertion(suggestion)
    named = dict(zip(sql.partition("(")[2].partition(")")[0].split(", "), values, strict=True))

    assert (named["id"], named["title"], named["cycle_id"], named["aspect_id"]) == (7, "电梯", 1, None)
    assert named["channel"] == "web"
    contact = insertion(SuggestionContact(suggestion=suggestion, phone="13800001111", notice=0))[1]
    assert "13800001111" not in map(str, contact), "what is sealed is prepared by its own field"
