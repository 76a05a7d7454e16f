"""Pages of surveys, for the public and for the desk."""

import io
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from livelihood.accounts.roles import Role
from livelihood.kernel.numbers import opaque_id
from projects.surveys import selectors
from projects.surveys.models import Draw, IncomingResponse, Response, Survey
from projects.surveys.services import figures, surveys
from projects.surveys.states import Grade, SurveyChannel, SurveyState, Target
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.surveys import SurveyFactory, arrived, arrived_one, invite, office, project_in, say, site_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture(autouse=True)
def _no_marks():
    cache.clear()


@pytest.fixture
def survey():
    return SurveyFactory(target=Target.SITE)


@pytest.fixture
def site(survey):
    return site_of(project_in(survey.cycle))


def address(name, cycle, **kwargs):
    return reverse(f"surveys:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year, **kwargs})


def at_desk(survey, role=Role.LIVELIHOOD_OFFICE):
    client = Client()
    client.force_login(official(role, survey.cycle.area), backend="django.contrib.auth.backends.ModelBackend")
    return client


def key_in(page):
    (key,) = re.findall(r'name="key" value="([0-9a-z]{20})"', page.content.decode())
    return key


def test_the_answer_page_asks_one_question_and_sets_no_cookie(client, survey, site):
    page = client.get(address("answer_site", survey.cycle, pk=site.pk))

    text = page.content.decode()
    assert "您对它满意吗？" in text
    assert [f'value="{grade}"' in text for grade in Grade] == [True] * 3
    assert not page.cookies
    assert page.headers["Cache-Control"] == "no-store"


def test_answering_at_a_site(client, survey, site):
    url = address("answer_site", survey.cycle, pk=site.pk)
    form = {"grade": "satisfied", "comment": "路灯很亮", "key": key_in(client.get(url))}

    answer = client.post(url, form)
    again = client.post(url, form)

    thanks = address("answer_thanks", survey.cycle)
    assert [(page.status_code, page.url) for page in (answer, again)] == [(302, thanks)] * 2
    assert "谢谢您" in client.get(thanks).content.decode()
    (found,) = arrived("site", "grade", "comment", "channel")
    assert found == (
        site.pk, Grade.SATISFIED, "路灯很亮", SurveyChannel.QR,
    )  # fmt: skip


def test_a_second_answer_of_the_same_phone_is_told_so(client, survey, site):
    url = address("answer_site", survey.cycle, pk=site.pk)
    client.post(url, {"grade": "satisfied", "key": opaque_id()})

    page = client.post(url, {"grade": "dissatisfied", "key": opaque_id()})

    assert page.status_code == 409
    assert "每天只计一次" in page.content.decode()
    assert IncomingResponse.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"grade": "delighted"},
        {"grade": "satisfied", "comment": "长" * 501},
        {"grade": "satisfied", "key": "short"},
    ],
    ids=["empty", "unknown grade", "too long", "damaged"],
)
def test_a_bad_answer_is_shown_again_with_its_fault(client, survey, site, form):
    page = client.post(address("answer_site", survey.cycle, pk=site.pk), {"key": opaque_id(), **form})

    assert page.status_code == 422
    assert 'class="error-summary' in page.content.decode()
    assert not IncomingResponse.objects.exists()


def test_a_control_sign_in_a_comment_is_left_out(client, survey, site):
    answer = {"grade": "satisfied", "comment": "灯\x00太暗", "key": opaque_id()}

    page = client.post(address("answer_site", survey.cycle, pk=site.pk), answer)

    assert page.status_code == 302
    assert arrived_one().comment == "灯太暗"


