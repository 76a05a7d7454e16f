"""Addresses of rounds, booth, hall, records and review, public and at the desk."""

from django.urls import path

from voting.views import (
    booth,
    desk_cards,
    desk_locking,
    desk_paper,
    desk_review,
    desk_roll,
    desk_rounds,
    kiosk,
    public,
    records,
    sheets,
)

app_name = "voting"

PUBLIC = "<slug:area>/<int:year>"
DESK = "desk/<slug:area>/<int:year>"
ONE = f"{DESK}/rounds/<int:number>"

urlpatterns = [
    path("booth/", booth.booth, name="booth"),
    path("booth/enter/", kiosk.enter, name="enter"),
    path("booth/kiosk/", kiosk.kiosk, name="kiosk"),
    path("booth/rounds/<int:round_id>/", booth.booth_round, name="booth_round"),
    path("booth/rounds/<int:round_id>/ballot/", booth.ballot, name="ballot"),
    path("booth/<slug:area>/<int:year>/opinions/", booth.opinion_give, name="opinion_give"),
    path(f"{PUBLIC}/decision/", public.decision, name="decision"),
    path(f"{PUBLIC}/reserve/", public.reserve, name="reserve"),
    path(f"{PUBLIC}/decision/<int:number>/ballots/", records.ballots, name="ballots"),
    path(f"{PUBLIC}/decision/<int:number>/notice/", sheets.notice, name="notice"),
    path(f"{PUBLIC}/decision/<int:number>/notice.pdf", sheets.notice_pdf, name="notice_pdf"),
    path(f"{PUBLIC}/decision/<int:number>/record.json", records.round_record, name="record"),
    path(f"{PUBLIC}/decision/<int:number>/round.pb", records.round_pb, name="record_pb"),
    path("voting/verifier.py", records.verifier_source, name="verifier"),
    path("voting/threats/", records.threats, name="threats"),
    path(f"{DESK}/rounds/", desk_rounds.rounds, name="rounds"),
    path(f"{DESK}/rounds/new/", desk_rounds.round_create, name="round_create"),
    path(f"{ONE}/", desk_rounds.round_, name="round"),
    path(f"{ONE}/rules/", desk_rounds.round_rules, name="round_rules"),
    path(f"{ONE}/in-term/", desk_locking.in_term, name="in_term"),
    path(f"{ONE}/in-term/file/", desk_locking.in_term_file, name="in_term_file"),
    path(f"{ONE}/roll/", desk_roll.roll, name="roll"),
    path(f"{ONE}/roll/clear/", desk_roll.roll_clear, name="roll_clear"),
    path(f"{ONE}/roll/codes/", desk_roll.roll_codes, name="roll_codes"),
    path(f"{ONE}/roll/<int:line>/", desk_roll.roll_line, name="roll_line"),
    path(f"{ONE}/roll/<int:line>/remove/", desk_roll.line_remove, name="line_remove"),
    path(f"{ONE}/roll/<int:line>/sign-in/", desk_roll.sign_in, name="sign_in"),
    path(f"{ONE}/roll/<int:line>/card/", desk_cards.card, name="card"),
    path(f"{ONE}/roll/<int:line>/substitute/", desk_roll.substitute, name="substitute"),
    path(f"{ONE}/cards/", desk_cards.cards, name="cards"),
    path(f"{ONE}/awaited/", desk_roll.awaited, name="awaited"),
    path(f"{ONE}/kiosk/", desk_cards.kiosk_open, name="kiosk_open"),
    path(f"{ONE}/hall/", desk_roll.hall, name="hall"),
    path(f"{ONE}/roll/<int:line>/paper/", desk_paper.paper, name="paper"),
    path(f"{ONE}/papers/", desk_paper.papers, name="papers"),
    path(f"{ONE}/ballot.pdf", sheets.blank_ballot_pdf, name="blank_ballot_pdf"),
    path(f"{ONE}/papers/<int:sheet>/", desk_paper.paper_sheet, name="paper_sheet"),
    path(f"{ONE}/officers/", sheets.officers, name="officers"),
    path(f"{ONE}/sheet/", sheets.tally_sheet, name="round_sheet"),
    path(f"{ONE}/sheet/signed/", sheets.signed_sheet, name="signed_sheet"),
    path(f"{ONE}/sheet/signed/file/", sheets.signed_sheet_file, name="signed_sheet_file"),
    path(f"{ONE}/sheet.pdf", sheets.tally_sheet_pdf, name="round_sheet_pdf"),
    path(f"{ONE}/ballots/", records.rehearsal_ballots, name="rehearsal_ballots"),
    path(f"{ONE}/record.json", records.rehearsal_record, name="rehearsal_record"),
    path(f"{ONE}/act/<slug:act>/", desk_rounds.round_act, name="round_act"),
    path(f"{DESK}/reserve/", desk_review.reserve, name="desk_reserve"),
    path(f"{DESK}/review/", desk_review.review, name="review"),
    path(f"{DESK}/review/opinions/", desk_review.opinions, name="opinions"),
    path(f"{DESK}/review/opinions/<int:opinion_id>/", desk_review.opinion_answer, name="opinion_answer"),
    path(f"{DESK}/review/items/new/", desk_review.item_add, name="item_add"),
    path(f"{DESK}/review/items/<int:item>/", desk_review.item_revise, name="item_revise"),
    path(f"{DESK}/review/items/<int:item>/remove/", desk_review.item_remove, name="item_remove"),
    path(f"{DESK}/review/adopt/", desk_review.review_adopt, name="review_adopt"),
]
