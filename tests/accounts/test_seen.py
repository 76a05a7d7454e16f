"""An act upon what somebody else has changed since its page was shown."""

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from livelihood.accounts.seen import mark_of, mark_of_all, require_seen
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Moved
from livelihood.kernel.forms import seen_field, submit
from tests.factories.frame import NOW, CycleFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_mark_is_that_of_the_last_act_and_its_object_is_no_older():
    cycle, other, by = CycleFactory(phase=Phase.DRAFT), CycleFactory(), UserFactory()
    assert (mark_of(cycle), mark_of_all([])) == (0, 0)
    record(CycleAct.CYCLE_DATED, cycle, by=by, at=NOW)
    first = mark_of(cycle)
    record(CycleAct.CYCLE_EDITED, other, by=by, at=NOW)
    record(CycleAct.CYCLE_BEGUN, cycle, by=by, at=NOW)
    type(cycle).objects.filter(pk=cycle.pk).update(decision_mode=DecisionMode.ELSEWHERE)

    later = mark_of(cycle)

    assert cycle.decision_mode == DecisionMode.ELSEWHERE
    assert 0 < first < mark_of(other) < later == mark_of_all([cycle, other])
    assert mark_of(cycle, but=(CycleAct.CYCLE_BEGUN,)) == first


def test_who_saw_less_is_told_who_did_what():
    cycle, by = CycleFactory(), UserFactory(name="王芳")
    record(CycleAct.CYCLE_DATED, cycle, by=by, at=NOW)
    mark = mark_of(cycle)

    require_seen(mark, [cycle], stands=lambda: "日期")
    require_seen(None, [cycle], stands=lambda: "日期")
    with pytest.raises(Moved) as refusal:
        require_seen(mark - 1, [cycle], stands=lambda: "日期")

    assert (refusal.value.seen, refusal.value.status) == (mark, 409)
    assert "王芳" in str(refusal.value)
    assert "日期" in str(refusal.value)
    require_seen(mark - 1, [cycle], stands=lambda: "日期", but=(CycleAct.CYCLE_DATED,))


def test_an_act_of_the_clock_is_one_of_somebody_else():
    cycle = CycleFactory()
    record(CycleAct.CYCLE_DATED, cycle, by=None, at=NOW)

    with translation.override("zh-hans"), pytest.raises(Moved, match="期间他人已就此"):
        require_seen(0, [cycle], stands=lambda: "日期")


def test_a_form_that_was_refused_knows_what_was_done_and_keeps_what_is_typed():
    class Wish(forms.Form):
        text = forms.CharField()
        seen = seen_field()

    form = Wish(QueryDict("text=我的话&seen=3"), auto_id="a_%s")

    def act():
        raise Moved("期间", seen=7)

    assert not submit(form, act)
    assert (form["seen"].value(), form["text"].value(), form.non_field_errors()) == ("7", "我的话", ["期间"])
    assert str(form["seen"]) == '<input type="hidden" name="seen" value="7">'
