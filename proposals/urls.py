"""Addresses of letters, suggestions, needs and candidates, public and at the desk."""

from django.urls import path

from proposals.views import (
    board,
    candidates,
    citizens,
    desk_candidates,
    desk_entry,
    desk_intake,
    desk_needs,
    desk_notes,
    desk_words,
    letters,
    own_data,
)

app_name = "proposals"

PUBLIC = "<slug:area>/<int:year>"
DESK = "desk/<slug:area>/<int:year>"
ONE = f"{DESK}/suggestions/<slug:number>"

urlpatterns = [
    path(f"{PUBLIC}/letter/", letters.letter, name="letter"),
    path(f"{PUBLIC}/suggest/", citizens.suggest, name="suggest"),
    path(f"{PUBLIC}/track/", citizens.track, name="track"),
    path(f"{PUBLIC}/track/data/", own_data.own_data, name="own_data"),
    path(f"{PUBLIC}/track/answer/", own_data.answer_inquiry, name="answer_inquiry"),
    path(f"{PUBLIC}/track/<slug:number>.svg", citizens.track_code, name="track_code"),
    path(f"{PUBLIC}/needs/", board.board, name="board"),
    path(f"{PUBLIC}/needs/similar/", board.similar, name="similar"),
    path(f"{PUBLIC}/needs/<int:number>/", board.need, name="need"),
    path(f"{PUBLIC}/suggestions/", board.suggestions, name="suggestions"),
    path(f"{PUBLIC}/statistics/", board.statistics, name="statistics"),
    path(f"{PUBLIC}/candidates/", candidates.candidates, name="candidates"),
    path(f"{PUBLIC}/candidates/<int:number>/", candidates.candidate, name="candidate"),
    path(f"{PUBLIC}/candidates/list.json", candidates.candidate_list_file, name="candidate_list_file"),
    path(f"{DESK}/letter/", letters.letter_edit, name="letter_edit"),
    path(f"{DESK}/letter/publish/", letters.letter_publish, name="letter_publish"),
    path(f"{DESK}/letter/correct/", letters.letter_correct, name="letter_correct"),
    path(f"{DESK}/suggestions/", desk_intake.intake, name="intake"),
    path(f"{DESK}/suggestions/enter/", desk_entry.suggestion_enter, name="suggestion_enter"),
    path(f"{DESK}/suggestions/words/", desk_words.words, name="words"),
    path(f"{DESK}/suggestions/words/<int:pk>/off/", desk_words.word_off, name="word_off"),
    path(f"{DESK}/suggestions/poster/", desk_entry.poster, name="poster"),
    path(f"{ONE}/", desk_intake.suggestion, name="desk_suggestion"),
    path(f"{ONE}/contact/", desk_intake.suggestion_contact, name="suggestion_contact"),
    path(f"{ONE}/link/<int:need>/", desk_intake.suggestion_link, name="suggestion_link"),
    path(f"{ONE}/unlink/<int:need>/", desk_intake.suggestion_unlink, name="suggestion_unlink"),
    path(f"{ONE}/data/<slug:act>/", own_data.suggestion_data, name="suggestion_data"),
    path(f"{ONE}/<slug:act>/", desk_intake.suggestion_act, name="suggestion_act"),
    path(f"{DESK}/notes/<slug:kind>/<slug:number>/", desk_notes.notes, name="notes"),
    path(f"{DESK}/notes/<slug:kind>/<slug:number>/<int:pk>/withdraw/", desk_notes.note_withdraw, name="note_withdraw"),
    path(f"{DESK}/needs/", desk_needs.needs, name="desk_needs"),
    path(f"{DESK}/needs/new/", desk_needs.need_open, name="need_open"),
    path(f"{DESK}/needs/<int:number>/", desk_needs.need, name="desk_need"),
    path(f"{DESK}/needs/<int:number>/link/", desk_needs.need_link, name="need_link"),
    path(f"{DESK}/candidates/", desk_candidates.candidates, name="desk_candidates"),
    path(f"{DESK}/candidates/new/", desk_candidates.candidate_draft, name="candidate_draft"),
    path(f"{DESK}/candidates/carry/<int:candidate_id>/", desk_candidates.candidate_carry, name="candidate_carry"),
    path(f"{DESK}/candidates/freeze/", desk_candidates.candidates_freeze, name="candidates_freeze"),
    path(f"{DESK}/candidates/<int:number>/", desk_candidates.candidate, name="desk_candidate"),
    path(f"{DESK}/candidates/<int:number>/text/", desk_candidates.candidate_revise, name="candidate_revise"),
    path(f"{DESK}/candidates/<int:number>/propose/", desk_candidates.candidate_propose, name="candidate_propose"),
    path(f"{DESK}/candidates/<int:number>/drop/", desk_candidates.candidate_drop, name="candidate_drop"),
]
