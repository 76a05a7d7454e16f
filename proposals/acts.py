"""Acts of collecting and planning as the journal codes them; `livelihood.portal.acts` has their words."""

from livelihood.audit.acts import Act


class ProposalAct(Act):
    """Acts upon letters, suggestions, needs and candidates."""

    ANSWER_RULE_WRITTEN = "answer_rule.written"
    CANDIDATE_CARRIED_OVER = "candidate.carried_over"
    CANDIDATE_DISCARDED = "candidate.discarded"
    CANDIDATE_DRAFTED = "candidate.drafted"
    CANDIDATE_DROPPED = "candidate.dropped"
    CANDIDATE_PROPOSED = "candidate.proposed"
    CANDIDATE_REVISED = "candidate.revised"
    CANDIDATE_SHEET_WRITTEN = "candidate.sheet_written"
    CANDIDATES_FROZEN = "candidates.frozen"
    LETTER_CORRECTED = "letter.corrected"
    LETTER_DRAFTED = "letter.drafted"
    LETTER_PUBLISHED = "letter.published"
    LETTER_REDRAFTED = "letter.redrafted"
    NEED_LINKED = "need.linked"
    NEED_OPENED = "need.opened"
    NEED_TURNED_DOWN = "need.turned_down"
    NOTE_WITHDRAWN = "note.withdrawn"
    NOTE_WRITTEN = "note.written"
    PROGRESS_ENDED = "progress_word.ended"
    PROGRESS_NAMED = "progress_word.named"
    SPECIAL_DAY_DROPPED = "special_day.dropped"
    SPECIAL_DAY_NOTED = "special_day.noted"
    RECEIPTS_PUBLISHED = "receipts.published"
    SUGGESTION_ACCEPTED = "suggestion.accepted"
    SUGGESTION_ASKED = "suggestion.asked"
    SUGGESTION_ASKED_AGAIN = "suggestion.asked_again"
    SUGGESTION_CLAIMED = "suggestion.claimed"
    SUGGESTION_CONTACT_CORRECTED = "suggestion.contact_corrected"
    SUGGESTION_CONTACT_ERASED = "suggestion.contact_erased"
    SUGGESTION_CONTACT_READ = "suggestion.contact_read"
    SUGGESTION_DECLINED = "suggestion.declined"
    SUGGESTION_GIVEN_BACK = "suggestion.given_back"
    SUGGESTION_HANDED_OVER = "suggestion.handed_over"
    SUGGESTION_LINKED = "suggestion.linked"
    SUGGESTION_MASKED = "suggestion.masked"
    SUGGESTION_QUESTION_ANSWERED = "suggestion.question_answered"
    SUGGESTION_QUESTION_LAPSED = "suggestion.question_lapsed"
    SUGGESTION_QUESTION_WITHDRAWN = "suggestion.question_withdrawn"
    SUGGESTION_OBJECTED = "suggestion.objected"
    SUGGESTION_OBJECTION_ANSWERED = "suggestion.objection_answered"
    SUGGESTION_RECEIVED = "suggestion.received"
    SUGGESTION_REPLIED = "suggestion.replied"
    SUGGESTION_REPLY_CORRECTED = "suggestion.reply_corrected"
    SUGGESTION_REPLY_DRAFTED = "suggestion.reply_drafted"
    SUGGESTION_REPLY_RETURNED = "suggestion.reply_returned"
    SUGGESTION_REPLY_TAKEN_BACK = "suggestion.reply_taken_back"
    SUGGESTION_REWORDED = "suggestion.reworded"
    SUGGESTION_UNLINKED = "suggestion.unlinked"
    SUGGESTION_UNPUBLISHED = "suggestion.unpublished"
    SUGGESTION_WITHDRAWN = "suggestion.withdrawn"
    SUGGESTION_WORDING_MASKED = "suggestion.wording_masked"
    WORD_LISTED = "word.listed"
    WORD_UNLISTED = "word.unlisted"
    TEMPLATE_ENDED = "reply_template.ended"
    TEMPLATE_WRITTEN = "reply_template.written"


READING = (
    ProposalAct.NOTE_WITHDRAWN,
    ProposalAct.NOTE_WRITTEN,
    ProposalAct.SUGGESTION_ASKED,
    ProposalAct.SUGGESTION_ASKED_AGAIN,
    ProposalAct.SUGGESTION_CLAIMED,
    ProposalAct.SUGGESTION_CONTACT_READ,
    ProposalAct.SUGGESTION_GIVEN_BACK,
    ProposalAct.SUGGESTION_QUESTION_LAPSED,
    ProposalAct.SUGGESTION_QUESTION_WITHDRAWN,
)
"""Acts that decide nothing: whoever acts on what they saw before is not asked to look again."""
