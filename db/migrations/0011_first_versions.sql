-- The versions of first snapshots, which come by COPY: Postgres has none of it into a table under row-level security. They lie in a
-- table of their own that inherits from record_versions, and are read, and erased, through that and behind its policy alone. Here the
-- application may do one thing: add rows, which are of its transaction's firm, since it may not name another.
CREATE TABLE first_versions (
  CHECK (since_seq = 1),
  PRIMARY KEY (engagement_id, kind, key, since_seq)
) INHERITS (record_versions);
--> statement-breakpoint
REVOKE ALL ON first_versions FROM PUBLIC;
--> statement-breakpoint
GRANT INSERT (engagement_id, kind, key, since_seq, hash, content) ON first_versions TO bokslut_app;
--> statement-breakpoint
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON first_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON first_versions EXECUTE FUNCTION refuse_change();