def test_html_in_a_comment_stays_text(client, survey, site):
    client.post(
        address("answer_site", survey.cycle, pk=site.pk),
        {"grade": "dissatisfied", "comment": "<script>alert(1)</script>\u200b 13812345678", "key": opaque_id()},
    )
    surveys.close_survey(survey=survey, by=office(survey), at=NOW)

    page = at_desk(survey).get(address("desk_survey", survey.cycle, pk=survey.pk)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt; 138********" in page
    assert "<script>alert" not in page


def test_an_answer_from_another_site_is_refused(client, survey, site):
    page = client.post(
        address("answer_site", survey.cycle, pk=site.pk),
        {"grade": "satisfied", "key": opaque_id()},
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert page.status_code == 403
    assert not IncomingResponse.objects.exists()


def test_a_site_of_another_year_is_not_found(client, survey):
    foreign = site_of(project_in(CycleFactory()))

    for name, pk in (("answer_site", foreign.pk), ("answer_project", foreign.project_id), ("answer_site", 0)):
        assert client.get(address(name, survey.cycle, pk=pk)).status_code == 404


def test_without_an_open_survey_the_page_says_so(client, survey, site):
    page = client.get(address("answer_project", survey.cycle, pk=site.project_id))

    assert page.status_code == 200
    assert "目前没有进行中的调查" in page.content.decode()
    assert 'name="grade"' not in page.content.decode()


def test_answering_about_a_project(client):
    survey = SurveyFactory(target=Target.PROJECT)
    project = project_in(survey.cycle)

    page = client.post(
        address("answer_project", survey.cycle, pk=project.pk), {"grade": "dissatisfied", "key": opaque_id()}
    )

    assert page.status_code == 302
    answer = arrived_one()
    assert (answer.project, answer.site) == (project, None)


def test_answering_by_code_takes_two_steps_and_counts_once(client):
    survey = SurveyFactory()
    code, *_others = invite(survey)
    url = reverse("surveys:answer_code")

    question = client.post(url, {"code": code})
    answer = client.post(url, {"code": code, "grade": "satisfied", "comment": ""})
    again = client.post(url, {"code": code, "grade": "dissatisfied", "comment": ""})

    assert "您对它满意吗？" in question.content.decode()
    assert f'value="{code}"' in question.content.decode()
    assert 'class="error-summary' not in question.content.decode()
    assert (answer.status_code, answer.url) == (302, address("answer_thanks", survey.cycle))
    assert again.status_code == 409
    assert arrived("grade") == [(Grade.SATISFIED,)]


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "x" * 500])
def test_a_wrong_code_is_told_so(client, code):
    invite(SurveyFactory())

    page = client.post(reverse("surveys:answer_code"), {"code": code, "grade": "satisfied"})

    assert page.status_code == 422
    assert not IncomingResponse.objects.exists()


def test_a_code_without_a_grade_is_asked_again(client):
    code, *_others = invite(SurveyFactory())

    page = client.post(reverse("surveys:answer_code"), {"code": code, "comment": "好"})

    assert page.status_code == 422
    assert 'class="error-summary' in page.content.decode()
    assert not IncomingResponse.objects.exists()


def answered(survey, number):
    """A project with five answers by QR code and two by invitation, counted."""
    project = project_in(survey.cycle, number)
    for grade in [Grade.SATISFIED] * 4 + [Grade.DISSATISFIED]:
        say(survey, grade, project=project)
    Response.objects.bulk_create(
        Response(
            survey=survey,
            project=project,
            channel=SurveyChannel.INVITATION,
            grade=Grade.BASICALLY_SATISFIED,
            day=NOW.date(),
        )
        for _number in range(2)
    )
    figures.take_in(survey, at=NOW)
    figures.count_all(survey, at=NOW)
    return project


def test_satisfaction_shows_counts_always_and_shares_of_large_groups_only(client):
    survey = SurveyFactory(target=Target.PROJECT)
    answered(survey, 1)

    page = client.get(address("satisfaction", survey.cycle)).content.decode()

    cells = [re.sub(r"<[^>]*>|\s", "", cell) for cell in re.findall(r"<td.*?</td>", page, re.DOTALL)]
    assert cells[:14] == ["受邀", "0", "2", "0", "2", "–", "–", "扫码", "4", "0", "1", "5", "80%", "80%"]
    assert cells[14:] == ["1项目1", *cells[0:7], "1项目1", *cells[7:14]]
    assert page.count('class="chart-svg"') == 2
    assert "<style" not in page


def test_satisfaction_gives_invitations_a_margin_and_their_response_rate(client):
    survey = SurveyFactory()
    invite(survey, 10)
    IncomingResponse.objects.bulk_create(
        IncomingResponse(survey=survey, channel=SurveyChannel.INVITATION, grade=grade, day=NOW.date())
        for grade in [Grade.SATISFIED] * 8 + [Grade.DISSATISFIED] * 2
    )
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)
    Draw.objects.update(answered=10)

    page = client.get(address("satisfaction", survey.cycle)).content.decode()

    assert "80%（49% 至 94.3%）" in page
    assert "100%" in page


@pytest.mark.parametrize("count", [1, 3])
def test_satisfaction_takes_the_same_queries_for_one_and_three_projects(client, django_assert_num_queries, count):
    survey = SurveyFactory(target=Target.PROJECT)
    for number in range(1, count + 1):
        answered(survey, number)
    url = address("satisfaction", survey.cycle)
    client.get(url)

    with django_assert_num_queries(7):
        page = client.get(url)

    assert page.content.decode().count("项目") >= count
    assert not page.cookies
    assert "public" in page.headers["Cache-Control"]


