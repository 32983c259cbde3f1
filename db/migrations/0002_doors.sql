-- Who may do what. A new table needs a policy and grants in its own migration; test/db/doors.test.ts fails without.

-- Every row belongs to a firm, for the owner too. current_firm() stands in a sub-select so that it is asked once a query.
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'firm_id'
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_firm ON %I USING (firm_id = (SELECT current_firm())) WITH CHECK (firm_id = (SELECT current_firm()))', name);
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
--> statement-breakpoint
-- Read and added to, never changed.
GRANT SELECT, INSERT ON
  companies, snapshots, raw_files, record_versions, exchange_rates, attachments, sign_offs, adjustment_revisions,
  approvals, processing_history, files, export_orders, export_vouchers, file_uploads,
  firms, users, api_keys, sessions, idempotency_keys, engagements, connections, login_attempts, outbox, notifications,
  request_budget
TO bokslut_app;
--> statement-breakpoint
-- What may change, by column.
GRANT UPDATE (name, four_eyes) ON firms TO bokslut_app;
GRANT UPDATE (name, email, role, active) ON users TO bokslut_app;
GRANT UPDATE (revoked_at) ON api_keys TO bokslut_app;
GRANT UPDATE (status, response) ON idempotency_keys TO bokslut_app;
GRANT UPDATE (name) ON companies TO bokslut_app;
GRANT UPDATE (settings, responsible_user_id, run) ON engagements TO bokslut_app;
GRANT UPDATE (company_name, sealed_tokens, key_id, scopes, access_expires_at, refresh_expires_at, refresh_started_at,
  refresh_outcome_unknown, renewed_at, revoke_pending_at, revoked_at, ended_at, end_reason) ON connections TO bokslut_app;
GRANT UPDATE (used_at) ON login_attempts TO bokslut_app;
GRANT UPDATE (grants, blocked_until) ON request_budget TO bokslut_app;
GRANT UPDATE (finished_at) ON export_orders TO bokslut_app;
GRANT UPDATE (status, attempts, sent_at, fortnox_series, fortnox_number, fortnox_year_id, problem, changed_at)
  ON export_vouchers TO bokslut_app;
GRANT UPDATE (fortnox_file_id, connected_at) ON file_uploads TO bokslut_app;
GRANT UPDATE (delivered_at) ON outbox TO bokslut_app;
GRANT UPDATE (sent_at) ON notifications TO bokslut_app;
--> statement-breakpoint
-- What has no lasting worth may be swept.
GRANT DELETE ON sessions, idempotency_keys, login_attempts TO bokslut_app;
--> statement-breakpoint
-- Two questions that must be asked before a firm is known. Each answers with ids alone. They run as the owner,
-- whom row-level security binds as well (FORCE), so the owner has a policy for these two tables and for reading only.
CREATE POLICY owner_reads ON outbox FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_reads ON users FOR SELECT TO CURRENT_USER USING (true);
--> statement-breakpoint
CREATE FUNCTION undelivered_signals(older_than timestamptz, at_most int) RETURNS TABLE (firm_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT o.firm_id, o.id FROM outbox o WHERE o.delivered_at IS NULL AND o.created_at <= older_than
  ORDER BY o.created_at LIMIT at_most;
END;
--> statement-breakpoint
CREATE FUNCTION firms_of_subject(issuer text, subject text) RETURNS TABLE (firm_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT u.firm_id, u.id FROM users u
  WHERE u.issuer = firms_of_subject.issuer AND u.subject = firms_of_subject.subject AND u.active;
END;
--> statement-breakpoint
REVOKE ALL ON FUNCTION undelivered_signals, firms_of_subject FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION undelivered_signals, firms_of_subject TO bokslut_app;
--> statement-breakpoint
-- The exact sliding window: a request may leave when the 25th before it left more than a window ago. Times lie in the
-- future when the budget is spent, so callers are served in the order in which they asked. Answers the milliseconds
-- to wait, or null (nothing reserved) when that would be longer than the caller is willing to.
CREATE FUNCTION reserve_request(budget bytea, per_window int, window_ms int, longest_wait_ms int) RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
  b request_budget;
  moment timestamptz;
  leaves timestamptz;
BEGIN
  SELECT * INTO b FROM request_budget WHERE key = budget FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO request_budget (key, grants) VALUES (budget, '{}') ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT b FROM request_budget WHERE key = budget FOR UPDATE;
  END IF;
  moment := clock_timestamp(); -- after the lock was won
  leaves := greatest(moment, b.blocked_until);
  IF cardinality(b.grants) >= per_window THEN
    leaves := greatest(leaves, b.grants[cardinality(b.grants) - per_window + 1] + window_ms * interval '1 millisecond');
  END IF;
  IF leaves > moment + longest_wait_ms * interval '1 millisecond' THEN
    RETURN NULL;
  END IF;
  UPDATE request_budget
  SET grants = (b.grants || leaves)[greatest(1, cardinality(b.grants) + 2 - per_window):]
  WHERE key = budget;
  RETURN greatest(0, extract(epoch FROM leaves - moment) * 1000);
END $$;
