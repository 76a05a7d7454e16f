"""The queue: who looks at which suggestion, what puts them into an order, and which words an office looks for."""

from datetime import timedelta

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from proposals import services
from proposals.models import CLAIM_LASTS, Claim, ListedWord, Suggestion, SuggestionWeight
from proposals.states import DeclineReason, ErasureReason, ListedKind, SuggestionState
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import AcceptedFactory, ContactFactory, NeedFactory, SuggestionFactory
from tests.proposals.pages import at, text_of

WORDS = "这件事属于物业纠纷,请向街道反映。"
LATER = NOW + CLAIM_LASTS


def decline(suggestion, by, at=NOW):
    services.decline_suggestion(suggestion=suggestion, reason=DeclineReason.UNCLEAR, words=WORDS, by=by, at=at)


def signs():
    rows = SuggestionWeight.objects.order_by("pk").values_list("signs", "suggestion__points")
    return [(set(signs), points) for signs, points in rows]


def test_what_one_has_taken_nobody_else_checks_until_it_lapses(cycle, office_of, journal):
    suggestion, one, other = SuggestionFactory(cycle=cycle), office_of(cycle), office_of(cycle)
    services.claim_suggestion(suggestion=suggestion, by=one, at=NOW)

    with pytest.raises(NotAllowed, match="前已由"):
        decline(suggestion, other)
    with pytest.raises(NotAllowed):
        services.claim_suggestion(suggestion=suggestion, by=other, at=NOW)

    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.RECEIVED
    assert journal() == [("suggestion.claimed", one.pk, {})]
    services.claim_suggestion(suggestion=suggestion, by=other, at=LATER)
    assert Claim.objects.get().claimed_by == other


def test_who_has_taken_it_checks_it_and_the_claim_goes(cycle, office_of):
    suggestion, one = SuggestionFactory(cycle=cycle), office_of(cycle)
    services.claim_suggestion(suggestion=suggestion, by=one, at=NOW)

    decline(suggestion, one)

    assert not Claim.objects.exists()


def test_what_is_given_back_is_free_for_all(cycle, office_of, journal):
    suggestion, one, other = SuggestionFactory(cycle=cycle), office_of(cycle), office_of(cycle)
    services.claim_suggestion(suggestion=suggestion, by=one, at=NOW)

    with pytest.raises(NotAllowed):
        services.give_back_suggestion(suggestion=suggestion, by=other, at=NOW)
    services.give_back_suggestion(suggestion=suggestion, by=one, at=NOW)

    assert not Claim.objects.exists()
    assert [entry[0] for entry in journal()] == ["suggestion.claimed", "suggestion.given_back"]
    decline(suggestion, other)


def test_what_is_checked_is_not_taken(cycle, office_of):
    with pytest.raises(NotAllowed):
        services.claim_suggestion(suggestion=AcceptedFactory(cycle=cycle), by=office_of(cycle), at=NOW)


def test_what_is_seen_in_a_suggestion_gives_points_and_decides_nothing(cycle, office_of):
    office = office_of(cycle)
    services.list_words(cycle=cycle, kind=ListedKind.ADVERTISING, words="低价代办", by=office, at=NOW)
    SuggestionFactory(cycle=cycle)
    SuggestionFactory(cycle=cycle, title="老楼没有 电梯", matter="六层老楼没有电梯,老人下不了楼!")
    SuggestionFactory(cycle=cycle, matter="看 http://a.example 低价代办")

    weighed = [services.weigh_suggestions(at=NOW), services.weigh_suggestions(at=NOW)]

    assert weighed == [3, 0]
    assert signs() == [(set(), 0), ({"repeated"}, 30), ({"links", "advertising"}, 50)]
    assert set(Suggestion.objects.values_list("state", flat=True)) == {SuggestionState.RECEIVED}


