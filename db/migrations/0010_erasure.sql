-- Erasing what the law asks for no more, by the tables' owner alone. The guards of 0003_guards.sql let the owner's functions below
-- delete, within their transaction; updates are refused to everybody as before, and the application's role gets no way in.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' AND current_setting('bokslut.erasing', true) = 'yes'
    AND pg_has_role(current_user, (SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID), 'MEMBER') THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'BK001';
END $$;
--> statement-breakpoint
-- The last day on which the accounting information of a financial year must be kept (BFL 7:2): that of the seventh year after
-- the calendar year in which it ended.
CREATE FUNCTION kept_until(year_to date) RETURNS date LANGUAGE sql IMMUTABLE
RETURN make_date(extract(year FROM year_to)::int + 7, 12, 31);
--> statement-breakpoint
-- Erases one engagement: everything that it alone has left. Refused before the law's time is over, unless the close was called off
-- and has exported and assembled nothing, or its books are kept elsewhere (archived).
CREATE FUNCTION erase_engagement(erased_firm uuid, erased uuid, archived boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  ended date;
  left_nothing boolean;
BEGIN
  PERFORM set_config('bokslut.firm_id', erased_firm::text, true), set_config('bokslut.erasing', 'yes', true);
  SELECT e.year_to INTO ended FROM engagements e WHERE e.firm_id = erased_firm AND e.id = erased;
  IF ended IS NULL THEN
    RAISE EXCEPTION 'no engagement % in firm %', erased, erased_firm USING ERRCODE = 'BK005';
  END IF;
  left_nothing :=
    EXISTS (SELECT FROM processing_history h WHERE h.firm_id = erased_firm AND h.engagement_id = erased
            AND h.event = 'engagement.cancelled')
    AND NOT EXISTS (SELECT FROM export_vouchers v WHERE v.firm_id = erased_firm AND v.engagement_id = erased
                    AND v.status <> 'withdrawn')
    AND NOT EXISTS (SELECT FROM files f WHERE f.firm_id = erased_firm AND f.engagement_id = erased AND f.kind = 'binder');
  IF NOT (archived OR left_nothing OR current_date > kept_until(ended)) THEN
    RAISE EXCEPTION 'engagement % must be kept until the end of %', erased, extract(year FROM kept_until(ended))
      USING ERRCODE = 'BK005';
  END IF;

  DELETE FROM file_uploads u USING export_orders o
    WHERE u.firm_id = erased_firm AND o.firm_id = u.firm_id AND o.id = u.order_id AND o.engagement_id = erased;
  DELETE FROM export_vouchers WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM export_orders WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM approvals WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM adjustment_revisions WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM sign_offs s USING attachments a
    WHERE s.firm_id = erased_firm AND a.firm_id = s.firm_id AND a.id = s.attachment_id AND a.engagement_id = erased;
  DELETE FROM attachments WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM record_versions WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM snapshots WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM files WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM login_attempts WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM notification_deliveries d USING notifications n
    WHERE d.firm_id = erased_firm AND n.firm_id = d.firm_id AND n.id = d.notification_id AND n.engagement_id = erased;
  DELETE FROM notifications WHERE firm_id = erased_firm AND engagement_id = erased;
  DELETE FROM outbox WHERE firm_id = erased_firm AND workflow_id = 'close/' || erased;
  DELETE FROM processing_history WHERE firm_id = erased_firm AND engagement_id = erased;
  -- A file's parts are shared by the engagements of a firm: those that no import names any more.
  DELETE FROM raw_files r WHERE r.firm_id = erased_firm AND NOT EXISTS (
    SELECT FROM snapshots s, jsonb_array_elements(s.raw_files) file
    WHERE s.firm_id = r.firm_id
      AND (file->>'sha256' = encode(r.sha256, 'hex') OR file->'parts' @> to_jsonb(encode(r.sha256, 'hex'))));
  DELETE FROM engagements WHERE firm_id = erased_firm AND id = erased;

  -- A company without an engagement goes too, with its ended logins and their lines; a live login keeps it.
  CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
    SELECT l.id AS connection_id, c.id AS company_id FROM companies c
    LEFT JOIN connections l ON l.firm_id = c.firm_id AND l.company_id = c.id
    WHERE c.firm_id = erased_firm
      AND NOT EXISTS (SELECT FROM engagements e WHERE e.firm_id = c.firm_id AND e.company_id = c.id)
      AND NOT EXISTS (SELECT FROM connections v WHERE v.firm_id = c.firm_id AND v.company_id = c.id
                      AND (v.ended_at IS NULL OR v.sealed_tokens IS NOT NULL));
  DELETE FROM processing_history h USING gone g
    WHERE h.firm_id = erased_firm AND h.engagement_id IS NULL AND h.details->>'connectionId' = g.connection_id::text;
  DELETE FROM notification_deliveries d USING notifications n, gone g
    WHERE d.firm_id = erased_firm AND n.firm_id = d.firm_id AND n.id = d.notification_id AND n.connection_id = g.connection_id;
  DELETE FROM notifications n USING gone g WHERE n.firm_id = erased_firm AND n.connection_id = g.connection_id;
  DELETE FROM outbox o USING gone g WHERE o.firm_id = erased_firm AND o.workflow_id = 'login-expiry/' || g.connection_id;
  DELETE FROM connections l USING gone g WHERE l.firm_id = erased_firm AND l.id = g.connection_id;
  DELETE FROM companies c USING gone g WHERE c.firm_id = erased_firm AND c.id = g.company_id;
  DROP TABLE gone;
  PERFORM set_config('bokslut.erasing', '', true);
END $$;
--> statement-breakpoint
-- Erases a firm: all of its engagements, each only when it may be, and what is left of the firm itself. Refused while a login
-- at Fortnox is not yet revoked, since its tokens would be lost with the row.
CREATE FUNCTION erase_firm(erased_firm uuid, archived boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  one uuid;
  name text;
BEGIN
  PERFORM set_config('bokslut.firm_id', erased_firm::text, true);
  IF EXISTS (SELECT FROM connections c WHERE c.firm_id = erased_firm AND (c.ended_at IS NULL OR c.sealed_tokens IS NOT NULL)) THEN
    RAISE EXCEPTION 'firm % has logins at Fortnox that are not revoked', erased_firm USING ERRCODE = 'BK005';
  END IF;
  FOR one IN SELECT e.id FROM engagements e WHERE e.firm_id = erased_firm LOOP
    PERFORM erase_engagement(erased_firm, one, archived);
  END LOOP;
  PERFORM set_config('bokslut.erasing', 'yes', true);
  -- In the order in which they point at one another.
  FOREACH name IN ARRAY ARRAY['notification_deliveries', 'notifications', 'webhook_endpoints', 'outbox', 'processing_history',
    'idempotency_keys', 'sessions', 'api_keys', 'exchange_rates', 'raw_files', 'connections', 'companies', 'users', 'firms']
  LOOP
    EXECUTE format('DELETE FROM %I WHERE firm_id = $1', name) USING erased_firm;
  END LOOP;
  PERFORM set_config('bokslut.erasing', '', true);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION erase_engagement, erase_firm, kept_until FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION kept_until TO bokslut_app;
