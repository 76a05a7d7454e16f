"""What may be done (Permission) and who may do it (Role): data with a written description, no code per role."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One kind of act. A rule asks for a permission in an area and adds phase and object to it."""

    # the frame
    MANAGE_PEOPLE = "manage_people"
    CONFIRM_MANDATES = "confirm_mandates"
    KEEP_IMPRINT = "keep_imprint"
    MANAGE_CYCLE = "manage_cycle"
    PUBLISH_NEWS = "publish_news"
    KEEP_AREAS = "keep_areas"
    KEEP_ORGANISATIONS = "keep_organisations"
    READ_JOURNAL = "read_journal"
    # collect and plan
    PUBLISH_LETTER = "publish_letter"
    SCREEN_SUGGESTIONS = "screen_suggestions"
    REPLY_TO_SUGGESTIONS = "reply_to_suggestions"
    READ_CONTACTS = "read_contacts"
    BUILD_CANDIDATES = "build_candidates"
    FREEZE_CANDIDATES = "freeze_candidates"
    # decide
    PREPARE_ROUND = "prepare_round"
    RUN_ROUND = "run_round"
    CONFIRM_ROUND = "confirm_round"
    SIGN_IN_DEPUTIES = "sign_in_deputies"
    HAND_OUT_CARDS = "hand_out_cards"
    COUNT_PAPER = "count_paper"
    VOTE = "vote"
    SUBMIT_FOR_REVIEW = "submit_for_review"
    GIVE_OPINION = "give_opinion"
    ANSWER_OPINIONS = "answer_opinions"
    ADOPT_LIST = "adopt_list"
    # deliver
    MANAGE_PROJECTS = "manage_projects"
    ALLOCATE_TARGETS = "allocate_targets"
    IMPORT_SITES = "import_sites"
    REPORT_PROGRESS = "report_progress"
    SUPERVISE = "supervise"
    ACCEPT_SITES = "accept_sites"
    # evaluate
    RUN_SURVEYS = "run_surveys"
    PUBLISH_ANNOUNCEMENT = "publish_announcement"
    BUILD_REPORTS = "build_reports"
    # read what is not public
    READ_DESK = "read_desk"


RIGHTS: dict[Permission, str | Promise] = {
    Permission.MANAGE_PEOPLE: _("give accounts and mandates"),
    Permission.CONFIRM_MANDATES: _(
        "confirm mandates of those who run a vote and of administrators, which somebody else has given"
    ),
    Permission.KEEP_IMPRINT: _("change the settings of the portal"),
    Permission.KEEP_AREAS: _("keep the areas below"),
    Permission.KEEP_ORGANISATIONS: _("keep organisations"),
    Permission.MANAGE_CYCLE: _("open a year, date its phases and move it on"),
    Permission.PUBLISH_NEWS: _("publish news of the area and its years"),
    Permission.READ_JOURNAL: _("read the journal"),
    Permission.PUBLISH_LETTER: _("write and publish the open letter"),
    Permission.SCREEN_SUGGESTIONS: _("screen suggestions and gather them into needs"),
    Permission.REPLY_TO_SUGGESTIONS: _("answer suggestions"),
    Permission.READ_CONTACTS: _("read the contacts of citizens, each time noted in the journal"),
    Permission.BUILD_CANDIDATES: _("write candidates and feasibility sheets"),
    Permission.FREEZE_CANDIDATES: _("freeze the list of candidates"),
    Permission.PREPARE_ROUND: _("prepare a voting round and its roll"),
    Permission.RUN_ROUND: _("open, close and announce the vote, with a second person"),
    Permission.CONFIRM_ROUND: _("confirm each step of the vote"),
    Permission.SIGN_IN_DEPUTIES: _("confirm that deputies are present"),
    Permission.HAND_OUT_CARDS: _("hand out cards and papers, prepare the machines of the hall"),
    Permission.COUNT_PAPER: _("enter the count of paper ballots"),
    Permission.VOTE: _("vote, once, in person"),
    Permission.SUBMIT_FOR_REVIEW: _("submit the list for review"),
    Permission.GIVE_OPINION: _("give opinions on the list"),
    Permission.ANSWER_OPINIONS: _("answer opinions"),
    Permission.ADOPT_LIST: _("record that the list was adopted"),
    Permission.MANAGE_PROJECTS: _("keep the two lists of the year"),
    Permission.ALLOCATE_TARGETS: _("allocate targets to areas"),
    Permission.IMPORT_SITES: _("import sites"),
    Permission.REPORT_PROGRESS: _("report progress"),
    Permission.SUPERVISE: _("supervise, and close notices"),
    Permission.ACCEPT_SITES: _("accept sites"),
    Permission.RUN_SURVEYS: _("run surveys"),
    Permission.PUBLISH_ANNOUNCEMENT: _("publish the announcement"),
    Permission.BUILD_REPORTS: _("build reports"),
    Permission.READ_DESK: _("read the desk"),
}
"""What each permission lets a person do, in words."""


