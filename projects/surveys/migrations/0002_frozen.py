"""What is frozen stays: the database refuses to change a frozen survey, its answers, draws and figures."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION surveys_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    survey bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.survey_id ELSE OLD.survey_id END;
BEGIN
    IF EXISTS (SELECT FROM surveys_survey WHERE id = survey AND state = 'frozen') THEN
        RAISE EXCEPTION 'Survey % is frozen: % on % refused', survey, TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION surveys_refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Survey % is frozen: % refused', OLD.id, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER surveys_survey_frozen BEFORE UPDATE OR DELETE ON surveys_survey
    FOR EACH ROW WHEN (OLD.state = 'frozen') EXECUTE FUNCTION surveys_refuse_thaw();
CREATE TRIGGER surveys_aggregate_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_aggregate
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();
CREATE TRIGGER surveys_response_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_response
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();
CREATE TRIGGER surveys_draw_frozen BEFORE INSERT OR UPDATE OR DELETE ON surveys_draw
    FOR EACH ROW EXECUTE FUNCTION surveys_refuse_frozen();
"""

BACKWARD = """
DROP TRIGGER surveys_survey_frozen ON surveys_survey;
DROP TRIGGER surveys_aggregate_frozen ON surveys_aggregate;
DROP TRIGGER surveys_response_frozen ON surveys_response;
DROP TRIGGER surveys_draw_frozen ON surveys_draw;
DROP FUNCTION surveys_refuse_thaw();
DROP FUNCTION surveys_refuse_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
