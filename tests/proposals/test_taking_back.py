"""Taken back from the public or masked in every phase: traced, with the wording before kept in sight of who may."""

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import IllegalMove, InvalidInput, NotAllowed
from proposals import selectors, services
from proposals.models import FormerWording, Need, Screening, Suggestion, SuggestionFigure
from proposals.states import DeclineReason, ErasureReason, SuggestionState
from tests.databases import as_superuser
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import AcceptedFactory, NeedLinkFactory, SuggestionFactory
from tests.proposals.pages import at, text_of

WORDS = "这条建议涉及他人隐私，不再公开。"
REASON = ErasureReason.OTHERS
PHASES = [phase for phase in Phase if phase != Phase.DRAFT]


def unpublish(suggestion, by):
    return services.unpublish_suggestion(
        suggestion=suggestion, reason=DeclineReason.UNLAWFUL, words=WORDS, by=by, at=NOW
    )


def mask(suggestion, by, words="情况"):
    return services.mask_wording(suggestion=suggestion, words=words, reason=REASON, by=by, at=NOW)


@pytest.mark.parametrize("phase", PHASES)
def test_what_is_public_is_taken_back_in_every_phase_and_figures_follow(db, office_of, journal, phase):
    link = NeedLinkFactory(need__cycle=CycleFactory(phase=phase))
    suggestion, office = link.suggestion, office_of(link.need.cycle)

    unpublish(suggestion, office)

    suggestion.refresh_from_db()
    figure = SuggestionFigure.objects.filter(cycle=link.need.cycle, grouped_by="channel")
    assert (suggestion.state, suggestion.public_matter) == (SuggestionState.DECLINED, "公开的情况说明。")
    assert not selectors.published_suggestions().exists()
    assert Need.objects.get().support == 0
    assert (sum(row.accepted for row in figure), sum(row.declined for row in figure)) == (0, 1)
    assert Screening.objects.get().words == WORDS
    assert journal() == [
        ("suggestion.unpublished", office.pk, {"old": "accepted", "new": "declined", "reason": "unlawful"})
    ]


@pytest.mark.parametrize("phase", PHASES)
def test_words_of_the_wording_are_masked_in_every_phase_and_the_wording_before_is_kept(db, office_of, journal, phase):
    suggestion = AcceptedFactory(cycle=CycleFactory(phase=phase), matter="六层老楼的情况很难。")
    office = office_of(suggestion.cycle)

    mask(suggestion, office)

    suggestion.refresh_from_db()
    assert (suggestion.public_matter, suggestion.matter) == ("公开的**说明。", "六层老楼的情况很难。")
    assert FormerWording.objects.get().matter == "公开的情况说明。"
    assert journal() == [
        ("suggestion.wording_masked", office.pk, {"old": "accepted", "new": "accepted", "reason": "others"})
    ]


def test_only_who_answers_citizens_takes_back_and_only_what_is_public(cycle, office_of):
    department = official(Role.DEPARTMENT, cycle.area, OrganisationFactory(area=cycle.area))
    accepted = AcceptedFactory(cycle=cycle)

    for act in (unpublish, mask):
        with pytest.raises(NotAllowed):
            act(accepted, department)
    with pytest.raises(IllegalMove):
        unpublish(SuggestionFactory(cycle=cycle), office_of(cycle))
    with pytest.raises(InvalidInput):
        mask(accepted, office_of(cycle), "没有的词")

    assert not Screening.objects.exists()
    assert not FormerWording.objects.exists()


def test_the_database_lets_a_wording_change_after_planning_by_stars_alone(cycle, office_of):
    closed = AcceptedFactory(cycle=CycleFactory(phase=Phase.CLOSED))
    planned = AcceptedFactory(cycle=cycle)
    for suggestion in (closed, planned):
        with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
            Suggestion.objects.filter(pk=suggestion.pk).update(public_wish="***")
    mask(closed, office_of(closed.cycle))

    with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        Suggestion.objects.filter(pk=closed.pk).update(public_wish="别的愿望")
    former = FormerWording.objects.filter(suggestion=closed)
    with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        former.update(matter="别的")
    with as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        former.delete()


def test_what_is_withdrawn_by_law_goes_from_the_wordings_before_too(cycle, office_of):
    suggestion, office = AcceptedFactory(cycle=cycle), office_of(cycle)
    mask(suggestion, office)

    services.withdraw_text(suggestion=suggestion, reason=ErasureReason.BY_LAW, by=office, at=NOW)

    assert FormerWording.objects.values_list("title", "matter", "wish").get() == ("***", "***", "***")


def test_the_wording_before_is_seen_with_the_original_alone(client, cycle, office):
    suggestion = AcceptedFactory(cycle=cycle, public_matter="王阿姨家的楼道堵了。")
    mask(suggestion, office, "王")

    masked = client.get(at("desk_suggestion", cycle, number=suggestion.number))
    original = client.post(at("suggestion_contact", cycle, number=suggestion.number))

    assert "王阿姨" not in text_of(masked)
    assert "王阿姨家的楼道堵了。" in text_of(original)


def test_pages_take_back_and_mask_in_a_closed_year(client, db, office_of):
    closed = CycleFactory(phase=Phase.CLOSED)
    suggestion = AcceptedFactory(cycle=closed)
    client.force_login(office_of(closed))
    address = {"cycle": closed, "number": suggestion.number}

    shown = client.get(at("desk_suggestion", **address))
    client.post(at("suggestion_data", **address, act="mask_wording"), {"words": "情况", "reason": "others"})
    client.post(at("suggestion_act", **address, act="unpublish"), {"reason": "unlawful", "words": WORDS})

    suggestion.refresh_from_db()
    assert ("停止公开" in text_of(shown), "遮盖公开内容中的词语" in text_of(shown)) == (True, True)
    assert (suggestion.state, suggestion.public_matter) == (SuggestionState.DECLINED, "公开的**说明。")
