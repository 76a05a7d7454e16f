"""Two of the congress staff: rules and names that a colleague has written since are not overturned unawares."""

from typing import Any

import pytest

from livelihood.accounts.roles import Role
from livelihood.audit.services import record
from livelihood.cycles.states import Phase
from tests.factories.frame import NOW, CycleFactory, official, signed_in
from tests.factories.voting import freeze
from voting import selectors, services
from voting.acts import VotingAct
from voting.models import Round

pytestmark = pytest.mark.django_db


def as_shown(page):
    """Return what the form of a page sends as it is shown."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in {None, ""}}


@pytest.fixture
def draft(time_machine):
    """Return a round in draft, whoever looks at its pages, and their colleague."""
    time_machine.move_to(NOW, tick=False)
    cycle = CycleFactory(phase=Phase.DECIDE)
    freeze(cycle, 3)
    staff, colleague = (official(Role.CONGRESS_STAFF, cycle.area) for _ in range(2))
    client = signed_in(staff)
    client.post(cycle.address("voting:round_create"), {"title": "票决", "seats": "2"})
    return Round.objects.get(), client, colleague


def test_rules_that_a_colleague_wrote_meanwhile_stay_and_are_told(draft):
    round_, client, colleague = draft
    page = round_.address("voting:round_rules")
    form = as_shown(client.get(page)) | {"voting_minutes": 45}
    rules = {"round_": round_, "title": "首次票决", "seats": 2, "voting_minutes": 30, "method": {}}
    services.write_rules(**rules, by=colleague, at=NOW)

    refused = client.post(page, form)

    round_.refresh_from_db()
    assert (refused.status_code, round_.title, round_.voting_minutes) == (422, "首次票决", 30)
    (told,) = refused.context["form"].non_field_errors()
    assert colleague.name in told
    assert "首次票决 · 2 · 30" in told
    assert client.post(page, as_shown(refused)).status_code == 302
    round_.refresh_from_db()
    assert round_.voting_minutes == 45


def test_who_counts_is_not_named_over_a_colleague_and_other_acts_are_no_matter(draft):
    round_, client, colleague = draft
    page = round_.address("voting:officers")
    names = {"chief": "王一明", "scrutineers": "李二明", "tellers": "张三明"}
    form = as_shown(client.get(page)) | names
    record(VotingAct.ROUND_RULES_WRITTEN, round_, by=colleague, at=NOW)
    assert client.post(page, form).status_code == 302
    form = as_shown(client.get(page)) | {"chief": "赵四明"}
    named: dict[str, Any] = {"chief": "钱五明", "scrutineers": ["李二明"], "tellers": ["张三明"], "session": "五次会议"}
    services.name_officers(round_=round_, **named, by=colleague, at=NOW)

    refused = client.post(page, form)

    assert refused.status_code == 422
    assert selectors.officers_by_duty(round_)[0][1] == ["钱五明"]
    told = refused.context["form"].non_field_errors()[0]
    assert [word in told for word in (colleague.name, "钱五明", "五次会议")] == [True] * 3
    assert client.post(page, as_shown(refused)).status_code == 302
    assert selectors.officers_by_duty(round_)[0][1] == ["赵四明"]