def test_many_of_one_contact_and_very_short_texts_are_signs(cycle):
    for number in range(6):
        ContactFactory(
            suggestion__cycle=cycle, suggestion__matter=f"第{number}件事情需要解决一下好吗谢谢", phone="13900002222"
        )
    SuggestionFactory(cycle=cycle, matter="修路修路修路修路修路")

    services.weigh_suggestions(at=NOW)

    assert signs() == [*[({"contact"}, 15)] * 6, ({"short"}, 10)]


def test_when_words_change_what_waits_is_weighed_anew(cycle, office_of):
    office, waiting, checked = office_of(cycle), SuggestionFactory(cycle=cycle), AcceptedFactory(cycle=cycle)
    services.weigh_suggestions(at=NOW)
    [word] = services.list_words(
        cycle=cycle, kind=ListedKind.SENSITIVE, words="电梯", by=office, at=NOW + timedelta(minutes=1)
    )

    again = services.weigh_suggestions(at=NOW + timedelta(minutes=2))

    points = dict(Suggestion.objects.values_list("pk", "points"))
    assert (again, points) == (1, {waiting.pk: 20, checked.pk: 30})
    services.unlist_word(cycle=cycle, word=word, by=office, at=NOW + timedelta(minutes=3))
    services.weigh_suggestions(at=NOW + timedelta(minutes=4))
    assert Suggestion.objects.get(pk=waiting.pk).points == 0


def test_words_hold_in_the_area_and_below_and_are_journaled(cycle, office_of, journal):
    office, elsewhere = office_of(cycle), SuggestionFactory()

    services.list_words(cycle=cycle, kind=ListedKind.SENSITIVE, words="电梯\n电 梯\n 电梯 ", by=office, at=NOW)
    services.weigh_suggestions(at=NOW)

    assert list(ListedWord.objects.order_by("pk").values_list("word", flat=True)) == ["电梯"]
    assert Suggestion.objects.get(pk=elsewhere.pk).points == 0
    assert journal() == [("word.listed", office.pk, {"listed_kind": "sensitive", "words": ["电梯"]})]
    with pytest.raises(InvalidInput):
        services.list_words(cycle=cycle, kind=ListedKind.SENSITIVE, words="电梯", by=office, at=NOW)


def test_a_word_is_taken_off_by_its_own_office_and_once(cycle, office_of):
    office, other = office_of(cycle), CycleFactory()
    [word] = services.list_words(cycle=cycle, kind=ListedKind.ABUSE, words="坏词", by=office, at=NOW)

    with pytest.raises(NotAllowed):
        services.unlist_word(cycle=other, word=word, by=office, at=NOW)
    with pytest.raises(Conflict):
        services.unlist_word(cycle=other, word=word, by=office_of(other), at=NOW)
    services.unlist_word(cycle=cycle, word=word, by=office, at=NOW)
    with pytest.raises(Conflict):
        services.unlist_word(cycle=cycle, word=word, by=office, at=NOW)


def test_words_come_in_parts_when_they_are_too_many(cycle, office_of, journal):
    words = "\n".join(f"坏词{number}" for number in range(501))

    with pytest.raises(InvalidInput):
        services.list_words(cycle=cycle, kind=ListedKind.ABUSE, words=words, by=office_of(cycle), at=NOW)

    assert not ListedWord.objects.exists()
    assert journal() == []


def test_a_department_keeps_no_words_and_takes_nothing(cycle):
    department = official(Role.DEPARTMENT, cycle.area, OrganisationFactory(area=cycle.area))

    with pytest.raises(NotAllowed):
        services.list_words(cycle=cycle, kind=ListedKind.ABUSE, words="坏词", by=department, at=NOW)
    with pytest.raises(NotAllowed):
        services.claim_suggestion(suggestion=SuggestionFactory(cycle=cycle), by=department, at=NOW)

    assert not ListedWord.objects.exists()
    assert not Claim.objects.exists()


