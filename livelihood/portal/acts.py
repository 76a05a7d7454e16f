"""The acts of the journal in words. The journal itself keeps their codes: words change, codes do not."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.acts import AccountAct
from livelihood.audit.acts import Act
from livelihood.cycles.acts import CycleAct
from livelihood.imports.acts import ImportAct
from livelihood.imprint.acts import ImprintAct
from livelihood.inbox.acts import InboxAct
from livelihood.kernel.errors import Text
from livelihood.lists.acts import ListAct
from livelihood.news.acts import NewsAct
from livelihood.privacy.acts import PrivacyAct
from projects.acts import ProjectAct
from projects.reports.acts import ReportAct
from projects.surveys.acts import SurveyAct
from proposals.acts import ProposalAct
from voting.acts import VotingAct

ACTS: dict[str, Text] = {
    # the frame
    CycleAct.AREA_ADDED: _("Area added"),
    CycleAct.AREA_ENDED: _("Area ended"),
    CycleAct.AREA_LOADED: _("Area loaded"),
    CycleAct.AREA_RENAMED: _("Area renamed"),
    CycleAct.AREA_REVISED: _("Area corrected"),
    CycleAct.CYCLE_ADOPTED: _("List of a year adopted that was decided elsewhere"),
    CycleAct.CYCLE_ADOPTION_CORRECTED: _("Decision of an adopted list corrected"),
    CycleAct.CYCLE_ADOPTION_WITHDRAWN: _("Adoption of a list taken back"),
    CycleAct.CYCLE_ADVANCED: _("Year moved to its next phase"),
    CycleAct.CYCLE_BEGUN: _("Year begun"),
    CycleAct.CYCLE_DATED: _("Phases dated"),
    CycleAct.CYCLE_DISCARDED: _("Draft of a year discarded"),
    CycleAct.CYCLE_EDITED: _("Draft of a year changed"),
    CycleAct.CYCLE_OPENED: _("Year opened"),
    CycleAct.CYCLE_TAKEN_BACK: _("Year taken back to the phase before"),
    AccountAct.ACCESS_REFUSED: _("Access refused"),
    AccountAct.CODE_ASKED_FOR: _("One-time code sent by mail"),
    AccountAct.CODE_ISSUED: _("One-time code issued"),
    AccountAct.CODE_USED: _("One-time code used and password set"),
    AccountAct.FACTOR_ADDED: _("Second factor added"),
    AccountAct.FACTOR_REMOVED: _("Second factor removed"),
    AccountAct.FACTORS_RESET: _("Second factors reset"),
    AccountAct.LEAVE_ENDED: _("Leave ended"),
    AccountAct.LEAVE_GIVEN: _("Leave noted"),
    AccountAct.MANDATE_CONFIRMED: _("Mandate confirmed"),
    AccountAct.MANDATE_ENDED: _("Mandate ended"),
    AccountAct.MANDATE_GIVEN: _("Mandate given"),
    AccountAct.MANDATE_REFUSED: _("Mandate not confirmed"),
    AccountAct.MANDATE_STAND_IN_NAMED: _("Stand-in named"),
    AccountAct.MANDATE_TAKEN_BACK: _("Mandate taken back with its import"),
    AccountAct.MANDATE_WITHDRAWN: _("Mandate taken back before it was confirmed"),
    AccountAct.PASSWORD_CHANGED: _("Password changed"),
    AccountAct.PROVIDER_LINKED: _("Identity provider linked"),
    AccountAct.RECOVERY_CODE_USED: _("Recovery code used"),
    AccountAct.RECOVERY_CODES_MADE: _("Recovery codes made"),
    AccountAct.SESSIONS_ENDED: _("Sign-ins ended"),
    AccountAct.SIGNED_IN: _("Signed in"),
    AccountAct.SIGN_IN_CLOSED: _("Sign-in closed for a while after too many wrong passwords"),
    AccountAct.SIGN_IN_REFUSED: _("Sign-in refused"),
    AccountAct.USER_CHANGED: _("Name or mail address changed"),
    AccountAct.USER_CLOSED: _("Account closed"),
    AccountAct.USER_REOPENED: _("Account opened again"),
    ImprintAct.PAGE_OPENED: _("Page of the portal added"),
    ImprintAct.SETTING_RESTORED: _("Setting of the portal put back"),
    ImprintAct.SETTING_WRITTEN: _("Setting of the portal written"),
    AccountAct.USER_TAKEN_BACK: _("Account taken back with its import"),
    CycleAct.ORGANISATION_CREATED: _("Organisation created"),
    CycleAct.ORGANISATION_ENDED: _("Organisation ended"),
    CycleAct.ORGANISATION_MERGED: _("Organisation merged into another"),
    CycleAct.ORGANISATION_RENAMED: _("Organisation renamed"),
    CycleAct.ORGANISATION_REVISED: _("Organisation corrected"),
    AccountAct.USER_CREATED: _("Account created"),
    ImportAct.DROPPED: _("Import dropped"),
    ImportAct.FILE_TAKEN: _("File of an import downloaded"),
    ImportAct.RECEIVED: _("File for import received"),
    ImportAct.TAKEN_BACK: _("Import taken back"),
    ImportAct.WRITTEN: _("Import written"),
    PrivacyAct.FORGOTTEN: _("Personal data over its period forgotten"),
    PrivacyAct.PERIOD_SET: _("Period of personal data set"),
    ListAct.TAKEN: _("List downloaded as a file"),
    InboxAct.MAILS_STOPPED: _("Mails about one's work stopped"),
    InboxAct.WISHES_CHANGED: _("Wishes for messages changed"),
    ListAct.VIEW_CHOSEN: _("View with which a list opens changed"),
    ListAct.VIEW_DROPPED: _("View of a list deleted"),
    ListAct.VIEW_SAVED: _("View of a list saved"),
    NewsAct.PUBLISHED: _("News published"),
    NewsAct.WITHDRAWN: _("News withdrawn"),
    # collect and plan
    ProposalAct.ANSWER_RULE_WRITTEN: _("Days to answer set"),
    ProposalAct.CANDIDATE_CARRIED_OVER: _("Candidate carried over"),
    ProposalAct.CANDIDATE_DRAFTED: _("Candidate drafted"),
    ProposalAct.CANDIDATE_DISCARDED: _("Draft of a candidate discarded as a mistake"),
    ProposalAct.CANDIDATE_DROPPED: _("Candidate left off the list"),
    ProposalAct.CANDIDATE_PROPOSED: _("Candidate proposed"),
    ProposalAct.CANDIDATE_REVISED: _("Candidate worded anew"),
    ProposalAct.CANDIDATE_SHEET_WRITTEN: _("Feasibility sheet written"),
    ProposalAct.CANDIDATES_FROZEN: _("Candidate list frozen"),
    ProposalAct.LETTER_CORRECTED: _("Published letter corrected"),
    ProposalAct.LETTER_DRAFTED: _("Open letter written"),
    ProposalAct.LETTER_REDRAFTED: _("Open letter changed"),
    ProposalAct.LETTER_PUBLISHED: _("Open letter published"),
    ProposalAct.NEED_LINKED: _("Need linked to a candidate"),
    ProposalAct.NEED_OPENED: _("Need opened"),
    ProposalAct.NEED_TURNED_DOWN: _("Need turned down"),
    ProposalAct.NOTE_WITHDRAWN: _("Internal note withdrawn"),
    ProposalAct.NOTE_WRITTEN: _("Internal note written"),
    ProposalAct.PROGRESS_ENDED: _("Word of progress taken out of the list"),
    ProposalAct.PROGRESS_NAMED: _("Word of progress put into the list"),
    ProposalAct.SPECIAL_DAY_DROPPED: _("Day taken out of the working days of the office"),
    ProposalAct.SPECIAL_DAY_NOTED: _("Day entered into the working days of the office"),
    ProposalAct.RECEIPTS_PUBLISHED: _("Receipts published"),
    ProposalAct.SUGGESTION_ACCEPTED: _("Suggestion taken up"),
    ProposalAct.SUGGESTION_ASKED: _("Sender asked"),
    ProposalAct.SUGGESTION_ASKED_AGAIN: _("Sender reminded of a question"),
    ProposalAct.SUGGESTION_CLAIMED: _("Suggestion taken to be checked"),
    ProposalAct.SUGGESTION_CONTACT_CORRECTED: _("Contact corrected"),
    ProposalAct.SUGGESTION_CONTACT_ERASED: _("Contact removed"),
    ProposalAct.SUGGESTION_CONTACT_READ: _("Contact and original text read"),
    ProposalAct.SUGGESTION_DECLINED: _("Suggestion not taken up"),
    ProposalAct.SUGGESTION_GIVEN_BACK: _("Suggestion given back to the queue"),
    ProposalAct.SUGGESTION_HANDED_OVER: _("Suggestion handed over"),
    ProposalAct.SUGGESTION_LINKED: _("Suggestion linked to a need"),
    ProposalAct.SUGGESTION_MASKED: _("Words of a suggestion masked"),
    ProposalAct.SUGGESTION_QUESTION_ANSWERED: _("Sender has answered a question"),
    ProposalAct.SUGGESTION_QUESTION_LAPSED: _("Question to the sender not answered in time"),
    ProposalAct.SUGGESTION_QUESTION_WITHDRAWN: _("Question to the sender taken back"),
    ProposalAct.SUGGESTION_OBJECTED: _("Objection to the need of a suggestion"),
    ProposalAct.SUGGESTION_OBJECTION_ANSWERED: _("Objection answered"),
    ProposalAct.SUGGESTION_RECEIVED: _("Suggestion received"),
    ProposalAct.SUGGESTION_REPLIED: _("Suggestion answered"),
    ProposalAct.SUGGESTION_REPLY_CORRECTED: _("Reply corrected"),
    ProposalAct.SUGGESTION_REPLY_DRAFTED: _("Reply written, to be sent by another"),
    ProposalAct.SUGGESTION_REPLY_RETURNED: _("Reply returned unsent"),
    ProposalAct.SUGGESTION_REPLY_TAKEN_BACK: _("Reply taken back before it was sent"),
    ProposalAct.SUGGESTION_REWORDED: _("Public wording of a suggestion changed"),
    ProposalAct.SUGGESTION_UNLINKED: _("Suggestion unlinked from a need"),
    ProposalAct.SUGGESTION_UNPUBLISHED: _("Suggestion taken back from the public"),
    ProposalAct.SUGGESTION_WITHDRAWN: _("Text of a suggestion withdrawn"),
    ProposalAct.SUGGESTION_WORDING_MASKED: _("Words of a public wording masked"),
    ProposalAct.WORD_LISTED: _("Words put on a list"),
    ProposalAct.WORD_UNLISTED: _("Word taken off a list"),
    ProposalAct.TEMPLATE_ENDED: _("Text of replies taken out of the list"),
    ProposalAct.TEMPLATE_WRITTEN: _("Text of replies kept"),
    # decide
    VotingAct.BALLOT_CAST: _("Ballot cast"),
    VotingAct.BALLOTS_OPENED: _("Sealed ballots opened"),
    VotingAct.CREDENTIAL_ISSUED: _("Sign-in card issued"),
    VotingAct.CREDENTIAL_USED: _("Sign-in card used"),
    VotingAct.CREDENTIALS_ISSUED: _("Sign-in cards issued"),
    VotingAct.DEPUTY_SIGN_IN_UNDONE: _("Sign-in of a deputy undone"),
    VotingAct.DEPUTY_SIGNED_IN: _("Deputy signed in"),
    VotingAct.DEPUTY_SUBSTITUTED: _("Deputy substituted on the roll"),
    VotingAct.HALF_DRAWN: _("Half of the key drawn"),
    VotingAct.HALF_HANDED_IN: _("Half of the key put in"),
    VotingAct.HALF_TRIED: _("Half of the key typed back"),
    VotingAct.KIOSK_OPENED: _("Voting machine of the hall opened"),
    VotingAct.KIOSK_REVOKED: _("Voting machine of the hall revoked"),
    VotingAct.LIST_REVISED: _("List under review revised"),
    VotingAct.LOG_CHECKED: _("Log of the database looked at after the vote"),
    VotingAct.OPINION_ANSWERED: _("Opinion answered"),
    VotingAct.OPINION_GIVEN: _("Opinion given"),
    VotingAct.PAPER_HANDED_OUT: _("Paper ballot handed out"),
    VotingAct.PAPER_TAKEN_BACK: _("Paper ballot taken back"),
    VotingAct.PAPERS_COUNTED: _("Paper ballots counted"),
    VotingAct.PAPERS_HANDED_OUT: _("Paper ballots handed out to all present"),
    VotingAct.PAPERS_MERGED: _("Paper count added to the result"),
    VotingAct.PAPERS_SHEET_ENTERED: _("Sheet of the paper count entered"),
    VotingAct.REVIEW_ADOPTED: _("List adopted"),
    VotingAct.REVIEW_SUBMITTED: _("List submitted for review"),
    VotingAct.ROLL_CLEARED: _("Lines taken off the roll"),
    VotingAct.ROLL_IMPORTED: _("Roll imported"),
    VotingAct.ROUND_ANNOUNCED: _("Result announced"),
    VotingAct.ROUND_CLOSED: _("Vote closed"),
    VotingAct.ROUND_COUNTED: _("Ballots counted"),
    VotingAct.ROUND_CREATED: _("Round created"),
    VotingAct.ROUND_IN_TERM_STATED: _("Deputies in term by law entered"),
    VotingAct.ROUND_MOVED_TO_PAPER: _("Round moved to paper"),
    VotingAct.ROUND_OFFICERS_NAMED: _("Officers of the vote named"),
    VotingAct.ROUND_OPENED: _("Vote opened"),
    VotingAct.ROUND_PAUSED: _("Vote paused"),
    VotingAct.ROUND_REMINDED: _("Deputies reminded"),
    VotingAct.ROUND_RESUMED: _("Vote resumed"),
    VotingAct.ROUND_ROLL_LOCKED: _("Roll locked"),
    VotingAct.ROUND_RULES_LOCKED: _("Rules of the vote locked"),
    VotingAct.ROUND_RULES_WRITTEN: _("Rules of the vote written"),
    VotingAct.ROUND_SHEET_BROUGHT: _("Signed tally sheet brought as a scan"),
    VotingAct.ROUND_SIGN_IN_OPENED: _("Sign-in opened"),
    VotingAct.ROUND_STEP_PROPOSED: _("Step of the vote proposed"),
    VotingAct.ROUND_STEP_WITHDRAWN: _("Step of the vote withdrawn"),
    VotingAct.ROUND_VOIDED: _("Round declared void"),
    # deliver
    ProjectAct.INDICATOR_ADDED: _("Indicator added"),
    ProjectAct.INDICATOR_ALLOCATED: _("Target allocated to areas"),
    ProjectAct.INDICATOR_CHANGED: _("Indicator changed"),
    ProjectAct.INDICATOR_REPORTED: _("Progress of an indicator reported"),
    ProjectAct.LIGHT_RULE_SET: _("Rules of the lights set"),
    ProjectAct.NOTICE_ANSWERED: _("Notice answered"),
    ProjectAct.NOTICE_CLOSED: _("Notice closed"),
    ProjectAct.NOTICE_RETURNED: _("Answer to a notice returned"),
    ProjectAct.NOTICES_ISSUED: _("Notices issued"),
    ProjectAct.PROJECT_ADDED: _("Project added"),
    ProjectAct.PROJECT_CLOSED_OUT: _("Project closed out"),
    ProjectAct.PROJECT_HANDED_OVER: _("Project taken from the decision"),
    ProjectAct.SITE_ACCEPT: _("Site accepted"),
    ProjectAct.SITE_ADDED: _("Site added"),
    ProjectAct.SITE_CORRECTED: _("Site corrected"),
    ProjectAct.SITE_REPORTED: _("Progress of a site reported"),
    ProjectAct.SITE_RETURN: _("Site returned for repair"),
    ProjectAct.SITE_START: _("Site started"),
    ProjectAct.SITES_WRITTEN: _("Sites written"),
    ProjectAct.STANDARD_ADDED: _("Standard added"),
    ProjectAct.STANDARD_WRITTEN: _("Standard written"),
    # evaluate
    ReportAct.ANNOUNCEMENT_PUBLISHED: _("Announcement published"),
    ReportAct.REPORT_BUILT: _("Report built"),
    ReportAct.REPORT_REQUESTED: _("Report requested"),
    ReportAct.REPORT_RETRIED: _("Report requested again"),
    SurveyAct.SATISFACTION_PUBLISHED: _("Published satisfaction entered"),
    SurveyAct.SURVEY_CLOSED: _("Survey closed"),
    SurveyAct.SURVEY_CREATED: _("Survey created"),
    SurveyAct.SURVEY_FROZEN: _("Figures of a survey frozen"),
    SurveyAct.SURVEY_INVITATIONS_DRAWN: _("Invitations drawn"),
    SurveyAct.SURVEY_OPENED: _("Survey opened"),
    SurveyAct.SURVEY_RECOUNT_REQUESTED: _("Recount of a survey requested"),
}


UNDOING = frozenset({
    AccountAct.MANDATE_REFUSED, CycleAct.CYCLE_TAKEN_BACK, ImportAct.TAKEN_BACK, NewsAct.WITHDRAWN,
    ProjectAct.NOTICE_RETURNED, ProjectAct.SITE_RETURN, ProposalAct.CANDIDATE_DROPPED, ProposalAct.NEED_TURNED_DOWN,
    ProposalAct.SUGGESTION_REPLY_RETURNED, ProposalAct.SUGGESTION_UNLINKED, ProposalAct.SUGGESTION_UNPUBLISHED,
    VotingAct.ROUND_STEP_WITHDRAWN,
})  # fmt: skip
"""Acts by which somebody puts back or overturns what was done; who did it is told."""

MOVING_ON = frozenset({CycleAct.CYCLE_ADVANCED, CycleAct.CYCLE_BEGUN})
NOTICES_ISSUED, NOTICE_ANSWERED = ProjectAct.NOTICES_ISSUED, ProjectAct.NOTICE_ANSWERED
QUESTION_ENDED = frozenset({ProposalAct.SUGGESTION_QUESTION_ANSWERED, ProposalAct.SUGGESTION_QUESTION_LAPSED})
NOTE_WRITTEN = ProposalAct.NOTE_WRITTEN
MANDATE_GIVEN, STEP_PROPOSED = AccountAct.MANDATE_GIVEN, VotingAct.ROUND_STEP_PROPOSED

TOLD = (
    UNDOING | MOVING_ON | QUESTION_ENDED | {NOTE_WRITTEN, NOTICES_ISSUED, NOTICE_ANSWERED, MANDATE_GIVEN, STEP_PROPOSED}
)
"""Acts of which somebody is told (`livelihood.portal.telling`)."""


def words(act: str) -> Text:
    """Return an act in words; its code where it has none, for instance of a later version."""
    return ACTS.get(act, act)


ROOMS: tuple[tuple[Text, type[Act]], ...] = (
    (_("Areas, organisations and years"), CycleAct),
    (_("People and mandates"), AccountAct),
    (_("Sheets that are brought in"), ImportAct),
    (_("Lists: files and views"), ListAct),
    (_("News"), NewsAct),
    (_("Personal data"), PrivacyAct),
    (_("Messages"), InboxAct),
    (_("Portal settings"), ImprintAct),
    (_("Suggestions, needs and candidates"), ProposalAct),
    (_("Vote and review"), VotingAct),
    (_("Projects and sites"), ProjectAct),
    (_("Surveys"), SurveyAct),
    (_("Announcements and reports"), ReportAct),
)
"""What the acts of a room are about, in the order of the year."""


def to_choose(*, without: Collection[str] = ()) -> list[tuple[Text, list[tuple[str, Text]]]]:
    """Return the acts that a journal can be searched for, as a field offers them: by room, code and words."""
    return [(title, [(str(act), ACTS[act]) for act in acts if act not in without]) for title, acts in ROOMS]
