-- Which firms there are, for what operators do to all of them (sealing with a new key): one more question that is asked
-- without a firm, answered with ids alone (see 0002_doors.sql).
CREATE POLICY owner_reads ON firms FOR SELECT TO CURRENT_USER USING (true);
--> statement-breakpoint
CREATE FUNCTION firm_ids() RETURNS TABLE (firm_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT f.firm_id FROM firms f ORDER BY f.created_at, f.firm_id;
END;
--> statement-breakpoint
REVOKE ALL ON FUNCTION firm_ids FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION firm_ids TO bokslut_app;