def test_the_queue_is_taken_ordered_and_given_back_in_bulk(client, cycle, office):
    first, second = SuggestionFactory(cycle=cycle), SuggestionFactory(cycle=cycle, matter="看 http://a.example 就知道")
    services.weigh_suggestions(at=NOW)
    queue, keys = at("intake", cycle), f"{first.pk}.{second.pk}"

    client.post(queue, {"act": "claim", "chosen": keys})

    assert Claim.objects.filter(claimed_by=office).count() == 2
    mine = client.get(f"{queue}?claimed=mine&sort=-points")
    assert [row.row for row in mine.context["grid"].rows] == [second, first]
    assert client.get(f"{queue}?claimed=free").context["grid"].rows == []
    client.post(queue, {"act": "give_back", "chosen": keys})
    assert not Claim.objects.exists()


def test_the_text_of_what_waits_is_found_by_who_may_read_it(client, cycle, office):
    waits = SuggestionFactory(cycle=cycle, matter="楼道里堆满了旧家具，走不过去。")
    AcceptedFactory(cycle=cycle, matter="楼道里堆满了旧家具，走不过去。")
    address = f"{at('intake', cycle)}?sent=旧家具"

    own = client.get(address)
    client.force_login(official(Role.DEPARTMENT, cycle.area, OrganisationFactory(area=cycle.area)))
    other = client.get(address)

    assert [row.row for row in own.context["grid"].rows] == [waits]
    assert (other.status_code, other.context["grid"].rows) == (200, [])
    assert ["search-sent" in page.content.decode() for page in (own, other)] == [True, False]


def test_a_suggestion_is_taken_on_its_page_and_a_colleague_is_told(client, cycle, office, office_of):
    suggestion = SuggestionFactory(cycle=cycle)
    page = at("desk_suggestion", cycle, number=suggestion.number)

    taken = client.post(at("suggestion_act", cycle, number=suggestion.number, act="claim"), follow=True)
    client.force_login(office_of(cycle))
    seen = client.get(page)

    assert "归还" in text_of(taken)
    assert office.name in text_of(seen)
    assert not seen.context["may"]["screen"]


def test_words_are_kept_on_a_page(client, cycle, office):
    client.post(at("words", cycle), {"kind": "abuse", "words": "坏词一\n坏词二"})
    word = ListedWord.objects.get(word="坏词一")

    shown = client.get(at("words", cycle))
    client.post(at("word_off", cycle, word=word.pk))

    assert ("坏词一" in text_of(shown), "坏词二" in text_of(shown)) == (True, True)
    assert "坏词一" not in text_of(client.get(at("words", cycle)))


def test_what_is_withdrawn_is_no_longer_weighed(cycle, office_of):
    suggestion = SuggestionFactory(cycle=cycle)
    services.weigh_suggestions(at=NOW)

    services.withdraw_text(suggestion=suggestion, reason=ErasureReason.WISH, by=None, at=NOW)

    assert (SuggestionWeight.objects.count(), services.weigh_suggestions(at=NOW)) == (0, 0)


def test_years_that_are_done_are_not_weighed(db):
    SuggestionFactory(cycle__phase=Phase.CLOSED)

    assert services.weigh_suggestions(at=NOW) == 0


def test_ten_suggestions_are_taken_accepted_linked_and_answered_in_eight_acts(client, cycle, office):
    need, rows = NeedFactory(cycle=cycle), [SuggestionFactory(cycle=cycle) for _number in range(10)]
    queue = at("intake", cycle)
    unit = office.mandates.get().organisation_id
    given = {
        "claim": {},
        "accept": {},
        "link": {"need": need.number},
        "reply": {"organisation": unit, "text": "已列入候选项目，请继续关注老旧小区加装电梯。"},
    }

    for act, fields in given.items():
        seen = client.get(queue).context["grid"].seen
        asked = client.post(queue, {"act": act, "seen": seen, "row": [row.pk for row in rows]})
        client.post(queue, {"act": act, "chosen": asked.context["keys"], "seen": asked.context["seen"], **fields})

    done = Suggestion.objects.filter(cycle=cycle, state=SuggestionState.ACCEPTED, is_linked=True, is_replied=True)
    assert (done.count(), Claim.objects.count()) == (10, 0)
