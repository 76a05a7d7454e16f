-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql).

GRANT SELECT, INSERT, UPDATE (withdrawn_at, withdrawn_by_id, why_withdrawn) ON news_newsitem TO livelihood_application;
GRANT SELECT ON news_newsitem TO livelihood_reader;
