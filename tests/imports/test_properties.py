"""Whatever a sheet holds: what it does not say stays, what is taken back is gone, what was exported is nothing new.

Of every kind, by services as the door calls them.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livelihood.kernel.sheets.handling import handlers
from tests.imports.drawn import KINDS, Drawn, plain
from tests.imports.tools import counts

pytestmark = pytest.mark.django_db
of_every_kind = pytest.mark.parametrize("kind", KINDS, indirect=True)
in_its_world = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> Drawn:
    return KINDS[request.param](request)


def test_rows_of_every_kind_are_drawn():
    assert set(KINDS) == set(handlers())


@of_every_kind
@in_its_world
@given(data=st.data())
def test_any_columns_change_these_and_no_others(kind: Drawn, data: Any):
    first, then, columns = (data.draw(one) for one in (kind.row(), kind.row(), kind.columns()))
    key = kind.new[0]
    with transaction.atomic():
        kind.write({key: first}, kind.single(kind.cells))
        before = kind.listed()

        kind.write({key: then}, columns)

        said = {
            column: plain(kind.becomes(column, before[key][column], kind.text(key, then, column))) for column in columns
        }
        assert kind.listed() == before | {key: before[key] | said}
        transaction.set_rollback(True)


@of_every_kind
@in_its_world
@given(data=st.data())
def test_an_import_that_is_taken_back_was_nothing(kind: Drawn, data: Any):
    keys = st.sampled_from([*kind.known, *kind.new])
    rows, columns = data.draw(st.dictionaries(keys, kind.row(), min_size=1)), data.draw(kind.columns())
    with transaction.atomic():
        before = kind.stored()

        batch = kind.write(rows, columns | kind.needed)
        assert counts(kind.take_back(batch), "stayed") == (0,)

        assert kind.stored() == before
        transaction.set_rollback(True)


@of_every_kind
@in_its_world
@given(data=st.data(), as_workbook=st.booleans())
def test_what_is_exported_is_nothing_new(kind: Drawn, data: Any, as_workbook: bool):
    rows = data.draw(st.dictionaries(st.sampled_from(kind.new), kind.row(), min_size=1))
    with transaction.atomic():
        kind.write(rows, kind.single(kind.cells))
        file = kind.exported(as_workbook=as_workbook)

        batch = kind.bring(file)

        assert counts(batch, "new", "changed", "unchanged", "wrong", "doubt") == (0, 0, len(kind.listed()), 0, 0)
        transaction.set_rollback(True)
