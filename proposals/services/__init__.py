"""The acts of this room."""

from proposals.services.answering import drop_special_day, note_special_day, write_answer_rule
from proposals.services.candidates import (
    discard_candidate,
    draft_candidate,
    drop_candidate,
    freeze_candidates,
    propose_candidate,
    revise_candidate,
    write_sheet,
)
from proposals.services.carrying import carry_candidate
from proposals.services.erasing import correct_contact, erase_contact, mask_text, withdraw_text
from proposals.services.handing_on import move_organisation
from proposals.services.inquiries import answer_inquiry, ask_sender, keep_inquiries_moving, withdraw_inquiry
from proposals.services.intake import Contact, SuggestionReceipt, submit_suggestion
from proposals.services.letter_views import count_letter_view, keep_letter_views
from proposals.services.letters import correct_letter, publish_letter, write_letter
from proposals.services.needs import link_candidate, link_suggestion, open_need, turn_down_need, unlink_suggestion
from proposals.services.notes import withdraw_note, write_note
from proposals.services.objections import answer_objection, object_to_need
from proposals.services.phrases import end_progress, end_template, name_progress, write_template
from proposals.services.queue import (
    claim_suggestion,
    give_back_suggestion,
    list_words,
    unlist_word,
    weigh_suggestions,
)
from proposals.services.receipts import publish_head, publish_receipts
from proposals.services.recount import recount_suggestions
from proposals.services.replies import (
    Weighed,
    correct_reply,
    reply_to_suggestion,
    return_draft,
    send_draft,
    take_back_draft,
    weigh,
)
from proposals.services.screening import (
    accept_suggestion,
    decline_suggestion,
    hand_over_suggestion,
    mask_wording,
    read_contact,
    reword_suggestion,
    unpublish_suggestion,
)

__all__ = [
    "Contact",
    "SuggestionReceipt",
    "Weighed",
    "accept_suggestion",
    "answer_inquiry",
    "answer_objection",
    "ask_sender",
    "carry_candidate",
    "claim_suggestion",
    "correct_contact",
    "correct_letter",
    "correct_reply",
    "count_letter_view",
    "decline_suggestion",
    "discard_candidate",
    "draft_candidate",
    "drop_candidate",
    "drop_special_day",
    "end_progress",
    "end_template",
    "erase_contact",
    "freeze_candidates",
    "give_back_suggestion",
    "hand_over_suggestion",
    "keep_inquiries_moving",
    "keep_letter_views",
    "link_candidate",
    "link_suggestion",
    "list_words",
    "mask_text",
    "mask_wording",
    "move_organisation",
    "name_progress",
    "note_special_day",
    "object_to_need",
    "open_need",
    "propose_candidate",
    "publish_head",
    "publish_letter",
    "publish_receipts",
    "read_contact",
    "recount_suggestions",
    "reply_to_suggestion",
    "return_draft",
    "revise_candidate",
    "reword_suggestion",
    "send_draft",
    "submit_suggestion",
    "take_back_draft",
    "turn_down_need",
    "unlink_suggestion",
    "unlist_word",
    "unpublish_suggestion",
    "weigh",
    "weigh_suggestions",
    "withdraw_inquiry",
    "withdraw_note",
    "withdraw_text",
    "write_answer_rule",
    "write_letter",
    "write_note",
    "write_sheet",
    "write_template",
]
