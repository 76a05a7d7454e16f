-- A mandate goes only with the import that gave it, and only while its holder has done nothing since.
--
-- The database holds it: it says by what right something was done. Since when, the journal knows; where it does not say
-- that the mandate was given, anything its holder ever did counts. One that waits has given nothing yet, and goes freely.

CREATE FUNCTION accounts_guard_mandate() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
SET enable_seqscan = off -- for each row of an import, and the planner takes a journal that has just grown for small
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM audit_entry WHERE actor_id = OLD.user_id AND id > coalesce((
            SELECT max(id) FROM audit_entry
            WHERE subject_type = 'accounts.mandate' AND subject_id = OLD.id::text AND act = 'mandate.given'
        ), 0)
    ) THEN
        RAISE EXCEPTION 'DELETE of mandate % refused: its holder has acted since it was given', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER accounts_mandate_guard BEFORE DELETE ON accounts_mandate
    FOR EACH ROW WHEN (NOT OLD.is_waiting) EXECUTE FUNCTION accounts_guard_mandate();

-- Nobody holds two of the roles that confirm each other in one area at a time. The person is held, so that two mandates
-- given at once see each other.
CREATE FUNCTION accounts_guard_roles() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM accounts_mandate AS other
        WHERE other.user_id = NEW.user_id AND other.area_id = NEW.area_id AND other.role <> NEW.role
            AND other.role IN ('congress_staff', 'chair', 'scrutineer')
            AND daterange(other.starts_on, other.ends_on, '[]') && daterange(NEW.starts_on, NEW.ends_on, '[]')
    ) THEN
        RAISE EXCEPTION '% of a mandate of % refused: its holder has another role that confirms this one',
            TG_OP, NEW.role USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_mandate_roles BEFORE INSERT OR UPDATE ON accounts_mandate
    FOR EACH ROW WHEN (NEW.role IN ('congress_staff', 'chair', 'scrutineer')) EXECUTE FUNCTION accounts_guard_roles();

-- What waits gives something once a second person has confirmed it, and what is confirmed, or never waited, stays so.
CREATE FUNCTION accounts_guard_confirmed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'UPDATE of mandate % refused: it is confirmed by a second person, once', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER accounts_mandate_confirmed BEFORE UPDATE ON accounts_mandate
    FOR EACH ROW WHEN (
        (NEW.is_waiting, NEW.confirmed_at, NEW.confirmed_by_id) IS DISTINCT FROM
        (OLD.is_waiting, OLD.confirmed_at, OLD.confirmed_by_id)
        AND (NOT OLD.is_waiting OR NEW.confirmed_by_id IS NULL)
    ) EXECUTE FUNCTION accounts_guard_confirmed();

-- An administrator confirms those who run a vote, so nobody makes one alone where somebody else can confirm it: an
-- administrator of the area or of one above it, or its congress staff. Not where the person is one there already: a
-- mandate goes on in another organisation by the word that it had. The other is there today and tomorrow, in whatever
-- zone: the service knows which of them is meant.
CREATE FUNCTION accounts_guard_administrator() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM accounts_mandate AS other
        JOIN accounts_user ON accounts_user.id = other.user_id AND accounts_user.closed_at IS NULL
        JOIN cycles_area AS place ON place.id = other.area_id
        JOIN cycles_area AS here ON here.id = NEW.area_id AND starts_with(here.path, place.path)
        WHERE NOT other.is_waiting AND other.stands_in_for_id IS NULL
            AND other.user_id NOT IN (NEW.user_id, NEW.given_by_id)
            AND (other.role = 'administrator' OR (other.role = 'congress_staff' AND place.id = here.id))
            AND daterange(other.starts_on, other.ends_on, '[]')
                @> daterange(least(NEW.starts_on, current_date), greatest(NEW.starts_on, current_date + 1), '[]')
    ) AND NOT EXISTS (
        SELECT FROM accounts_mandate AS own
        WHERE own.user_id = NEW.user_id AND own.area_id = NEW.area_id AND own.role = NEW.role AND NOT own.is_waiting
            AND daterange(own.starts_on, own.ends_on, '[]') @> NEW.starts_on
    ) THEN
        RAISE EXCEPTION '% of a mandate of % refused: there is somebody else to confirm it', TG_OP, NEW.role
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_mandate_administrator BEFORE INSERT ON accounts_mandate
    FOR EACH ROW WHEN (
        NEW.role = 'administrator' AND NEW.given_by_id IS NOT NULL AND NOT NEW.is_waiting
        AND NEW.confirmed_by_id IS NULL
    ) EXECUTE FUNCTION accounts_guard_administrator();
