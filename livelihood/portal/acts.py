"""The acts of the journal in words. The journal itself keeps their codes: words change, codes do not."""

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.acts import AccountAct
from livelihood.cycles.acts import CycleAct
from livelihood.kernel.errors import Text
from projects.acts import ProjectAct
from projects.reports.acts import ReportAct
from projects.surveys.acts import SurveyAct
from proposals.acts import ProposalAct
from voting.acts import VotingAct

ACTS: dict[str, Text] = {
    # the frame
    CycleAct.AREA_LOADED: _("Area loaded"),
    CycleAct.CYCLE_ADVANCED: _("Year moved to its next phase"),
    CycleAct.CYCLE_DATED: _("Phases dated"),
    CycleAct.CYCLE_OPENED: _("Year opened"),
    AccountAct.MANDATE_ENDED: _("Mandate ended"),
    AccountAct.MANDATE_GIVEN: _("Mandate given"),
    CycleAct.ORGANISATION_CREATED: _("Organisation created"),
    AccountAct.USER_CREATED: _("Account created"),
    # collect and plan
    ProposalAct.CANDIDATE_CARRIED_OVER: _("Candidate carried over"),
    ProposalAct.CANDIDATE_DRAFTED: _("Candidate drafted"),
    ProposalAct.CANDIDATE_DROPPED: _("Candidate left off the list"),
    ProposalAct.CANDIDATE_PROPOSED: _("Candidate proposed"),
    ProposalAct.CANDIDATE_REVISED: _("Candidate worded anew"),
    ProposalAct.CANDIDATE_SHEET_WRITTEN: _("Feasibility sheet written"),
    ProposalAct.CANDIDATES_FROZEN: _("Candidate list frozen"),
    ProposalAct.LETTER_DRAFTED: _("Open letter written"),
    ProposalAct.LETTER_REDRAFTED: _("Open letter changed"),
    ProposalAct.LETTER_PUBLISHED: _("Open letter published"),
    ProposalAct.NEED_OPENED: _("Need opened"),
    ProposalAct.NEED_TURNED_DOWN: _("Need turned down"),
    ProposalAct.SUGGESTION_ACCEPTED: _("Suggestion taken up"),
    ProposalAct.SUGGESTION_CONTACT_READ: _("Contact and original text read"),
    ProposalAct.SUGGESTION_DECLINED: _("Suggestion not taken up"),
    ProposalAct.SUGGESTION_HANDED_OVER: _("Suggestion handed over"),
    ProposalAct.SUGGESTION_LINKED: _("Suggestion linked to a need"),
    ProposalAct.SUGGESTION_RECEIVED: _("Suggestion received"),
    ProposalAct.SUGGESTION_REPLIED: _("Suggestion answered"),
    ProposalAct.SUGGESTION_REWORDED: _("Public wording of a suggestion changed"),
    ProposalAct.SUGGESTION_UNLINKED: _("Suggestion unlinked from a need"),
    # decide
    VotingAct.BALLOT_CAST: _("Ballot cast"),
    VotingAct.CREDENTIAL_ISSUED: _("Sign-in card issued"),
    VotingAct.CREDENTIAL_USED: _("Sign-in card used"),
    VotingAct.CREDENTIALS_ISSUED: _("Sign-in cards issued"),
    VotingAct.DEPUTY_SIGN_IN_UNDONE: _("Sign-in of a deputy undone"),
    VotingAct.DEPUTY_SIGNED_IN: _("Deputy signed in"),
    VotingAct.DEPUTY_SUBSTITUTED: _("Deputy substituted on the roll"),
    VotingAct.LIST_REVISED: _("List under review revised"),
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
    VotingAct.ROLL_IMPORTED: _("Roll imported"),
    VotingAct.ROUND_ANNOUNCED: _("Result announced"),
    VotingAct.ROUND_CLOSED: _("Vote closed"),
    VotingAct.ROUND_COUNTED: _("Ballots counted"),
    VotingAct.ROUND_CREATED: _("Round created"),
    VotingAct.ROUND_MOVED_TO_PAPER: _("Round moved to paper"),
    VotingAct.ROUND_OFFICERS_NAMED: _("Officers of the vote named"),
    VotingAct.ROUND_OPENED: _("Vote opened"),
    VotingAct.ROUND_PAUSED: _("Vote paused"),
    VotingAct.ROUND_REMINDED: _("Deputies reminded"),
    VotingAct.ROUND_RESUMED: _("Vote resumed"),
    VotingAct.ROUND_ROLL_LOCKED: _("Roll locked"),
    VotingAct.ROUND_RULES_LOCKED: _("Rules of the vote locked"),
    VotingAct.ROUND_RULES_WRITTEN: _("Rules of the vote written"),
    VotingAct.ROUND_SIGN_IN_OPENED: _("Sign-in opened"),
    VotingAct.ROUND_STEP_PROPOSED: _("Step of the vote proposed"),
    VotingAct.ROUND_STEP_WITHDRAWN: _("Step of the vote withdrawn"),
    VotingAct.ROUND_VOIDED: _("Round declared void"),
    # deliver
    ProjectAct.IMPORT_DROPPED: _("Import dropped"),
    ProjectAct.IMPORT_PREVIEWED: _("Import previewed"),
    ProjectAct.IMPORT_RECEIVED: _("File for import received"),
    ProjectAct.IMPORT_WRITTEN: _("Import written"),
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


def words(act: str) -> Text:
    """Return an act in words; its code where it has none, for instance of a later version."""
    return ACTS.get(act, act)