class Role(models.TextChoices):
    """The hats people wear in the yearly cycle."""

    LIVELIHOOD_OFFICE = "livelihood_office", _("Livelihood office")
    DEPARTMENT = "department", _("Department")
    IMPLEMENTING_UNIT = "implementing_unit", _("Implementing unit")
    SUPERVISION_OFFICE = "supervision_office", _("Supervision office")
    DEPUTY = "deputy", _("Deputy")
    CPPCC_MEMBER = "cppcc_member", _("CPPCC member")
    CONGRESS_STAFF = "congress_staff", _("Congress staff")
    CHAIR = "chair", _("Presiding officer")
    SCRUTINEER = "scrutineer", _("Scrutineer")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


@dataclass(frozen=True, slots=True)
class RoleCard:
    """A role as data.

    description: what the person does, for the people page and the manuals.
    permissions: what the role may do in its area.
    reaches_down: those of them that also hold in every area below.
    needs_second_factor: whether who holds it signs in by a second factor too, unless an installation says otherwise.
    may_have_stand_in: whether somebody else may hold the mandate while its holder is away.
    takes_two: whether a mandate of it waits until a second person confirms it; nobody holds two such roles in one area.
    """

    description: str | Promise
    permissions: frozenset[Permission]
    reaches_down: frozenset[Permission] = frozenset()
    may_have_stand_in: bool = True
    needs_second_factor: bool = False
    takes_two: bool = False


P = Permission

ADMINISTRATION = frozenset({
    P.READ_DESK, P.MANAGE_PEOPLE, P.CONFIRM_MANDATES, P.KEEP_IMPRINT, P.MANAGE_CYCLE, P.KEEP_AREAS,
    P.KEEP_ORGANISATIONS, P.READ_JOURNAL,
})  # fmt: skip

