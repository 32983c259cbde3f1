-- The parts are compressed already: Postgres' own attempt at it costs more than storing them.
ALTER TABLE raw_files ALTER COLUMN gzip SET STORAGE EXTERNAL;
