-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql). PostgreSQL asks for UPDATE of some column from whoever
-- locks a row.
--
-- The reader sees nothing of a vote that is not over: neither ballots nor the roll, which tells who has voted, nor a
-- code that lets anybody in.

GRANT SELECT, INSERT, UPDATE (state, title, seats, session, source, hall_code, voting_minutes, announcement_number,
    void_reason, moved_to_paper_at, moved_to_paper_by_id, rules_locked_at, rules_locked_by_id, roll_locked_at,
    roll_locked_by_id, sign_in_opened_at, sign_in_opened_by_id, opened_at, opened_by_id, closed_at, closed_by_id,
    counted_at, counted_by_id, announced_at, announced_by_id, voided_at, voided_by_id)
    ON voting_round TO livelihood_application;
GRANT SELECT (id, cycle_id, number, kind, title, session, seats, is_rehearsal, state, source, created_at, opened_at,
    closed_at, counted_at, announced_at, announcement_number, voided_at, void_reason, moved_to_paper_at)
    ON voting_round TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (form, denominator, threshold_numerator, threshold_denominator, is_strict,
    most_approvals, blank, over_vote, quorum_base, quorum_numerator, quorum_denominator, shortfall, tie,
    run_off_limit, option_order, lot_seed, publishes_counts, remote_voting, has_substitutes, scheme)
    ON voting_method TO livelihood_application;
REVOKE ALL ON voting_method FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (position) ON voting_option TO livelihood_application;
GRANT SELECT ON voting_option TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (deputy_id, number, name, delegation, may_vote_remotely, signed_in_at, signed_in_way,
    signed_in_by_id, has_voted, struck_at, struck_by_id), DELETE
    ON voting_rollentry TO livelihood_application;
REVOKE ALL ON voting_rollentry FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (deputies, document, document_date, file_name, kind, content, sha256, stated_at,
    stated_by_id)
    ON voting_deputiesinterm TO livelihood_application;
GRANT SELECT ON voting_deputiesinterm TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (code_hash, issued_at, issued_by_id, used_at), DELETE
    ON voting_credential TO livelihood_application;
REVOKE ALL ON voting_credential FROM livelihood_reader;

GRANT SELECT, INSERT ON voting_substitution TO livelihood_application;
REVOKE ALL ON voting_substitution FROM livelihood_reader;

GRANT SELECT, INSERT ON voting_reminder TO livelihood_application;
REVOKE ALL ON voting_reminder FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (confirmed_at, confirmed_by_id, withdrawn_at, withdrawn_by_id)
    ON voting_twopersonstep TO livelihood_application;
GRANT SELECT ON voting_twopersonstep TO livelihood_reader;

-- Ballots go in one by one, and nobody reads them there: rows lie in the order of casting, the roll knows that order, and
-- so each ballot would have a name. They come out, are counted or destroyed by the functions below alone, which run with
-- the rights of the owner; a deputy who sends the same ballot again is shown it by voting_recall.
GRANT INSERT ON voting_urnballot TO livelihood_application;
REVOKE ALL ON voting_urnballot FROM livelihood_reader;

REVOKE ALL ON FUNCTION voting_recall FROM PUBLIC;
GRANT EXECUTE ON FUNCTION voting_recall TO livelihood_application;

REVOKE ALL ON FUNCTION voting_empty_urn FROM PUBLIC;
GRANT EXECUTE ON FUNCTION voting_empty_urn TO livelihood_application;

-- What was sealed is read by who opens it, after closing; the reader has no use for it.
GRANT SELECT ON voting_sealedballot TO livelihood_application;
REVOKE ALL ON voting_sealedballot FROM livelihood_reader;

REVOKE ALL ON FUNCTION voting_open_sealed FROM PUBLIC;
GRANT EXECUTE ON FUNCTION voting_open_sealed TO livelihood_application;

GRANT SELECT, INSERT, UPDATE (public_key, holder_id, drawn_at, tried_at, handed_in_at, handed_in_by_id)
    ON voting_keyhalf TO livelihood_application;
REVOKE ALL ON voting_keyhalf FROM livelihood_reader;

GRANT SELECT, INSERT ON voting_givenhalf TO livelihood_application;
REVOKE ALL ON voting_givenhalf FROM livelihood_reader;

GRANT SELECT, INSERT ON voting_namedballot TO livelihood_application;
REVOKE ALL ON voting_namedballot FROM livelihood_reader;

REVOKE ALL ON FUNCTION voting_destroy_named FROM PUBLIC;
GRANT EXECUTE ON FUNCTION voting_destroy_named TO livelihood_application;

REVOKE ALL ON FUNCTION voting_add_papers FROM PUBLIC;
GRANT EXECUTE ON FUNCTION voting_add_papers TO livelihood_application;

GRANT SELECT ON voting_ballot TO livelihood_application;
GRANT SELECT (id, round_id, marks) ON voting_ballot TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (token_hash, former_hash, used_at, copied_at, revoked_at, revoked_by_id)
    ON voting_kiosk TO livelihood_application;
REVOKE ALL ON voting_kiosk FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (place, finding, checked_at, files, pages, copies) ON voting_logcheck TO livelihood_application;
GRANT SELECT ON voting_logcheck TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (returned, counted_at, counted_by_id, checked_at, checked_by_id, merged_at,
    merged_by_id)
    ON voting_paperstack TO livelihood_application;
REVOKE ALL ON voting_paperstack FROM livelihood_reader;

GRANT SELECT, INSERT, UPDATE (marks), DELETE ON voting_paperreading TO livelihood_application;
REVOKE ALL ON voting_paperreading FROM livelihood_reader;

GRANT SELECT, INSERT, DELETE ON voting_countingofficer TO livelihood_application;
GRANT SELECT ON voting_countingofficer TO livelihood_reader;

GRANT SELECT, INSERT ON voting_roundresult TO livelihood_application;
GRANT SELECT ON voting_roundresult TO livelihood_reader;

GRANT SELECT, INSERT ON voting_signedsheet TO livelihood_application;
GRANT SELECT (id, round_id, sha256, brought_at) ON voting_signedsheet TO livelihood_reader;

GRANT SELECT, INSERT ON voting_voteofficial TO livelihood_application;
GRANT SELECT ON voting_voteofficial TO livelihood_reader;

GRANT SELECT, INSERT ON voting_optionresult TO livelihood_application;
GRANT SELECT ON voting_optionresult TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (state, document, adopted_date, adopted_at, adopted_by_id)
    ON voting_review TO livelihood_application;
GRANT SELECT ON voting_review TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (left_out_reason, title, summary, place, cost_wan, finish_date, people_served)
    ON voting_reviewitem TO livelihood_application;
GRANT SELECT ON voting_reviewitem TO livelihood_reader;

GRANT SELECT, INSERT ON voting_revision TO livelihood_application;
GRANT SELECT ON voting_revision TO livelihood_reader;

GRANT SELECT, INSERT, UPDATE (state, answer, change, answered_at, answered_by_id)
    ON voting_opinion TO livelihood_application;
GRANT SELECT ON voting_opinion TO livelihood_reader;

GRANT SELECT, INSERT ON voting_opinion_items TO livelihood_application;
GRANT SELECT ON voting_opinion_items TO livelihood_reader;
