-- The doors (0002_doors.sql) of what notifies.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['webhook_endpoints', 'notification_deliveries']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_firm ON %I USING (firm_id = (SELECT current_firm())) WITH CHECK (firm_id = (SELECT current_firm()))', name);
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE ALL ON webhook_endpoints, notification_deliveries FROM PUBLIC;
GRANT SELECT, INSERT ON webhook_endpoints, notification_deliveries TO bokslut_app;
GRANT UPDATE (sealed_secret, key_id, removed_at) ON webhook_endpoints TO bokslut_app;
GRANT UPDATE (attempts, next_attempt_at, last_error, sent_at) ON notification_deliveries TO bokslut_app;
--> statement-breakpoint
ALTER TABLE webhook_endpoints
  ADD CHECK ((sealed_secret IS NULL) = (removed_at IS NOT NULL)),
  ADD CHECK ((sealed_secret IS NULL) = (key_id IS NULL));
ALTER TABLE notification_deliveries
  ADD CHECK ((channel = 'email' AND user_id IS NOT NULL AND endpoint_id IS NULL)
    OR (channel = 'webhook' AND endpoint_id IS NOT NULL AND user_id IS NULL)),
  ADD CHECK (sent_at IS NULL OR next_attempt_at IS NULL);
--> statement-breakpoint
-- Two more questions that are asked before a firm is known, answered with ids alone (see 0002_doors.sql).
CREATE POLICY owner_reads ON notifications FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_reads ON notification_deliveries FOR SELECT TO CURRENT_USER USING (true);
--> statement-breakpoint
CREATE FUNCTION unsent_notifications(at_most int) RETURNS TABLE (firm_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT n.firm_id, n.id FROM notifications n WHERE n.sent_at IS NULL ORDER BY n.created_at LIMIT at_most;
END;
--> statement-breakpoint
CREATE FUNCTION due_deliveries(at_most int) RETURNS TABLE (firm_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT d.firm_id, d.id FROM notification_deliveries d WHERE d.next_attempt_at <= now()
  ORDER BY d.next_attempt_at LIMIT at_most;
END;
--> statement-breakpoint
REVOKE ALL ON FUNCTION unsent_notifications, due_deliveries FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION unsent_notifications, due_deliveries TO bokslut_app;