def test_a_draft_is_not_public(client):
    survey = SurveyFactory(state=SurveyState.DRAFT, title="还没开始的调查")

    page = client.get(address("satisfaction", survey.cycle)).content.decode()

    assert "还没开始的调查" not in page
    assert "尚未开展调查" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_lists_surveys_with_the_same_queries(django_assert_num_queries, count):
    first = SurveyFactory(state=SurveyState.CLOSED, title="年底问卷")
    for _number in range(count - 1):
        SurveyFactory(cycle=first.cycle, state=SurveyState.CLOSED, title="年底问卷")
    client, url = at_desk(first), address("desk_surveys", first.cycle)
    client.get(url)

    with django_assert_num_queries(9):
        page = client.get(url)

    assert page.content.decode().count("年底问卷</a>") == count


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.CPPCC_MEMBER])
def test_who_does_not_work_at_the_desk_sees_no_survey(role):
    survey = SurveyFactory()
    client = at_desk(survey, role)

    for name, kwargs in (("desk_surveys", {}), ("desk_survey", {"pk": survey.pk}), ("survey_create", {})):
        assert client.get(address(name, survey.cycle, **kwargs)).status_code == 403


def test_a_survey_of_another_year_is_not_found():
    survey, foreign = SurveyFactory(), SurveyFactory()
    client = at_desk(survey)

    for name, kwargs in (("desk_survey", {}), ("survey_move", {"verb": "close"}), ("invitations_draw", {})):
        assert client.get(address(name, survey.cycle, pk=foreign.pk, **kwargs)).status_code == 404


def test_a_survey_is_made_opened_closed_and_frozen_by_hand():
    survey = SurveyFactory(state=SurveyState.CLOSED, target=Target.SITE)
    client = at_desk(survey)
    made = client.post(
        address("survey_create", survey.cycle),
        {"title": "项目评价", "target": "project", "question_zh": "满意吗？", "opens_on": "2024-11-01",
         "closes_on": "2024-11-30", "smallest_shown": "5"},
    )  # fmt: skip
    new = Survey.objects.get(title="项目评价")
    assert (made.status_code, made.url) == (302, address("desk_survey", survey.cycle, pk=new.pk))

    for verb, state in (("open", "open"), ("close", "closed"), ("freeze", "frozen")):
        url = address("survey_move", survey.cycle, pk=new.pk, verb=verb)
        confirm = client.get(url)
        assert confirm.status_code == 200
        new.refresh_from_db()
        assert new.state != state
        assert client.post(url).status_code == 302
        new.refresh_from_db()
        assert new.state == state

    assert client.get(address("survey_move", survey.cycle, pk=new.pk, verb="open")).status_code == 403
    assert client.get(address("survey_move", survey.cycle, pk=new.pk, verb="explode")).status_code == 404


def test_a_survey_with_wrong_dates_is_shown_again():
    survey = SurveyFactory(state=SurveyState.CLOSED)

    page = at_desk(survey).post(
        address("survey_create", survey.cycle),
        {"title": "评价", "target": "site", "question_zh": "满意吗？", "opens_on": "2024-11-30",
         "closes_on": "2024-11-01", "smallest_shown": "5"},
    )  # fmt: skip

    assert page.status_code == 422
    assert "结束日期早于开始日期" in page.content.decode()
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_codes_are_handed_out_once_as_a_file(client, file_format):
    survey = SurveyFactory()
    form = {"area": survey.cycle.area.pk, "count": "6", "file_format": file_format, "key": opaque_id()}
    desk, url = at_desk(survey), address("invitations_draw", survey.cycle, pk=survey.pk)

    file = desk.post(url, form)
    again = desk.post(url, form)

    content = b"".join(file.streaming_content)
    rows: list[list[Any]]
    if file_format == "xlsx":
        rows = [*CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()]
    else:
        rows = [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    codes = [row[0] for row in rows[1:]]
    assert rows[0][0] == "邀请码"
    assert len(codes) == 6
    assert all(selectors.invitation(code) for code in codes)
    assert file.headers["Cache-Control"] == "no-store"
    assert again.status_code == 422
    assert Draw.objects.count() == 1


def test_drawing_for_a_site_needs_one_of_this_year(survey, site):
    foreign = site_of(project_in(CycleFactory()))
    form = {"area": survey.cycle.area.pk, "count": "6", "file_format": "csv", "key": opaque_id(), "site": foreign.pk}

    page = at_desk(survey).post(address("invitations_draw", survey.cycle, pk=survey.pk), form)

    assert page.status_code == 422
    assert not Draw.objects.exists()


def test_figures_and_surveys_by_api(client):
    survey = SurveyFactory(target=Target.PROJECT)
    SurveyFactory(cycle=survey.cycle, state=SurveyState.DRAFT)
    project = answered(survey, 1)

    listed = client.get("/api/v1/surveys/").json()["results"]
    rows = client.get(f"/api/v1/satisfaction/?survey={survey.pk}&project={project.pk}&channel=qr").json()["results"]

    assert [(row["id"], row["cycle"]["area"], row["target"], row["state"]) for row in listed] == [
        (survey.pk, survey.cycle.area.code, "project", "open")
    ]
    assert [(row["satisfied"], row["basically_satisfied"], row["dissatisfied"], row["n"]) for row in rows] == [
        (4, 0, 1, 5)
    ]
