-- What the tables of the vote share: what a round is at this moment, and what is refused.
--
-- The vote is guarded by the database and not by the services alone: deputies and scrutineers must be able to trust the
-- result even if they do not trust the code, and two people acting at once see each other's work here and nowhere else.

CREATE FUNCTION voting_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % refused: its rows are written once', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION voting_state_of(key bigint) RETURNS text LANGUAGE sql BEGIN ATOMIC
    SELECT state FROM voting_round WHERE id = key;
END;

CREATE FUNCTION voting_is_on_paper(key bigint) RETURNS boolean LANGUAGE sql BEGIN ATOMIC
    SELECT moved_to_paper_at IS NOT NULL FROM voting_round WHERE id = key;
END;

CREATE FUNCTION voting_papers_issued(key bigint) RETURNS bigint LANGUAGE sql BEGIN ATOMIC
    SELECT count(*) FROM voting_rollentry WHERE round_id = key AND struck_at IS NOT NULL;
END;

-- While two persons are about to take a step, nobody changes what the second of them reads.
CREATE FUNCTION voting_is_proposed(key bigint, act text) RETURNS boolean LANGUAGE sql BEGIN ATOMIC
    SELECT EXISTS (
        SELECT FROM voting_twopersonstep
        WHERE round_id = key AND step = act AND confirmed_at IS NULL AND withdrawn_at IS NULL
    );
END;

-- Ballots are destroyed when a round is void or on paper, which takes two persons (voting_round.sql), never otherwise.
CREATE FUNCTION voting_require_destruction(key bigint) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM voting_round WHERE id = key AND (state = 'voided' OR moved_to_paper_at IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'The ballots of round % are not to be destroyed', key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

-- Rules and options belong to the draft.
CREATE FUNCTION voting_guard_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND voting_state_of(OLD.round_id) <> 'draft')
        OR (TG_OP <> 'DELETE' AND voting_state_of(NEW.round_id) <> 'draft')
    THEN
        RAISE EXCEPTION '% on % refused: the rules are locked', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE FUNCTION voting_scheme_of(key bigint) RETURNS text LANGUAGE sql BEGIN ATOMIC
    SELECT scheme FROM voting_method WHERE round_id = key;
END;

-- How many characters a sealed ballot has in base64: 65 bytes of its key, a letter for each option, and 16 of a tag.
CREATE FUNCTION voting_envelope_length(key bigint) RETURNS bigint LANGUAGE sql BEGIN ATOMIC
    SELECT (65 + count(*) + 16 + 2) / 3 * 4 FROM voting_option WHERE round_id = key;
END;

-- How many halves of the key to a sealed round were typed back by their holders, or put in after closing.
CREATE FUNCTION voting_halves_tried(key bigint) RETURNS bigint LANGUAGE sql BEGIN ATOMIC
    SELECT count(*) FROM voting_keyhalf WHERE round_id = key AND tried_at IS NOT NULL;
END;

CREATE FUNCTION voting_halves_in(key bigint) RETURNS bigint LANGUAGE sql BEGIN ATOMIC
    SELECT count(*) FROM voting_keyhalf WHERE round_id = key AND handed_in_at IS NOT NULL;
END;

-- A ballot that goes into the urn, or into the list of a vote by name, fits the rules of its round: which of the two the
-- rules say, and of a sealed one nothing can be seen but its length. The urn is emptied as a whole, by TRUNCATE, and what
-- belongs to other rounds is put back, which is why a paused round passes here; that nobody votes then is held by the roll.
CREATE FUNCTION voting_guard_urn() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    rules voting_method;
    approvals int := length(NEW.marks) - length(replace(NEW.marks, 'y', ''));
BEGIN
    SELECT * INTO STRICT rules FROM voting_method WHERE round_id = NEW.round_id;
    IF voting_state_of(NEW.round_id) IN ('open', 'paused') AND rules.scheme = 'sealed' AND TG_TABLE_NAME = 'voting_urnballot'
        AND length(NEW.marks) = voting_envelope_length(NEW.round_id) AND NEW.marks ~ '^[A-Za-z0-9+/]+=*$'
        AND NEW.receipt = ''
    THEN
        RETURN NEW;
    END IF;
    IF voting_state_of(NEW.round_id) NOT IN ('open', 'paused')
        OR (TG_TABLE_NAME = 'voting_namedballot') <> (rules.scheme = 'named')
        OR rules.scheme = 'sealed'
        OR length(NEW.marks) <> (SELECT count(*) FROM voting_option WHERE round_id = NEW.round_id)
        OR NEW.marks !~ (CASE rules.form WHEN 'each' THEN '^[ynab]+$' ELSE '^[yb]+$' END)
        OR approvals > rules.most_approvals
        OR (rules.form = 'exactly' AND approvals <> rules.most_approvals)
        OR (rules.form = 'each' AND rules.blank = 'ballot_invalid' AND position('b' IN NEW.marks) > 0)
    THEN
        -- Neither the marks nor the receipt may reach the server's log.
        RAISE EXCEPTION 'This ballot does not fit the rules of its round'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Ballots are written when voting has closed, results when they are counted.
CREATE FUNCTION voting_guard_closed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF voting_state_of(NEW.round_id) <> 'closed' THEN
        RAISE EXCEPTION '% on % refused: the round is not waiting for its count', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
