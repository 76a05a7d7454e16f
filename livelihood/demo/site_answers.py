"""What people say who stand before a site today."""

from datetime import date

from django.db.models import Max

from livelihood.cycles.models import Cycle
from livelihood.demo.people import Team
from livelihood.demo.stage import Stage
from projects.models import Site
from projects.states import SiteState
from projects.surveys.services import answers, figures, surveys
from projects.surveys.states import Grade, Target

GRADES = [Grade.SATISFIED, Grade.BASICALLY_SATISFIED, Grade.DISSATISFIED]


def ask_at_sites(cycle: Cycle, team: Team, stage: Stage, *, closes_on: date) -> None:
    """Ask those who come by the QR codes of the sites; anybody may answer today."""
    chance, by = stage.chance(f"{cycle.area.slug}-survey"), team.office
    survey = surveys.create_survey(
        cycle=cycle, target=Target.SITE, title="点位随手评（演示）", question_zh="您对这个点位满意吗？",
        question_en="Are you satisfied with this site?", opens_on=stage.day(-30), closes_on=closes_on,
        by=by, at=stage.at(-31),
    )  # fmt: skip
    survey = surveys.open_survey(survey=survey, by=by, at=stage.at(-30, 8))
    finished = (
        Site.objects.for_cycle(cycle)
        .filter(state=SiteState.ACCEPTED)
        .annotate(accepted_at=Max("acceptances__inspected_at"))
        .select_related("project")
        .order_by("key")
    )
    for place, site in enumerate(finished[:24]):
        lately = max(1, min(29, (stage.now - site.accepted_at).days))
        for number in range(chance.randint(1, 8)):
            answers.answer_by_qr(
                survey=survey, site=site, grade=chance.choices(GRADES, (74, 20, 6))[0], comment="",
                key=f"{chance.getrandbits(64):020d}", origin=f"demo-{place}-{number}",
                at=stage.at(-chance.randint(1, lately), 18),
            )  # fmt: skip
    figures.aggregate_waiting(at=stage.now)
