-- Erases one engagement: everything that it alone has left in the database. For the owner of the tables, by hand:
--   psql "$DATABASE_ADMIN_URL" -v ON_ERROR_STOP=1 -v firm=… -v engagement=… -f docs/erase-engagement.sql
-- Refused before the law's time is over (BFL 7:2: the seventh year after the calendar year in which the financial year
-- ended), unless the close was called off and has exported and assembled nothing. A second person should have said yes.
BEGIN;
SELECT set_config('bokslut.firm_id', :'firm', true), set_config('erase.engagement', :'engagement', true);

DO $$
DECLARE
  erased constant uuid := current_setting('erase.engagement');
  ended date;
  is_over boolean;
  left_nothing boolean;
BEGIN
  SELECT e.year_to INTO ended FROM engagements e WHERE e.firm_id = current_firm() AND e.id = erased;
  IF ended IS NULL THEN
    RAISE EXCEPTION 'no engagement % in firm %', erased, current_firm();
  END IF;
  is_over := extract(year FROM now()) > extract(year FROM ended) + 7;
  left_nothing :=
    EXISTS (SELECT FROM processing_history h WHERE h.firm_id = current_firm() AND h.engagement_id = erased
            AND h.event = 'engagement.cancelled')
    AND NOT EXISTS (SELECT FROM export_vouchers v WHERE v.firm_id = current_firm() AND v.engagement_id = erased
                    AND v.status <> 'withdrawn')
    AND NOT EXISTS (SELECT FROM files f WHERE f.firm_id = current_firm() AND f.engagement_id = erased AND f.kind = 'binder');
  IF NOT (is_over OR left_nothing) THEN
    RAISE EXCEPTION 'engagement % must be kept until the end of %', erased, extract(year FROM ended) + 7;
  END IF;
END $$;

-- The guards are for everybody, so they are lifted for this transaction; a failure below puts them back.
ALTER TABLE sign_offs DISABLE TRIGGER append_only;
ALTER TABLE attachments DISABLE TRIGGER append_only;
ALTER TABLE approvals DISABLE TRIGGER append_only;
ALTER TABLE adjustment_revisions DISABLE TRIGGER append_only;
ALTER TABLE record_versions DISABLE TRIGGER append_only;
ALTER TABLE snapshots DISABLE TRIGGER append_only;
ALTER TABLE raw_files DISABLE TRIGGER append_only;
ALTER TABLE files DISABLE TRIGGER append_only;
ALTER TABLE processing_history DISABLE TRIGGER append_only;
ALTER TABLE export_vouchers DISABLE TRIGGER kept;
ALTER TABLE export_orders DISABLE TRIGGER kept;

DELETE FROM file_uploads u USING export_orders o
  WHERE u.firm_id = :'firm' AND o.firm_id = u.firm_id AND o.id = u.order_id AND o.engagement_id = :'engagement';
DELETE FROM export_vouchers WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM export_orders WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM approvals WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM adjustment_revisions WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM sign_offs s USING attachments a
  WHERE s.firm_id = :'firm' AND a.firm_id = s.firm_id AND a.id = s.attachment_id AND a.engagement_id = :'engagement';
DELETE FROM attachments WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM record_versions WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM snapshots WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM files WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM login_attempts WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM notification_deliveries d USING notifications n
  WHERE d.firm_id = :'firm' AND n.firm_id = d.firm_id AND n.id = d.notification_id AND n.engagement_id = :'engagement';
DELETE FROM notification_deliveries d USING notifications n
  WHERE d.firm_id = :'firm' AND n.firm_id = d.firm_id AND n.id = d.notification_id AND n.engagement_id = :'engagement';
DELETE FROM notifications WHERE firm_id = :'firm' AND engagement_id = :'engagement';
DELETE FROM outbox WHERE firm_id = :'firm' AND workflow_id = 'close/' || :'engagement';
DELETE FROM processing_history WHERE firm_id = :'firm' AND engagement_id = :'engagement';
-- A file's parts are shared by the engagements of a firm: those that no import names any more.
DELETE FROM raw_files r WHERE r.firm_id = :'firm' AND NOT EXISTS (
  SELECT FROM snapshots s, jsonb_array_elements(s.raw_files) file
  WHERE s.firm_id = r.firm_id
    AND (file->>'sha256' = encode(r.sha256, 'hex') OR file->'parts' @> to_jsonb(encode(r.sha256, 'hex'))));
DELETE FROM engagements WHERE firm_id = :'firm' AND id = :'engagement';

-- A company without an engagement goes too, with its ended logins and their lines; a live login keeps it.
CREATE TEMPORARY TABLE gone ON COMMIT DROP AS
  SELECT c.id FROM companies c WHERE c.firm_id = :'firm'
    AND NOT EXISTS (SELECT FROM engagements e WHERE e.firm_id = c.firm_id AND e.company_id = c.id)
    AND NOT EXISTS (SELECT FROM connections l WHERE l.firm_id = c.firm_id AND l.company_id = c.id
                    AND (l.ended_at IS NULL OR l.sealed_tokens IS NOT NULL));
DELETE FROM processing_history h USING connections l
  WHERE h.firm_id = :'firm' AND h.engagement_id IS NULL AND h.details->>'connectionId' = l.id::text
    AND l.firm_id = h.firm_id AND l.company_id IN (SELECT id FROM gone);
DELETE FROM notification_deliveries d USING notifications n, connections l
  WHERE d.firm_id = :'firm' AND n.firm_id = d.firm_id AND n.id = d.notification_id
    AND n.connection_id = l.id AND l.firm_id = n.firm_id AND l.company_id IN (SELECT id FROM gone);
DELETE FROM notification_deliveries d USING notifications n, connections l
  WHERE d.firm_id = :'firm' AND n.firm_id = d.firm_id AND n.id = d.notification_id
    AND n.connection_id = l.id AND l.firm_id = n.firm_id AND l.company_id IN (SELECT id FROM gone);
DELETE FROM notifications n USING connections l
  WHERE n.firm_id = :'firm' AND n.connection_id = l.id AND l.firm_id = n.firm_id AND l.company_id IN (SELECT id FROM gone);
DELETE FROM connections WHERE firm_id = :'firm' AND company_id IN (SELECT id FROM gone);
DELETE FROM companies WHERE firm_id = :'firm' AND id IN (SELECT id FROM gone);

ALTER TABLE sign_offs ENABLE TRIGGER append_only;
ALTER TABLE attachments ENABLE TRIGGER append_only;
ALTER TABLE approvals ENABLE TRIGGER append_only;
ALTER TABLE adjustment_revisions ENABLE TRIGGER append_only;
ALTER TABLE record_versions ENABLE TRIGGER append_only;
ALTER TABLE snapshots ENABLE TRIGGER append_only;
ALTER TABLE raw_files ENABLE TRIGGER append_only;
ALTER TABLE files ENABLE TRIGGER append_only;
ALTER TABLE processing_history ENABLE TRIGGER append_only;
ALTER TABLE export_vouchers ENABLE TRIGGER kept;
ALTER TABLE export_orders ENABLE TRIGGER kept;
COMMIT;
