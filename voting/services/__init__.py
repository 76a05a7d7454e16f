"""The acts of this room."""

from voting.importers import RollLine
from voting.schemes import InvalidBallot, as_sent
from voting.services.casting import BallotReceipt, RepeatedBallot, cast_ballot
from voting.services.counting import announce_round, count_round, start_run_off, vote_again
from voting.services.credentials import Card, WrongCode, issue_credential, issue_credentials, use_credential
from voting.services.halves import WrongHalf, draw_half, hand_in_half, try_half
from voting.services.kiosks import open_kiosk, revoke_kiosk
from voting.services.locking import lock_roll, state_in_term
from voting.services.paper import (
    bring_signed_sheet,
    count_papers,
    enter_paper,
    hand_out_paper,
    hand_out_papers,
    merge_papers,
    move_to_paper,
    name_officers,
    take_back_paper,
)
from voting.services.review import adopt_list, answer_opinion, give_opinion, submit_list
from voting.services.revisions import ItemText, add_item, remove_item, revise_item
from voting.services.roll import (
    WrongHallCode,
    clear_roll,
    hold_roll,
    open_sign_in,
    remind_deputies,
    sign_in_deputy,
    substitute_deputy,
    undo_sign_in,
    write_roll,
)
from voting.services.rounds import create_round, lock_rules, write_rules
from voting.services.running import (
    close_round,
    open_round,
    pause_round,
    propose_step,
    resume_round,
    void_round,
    withdraw_step,
)

__all__ = [
    "BallotReceipt",
    "Card",
    "InvalidBallot",
    "ItemText",
    "RepeatedBallot",
    "RollLine",
    "WrongCode",
    "WrongHalf",
    "WrongHallCode",
    "add_item",
    "adopt_list",
    "announce_round",
    "answer_opinion",
    "as_sent",
    "bring_signed_sheet",
    "cast_ballot",
    "clear_roll",
    "close_round",
    "count_papers",
    "count_round",
    "create_round",
    "draw_half",
    "enter_paper",
    "give_opinion",
    "hand_in_half",
    "hand_out_paper",
    "hand_out_papers",
    "hold_roll",
    "issue_credential",
    "issue_credentials",
    "lock_roll",
    "lock_rules",
    "merge_papers",
    "move_to_paper",
    "name_officers",
    "open_kiosk",
    "open_round",
    "open_sign_in",
    "pause_round",
    "propose_step",
    "remind_deputies",
    "remove_item",
    "resume_round",
    "revise_item",
    "revoke_kiosk",
    "sign_in_deputy",
    "start_run_off",
    "state_in_term",
    "submit_list",
    "substitute_deputy",
    "take_back_paper",
    "try_half",
    "undo_sign_in",
    "use_credential",
    "void_round",
    "vote_again",
    "withdraw_step",
    "write_roll",
    "write_rules",
]
