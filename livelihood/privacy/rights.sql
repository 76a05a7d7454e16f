-- What the application and the reader may do in the tables of this room: as much as its acts do, and no more.
--
-- Run anew after each migration, on nothing (kernel/rights.sql).

GRANT SELECT, INSERT ON privacy_retentionperiod TO livelihood_application;
GRANT SELECT ON privacy_retentionperiod TO livelihood_reader;

GRANT SELECT, INSERT ON privacy_forgetting TO livelihood_application;
GRANT SELECT ON privacy_forgetting TO livelihood_reader;