ROLES: dict[Role, RoleCard] = {
    Role.LIVELIHOOD_OFFICE: RoleCard(
        _("Runs the year from the letter to the report, and reads the desks of the areas below."),
        frozenset({
            P.READ_DESK, P.MANAGE_CYCLE, P.PUBLISH_NEWS, P.KEEP_ORGANISATIONS,
            P.PUBLISH_LETTER, P.SCREEN_SUGGESTIONS, P.REPLY_TO_SUGGESTIONS,
            P.READ_CONTACTS, P.BUILD_CANDIDATES, P.FREEZE_CANDIDATES, P.SUBMIT_FOR_REVIEW, P.ANSWER_OPINIONS,
            P.MANAGE_PROJECTS, P.ALLOCATE_TARGETS, P.IMPORT_SITES, P.RUN_SURVEYS, P.PUBLISH_ANNOUNCEMENT,
            P.BUILD_REPORTS,
        }),
        reaches_down=frozenset({P.READ_DESK}),
        needs_second_factor=True,
    ),
    Role.DEPARTMENT: RoleCard(
        _("Answers suggestions, writes feasibility sheets, leads projects, accepts sites."),
        frozenset({
            P.READ_DESK, P.REPLY_TO_SUGGESTIONS, P.BUILD_CANDIDATES, P.ANSWER_OPINIONS, P.IMPORT_SITES,
            P.REPORT_PROGRESS, P.ACCEPT_SITES,
        }),
    ),
    Role.IMPLEMENTING_UNIT: RoleCard(
        _("Builds the sites it is responsible for and reports their progress."),
        frozenset({P.READ_DESK, P.REPORT_PROGRESS}),
    ),
    Role.SUPERVISION_OFFICE: RoleCard(
        _("Watches dates and lights, issues notices, checks that they are put right."),
        frozenset({P.READ_DESK, P.SUPERVISE}),
        reaches_down=frozenset({P.READ_DESK, P.SUPERVISE}),
    ),
    Role.DEPUTY: RoleCard(
        _("Votes on the candidates, gives opinions, supervises and grades."),
        frozenset({P.VOTE, P.GIVE_OPINION}),
        may_have_stand_in=False,
    ),
    Role.CPPCC_MEMBER: RoleCard(
        _("Gives opinions on the list submitted to the two sessions."),
        frozenset({P.GIVE_OPINION}),
        may_have_stand_in=False,
    ),
    Role.CONGRESS_STAFF: RoleCard(
        _("Prepares the voting round, keeps the roll, signs deputies in, records review and adoption."),
        frozenset({
            P.READ_DESK, P.CONFIRM_MANDATES, P.PREPARE_ROUND, P.SIGN_IN_DEPUTIES, P.HAND_OUT_CARDS, P.COUNT_PAPER,
            P.ADOPT_LIST,
        }),
        needs_second_factor=True,
        takes_two=True,
    ),
    Role.CHAIR: RoleCard(
        _("Opens, closes and announces the vote, together with a scrutineer."),
        frozenset({P.READ_DESK, P.RUN_ROUND}),
        may_have_stand_in=False,
        needs_second_factor=True,
        takes_two=True,
    ),
    Role.SCRUTINEER: RoleCard(
        _("Confirms opening, closing, count, announcement and who is present; watches the tellers."),
        frozenset({P.READ_DESK, P.CONFIRM_ROUND, P.SIGN_IN_DEPUTIES, P.COUNT_PAPER}),
        may_have_stand_in=False,
        needs_second_factor=True,
        takes_two=True,
    ),
    Role.AUDITOR: RoleCard(
        _("Reads everything, the journal included; changes nothing."),
        frozenset({P.READ_DESK, P.READ_JOURNAL}),
        reaches_down=frozenset({P.READ_DESK, P.READ_JOURNAL}),
    ),
    Role.ADMINISTRATOR: RoleCard(
        _("Keeps areas, organisations, people and mandates. Has no right in any vote."),
        ADMINISTRATION,
        reaches_down=ADMINISTRATION,
        needs_second_factor=True,
    ),
}  # fmt: skip

TAKE_TWO = tuple(role for role, card in ROLES.items() if card.takes_two)
"""Those who run a vote, and confirm each other's steps."""

CONFIRMED = (*TAKE_TWO, Role.ADMINISTRATOR)
"""Whose mandates a second person confirms: those who run a vote, and who can confirm them, once there is a second."""

FROM_OTHERS = (*TAKE_TWO, Role.DEPUTY, Role.CPPCC_MEMBER, Role.AUDITOR)
"""Those who vote, run a vote or watch the others: nobody gives themselves such a mandate."""

SINCE_TODAY = (*TAKE_TWO, Role.AUDITOR, Role.ADMINISTRATOR)
"""Whose mandates begin before the day on which they are given only with a reason."""
