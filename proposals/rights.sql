-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.

GRANT SELECT, INSERT, UPDATE (title, body, signed_by, document_number, dated_on, source, state, published_at,
    published_by_id)
    ON proposals_openletter TO livelihood_application;
GRANT SELECT ON proposals_openletter TO livelihood_reader;

GRANT SELECT, INSERT ON proposals_lettercorrection TO livelihood_application;
GRANT SELECT ON proposals_lettercorrection TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (count) ON proposals_letterviews TO livelihood_application;
GRANT SELECT ON proposals_letterviews TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (title, matter, wish, address, text_salt, state, points, public_title, public_matter,
    public_wish, due_on)
    ON proposals_suggestion TO livelihood_application;
-- What a citizen wrote, where the citizen lives and how the tracking code begins is private; the public wording is not.
GRANT SELECT (id, cycle_id, number, channel, aspect_id, area_id, received_at, state, public_title, public_matter,
    public_wish, due_on, answered_on, answered_by_id)
    ON proposals_suggestion TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (days, remind_days, has_four_eyes, written_at, written_by_id)
    ON proposals_answerrule TO livelihood_application;
GRANT SELECT ON proposals_answerrule TO livelihood_reader;

-- A day that was entered by mistake goes again; the journal keeps that it was there.
GRANT SELECT, INSERT, DELETE ON proposals_specialday TO livelihood_application;
GRANT SELECT ON proposals_specialday TO livelihood_reader;

-- Counted by triggers, with the rights of the owner, as are the marks of a suggestion and the support of a need.
GRANT SELECT ON proposals_suggestionfigure TO livelihood_application;
GRANT SELECT ON proposals_suggestionfigure TO livelihood_reader;
GRANT SELECT ON proposals_answerfigure TO livelihood_application;
GRANT SELECT ON proposals_answerfigure TO livelihood_reader;

-- A suggestion's number is drawn before its row is written.
GRANT USAGE ON SEQUENCE proposals_suggestion_id_seq TO livelihood_application;

-- UPDATE to put it right and to seal it anew; DELETE when its period is over, or at the wish of who left it (guards).
GRANT SELECT, INSERT, UPDATE (name, phone, email, person), DELETE ON proposals_suggestioncontact TO livelihood_application;
REVOKE ALL ON proposals_suggestioncontact FROM livelihood_reader;

GRANT SELECT, INSERT ON proposals_erasure TO livelihood_application;
GRANT SELECT ON proposals_erasure TO livelihood_reader;

-- DELETE when it is given back, or the suggestion is checked: it says who is at it now, and the journal who was.
GRANT SELECT, INSERT, UPDATE (claimed_at, claimed_by_id), DELETE ON proposals_claim TO livelihood_application;
GRANT SELECT ON proposals_claim TO livelihood_reader;
-- DELETE when the text is masked: what is left is weighed anew.
GRANT SELECT, INSERT, UPDATE (text_key, signs, weighed_at), DELETE ON proposals_suggestionweight TO livelihood_application;
REVOKE ALL ON proposals_suggestionweight FROM livelihood_reader;
GRANT SELECT, INSERT, UPDATE (unlisted_at, unlisted_by_id) ON proposals_listedword TO livelihood_application;
GRANT SELECT ON proposals_listedword TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (reminded_at, outcome, ended_at, answer) ON proposals_inquiry TO livelihood_application;
-- What a citizen answers is private.
GRANT SELECT (id, suggestion_id, asked_at, lapses_at, outcome, ended_at) ON proposals_inquiry TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id) ON proposals_desknote TO livelihood_application;
REVOKE ALL ON proposals_desknote FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (title, matter, wish) ON proposals_formerwording TO livelihood_application;
REVOKE ALL ON proposals_formerwording FROM livelihood_reader;
-- Grown by the clock; what is in it stays.
GRANT SELECT, INSERT ON proposals_receiptnode TO livelihood_application;
GRANT SELECT ON proposals_receiptnode TO livelihood_reader;
GRANT SELECT, INSERT ON proposals_receipthead TO livelihood_application;
GRANT SELECT ON proposals_receipthead TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (words, answer, answered_at, answered_by_id) ON proposals_objection TO livelihood_application;
REVOKE ALL ON proposals_objection FROM livelihood_reader;

GRANT SELECT, INSERT ON proposals_screening TO livelihood_application;
GRANT SELECT ON proposals_screening TO livelihood_reader;

GRANT SELECT, INSERT ON proposals_reply TO livelihood_application;
GRANT SELECT ON proposals_reply TO livelihood_reader;

-- What waits to be sent is nobody's to read outside of the desk.
GRANT SELECT, INSERT, UPDATE (outcome, why_returned, ended_at, ended_by_id) ON proposals_replydraft TO livelihood_application;
REVOKE ALL ON proposals_replydraft FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (ended_at, ended_by_id) ON proposals_replytemplate TO livelihood_application;
GRANT SELECT ON proposals_replytemplate TO livelihood_reader;
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by_id) ON proposals_progressword TO livelihood_application;
GRANT SELECT ON proposals_progressword TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (outcome, reason, decided_at, decided_by_id) ON proposals_need TO livelihood_application;
GRANT SELECT ON proposals_need TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (unlinked_at, unlinked_by_id) ON proposals_needlink TO livelihood_application;
GRANT SELECT ON proposals_needlink TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (title, summary, place, source, lead_organisation_id, state, reason, dropped_at, dropped_by_id)
    ON proposals_candidate TO livelihood_application;
GRANT SELECT ON proposals_candidate TO livelihood_reader;

GRANT SELECT, INSERT ON proposals_candidateneed TO livelihood_application;
GRANT SELECT ON proposals_candidateneed TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (starts_on, finishes_on, people_served, legal_basis, notes, source)
    ON proposals_feasibilitysheet TO livelihood_application;
GRANT SELECT ON proposals_feasibilitysheet TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (amount_wan), DELETE ON proposals_costline TO livelihood_application;
GRANT SELECT ON proposals_costline TO livelihood_reader;

GRANT SELECT, INSERT ON proposals_candidatelist TO livelihood_application;
GRANT SELECT ON proposals_candidatelist TO livelihood_reader;
