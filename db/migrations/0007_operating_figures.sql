CREATE INDEX "export_vouchers_unsettled" ON "export_vouchers" USING btree ("status") WHERE "export_vouchers"."status" not in ('planned', 'confirmed', 'refused', 'withdrawn');--> statement-breakpoint
-- What operators watch over all firms: one more question that is asked without a firm, answered with counts and ages alone
-- (see 0002_doors.sql).
CREATE POLICY owner_reads ON connections FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY owner_reads ON export_vouchers FOR SELECT TO CURRENT_USER USING (true);
--> statement-breakpoint
CREATE FUNCTION operating_figures(login_term_ms bigint) RETURNS TABLE (figure text, label text, value double precision)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
  SELECT 'logins', least(30, greatest(0, floor(extract(epoch FROM c.renewed_at + login_term_ms * interval '1 millisecond' - now()) / 86400)))::int::text,
    count(*)::double precision
  FROM connections c WHERE c.ended_at IS NULL GROUP BY 2
  UNION ALL
  SELECT 'revocations', '', count(*) FROM connections c WHERE c.revoke_pending_at IS NOT NULL AND c.revoked_at IS NULL
  UNION ALL
  SELECT 'vouchers', v.status, count(*) FROM export_vouchers v
  WHERE v.status NOT IN ('planned', 'confirmed', 'refused', 'withdrawn') GROUP BY 2
  UNION ALL
  SELECT 'signals', '', count(*) FROM outbox o WHERE o.delivered_at IS NULL
  UNION ALL
  SELECT 'oldestSignal', '', coalesce(extract(epoch FROM now() - min(o.created_at)), 0) FROM outbox o WHERE o.delivered_at IS NULL
  UNION ALL
  SELECT 'deliveries', d.channel, count(*) FROM notification_deliveries d WHERE d.sent_at IS NULL AND d.next_attempt_at IS NOT NULL GROUP BY 2
  UNION ALL
  SELECT 'oldestDelivery', '', coalesce(extract(epoch FROM now() - min(d.created_at)), 0) FROM notification_deliveries d
  WHERE d.sent_at IS NULL AND d.next_attempt_at IS NOT NULL;
END;
--> statement-breakpoint
REVOKE ALL ON FUNCTION operating_figures FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION operating_figures TO bokslut_app;
