-- What must never change is refused for everyone, the owner and superusers too.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'BK001';
END $$;
--> statement-breakpoint
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['snapshots', 'raw_files', 'record_versions', 'exchange_rates', 'attachments', 'sign_offs',
    'adjustment_revisions', 'approvals', 'processing_history', 'files']
  LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['export_orders', 'export_vouchers']
  LOOP
    EXECUTE format('CREATE TRIGGER kept BEFORE DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER kept_whole BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE users ADD CHECK (role IN ('preparer', 'reviewer', 'administrator'));
ALTER TABLE engagements ADD CHECK (year_from <= year_to AND run >= 1);
ALTER TABLE connections
  ADD CHECK (end_reason IN ('expired', 'revoked', 'disconnected', 'refused')),
  ADD CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
  ADD CHECK (ended_at IS NOT NULL OR sealed_tokens IS NOT NULL),
  ADD CHECK ((sealed_tokens IS NULL) = (key_id IS NULL));
ALTER TABLE record_versions ADD CHECK (kind IN ('account', 'balance', 'invoice', 'payment', 'series', 'voucher'));
ALTER TABLE attachments ADD CHECK (origin IN ('generated', 'edited', 'offered') AND version >= 1);
ALTER TABLE sign_offs ADD CHECK (role IN ('prepared', 'reviewed'));
ALTER TABLE export_vouchers
  ADD CHECK (status IN ('planned', 'sending', 'unknown', 'ambiguous', 'posted', 'differs', 'confirmed', 'refused', 'withdrawn')),
  ADD CHECK (status NOT IN ('posted', 'differs', 'confirmed')
    OR (fortnox_series IS NOT NULL AND fortnox_number IS NOT NULL AND fortnox_year_id IS NOT NULL));
--> statement-breakpoint
-- Four eyes, when the firm asks for it: nobody approves a revision that they saved, and only a person can.
CREATE FUNCTION four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  saver text;
BEGIN
  IF (SELECT f.four_eyes FROM firms f WHERE f.firm_id = NEW.firm_id) THEN
    SELECT saved_by INTO STRICT saver FROM adjustment_revisions r
    WHERE r.firm_id = NEW.firm_id AND r.engagement_id = NEW.engagement_id AND r.revision = NEW.revision;
    IF saver = NEW.approved_by OR NEW.approved_by NOT LIKE 'user:%' THEN
      RAISE EXCEPTION 'revision % was saved by the same person', NEW.revision USING ERRCODE = 'BK002';
    END IF;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER four_eyes BEFORE INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION four_eyes();
--> statement-breakpoint
-- An order is finished once, and only when each of its vouchers has come to an end.
CREATE FUNCTION export_order_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.finished_at IS NOT NULL OR (to_jsonb(NEW) - 'finished_at') <> (to_jsonb(OLD) - 'finished_at') THEN
    RAISE EXCEPTION 'export order % is settled', OLD.id USING ERRCODE = 'BK003';
  END IF;
  IF EXISTS (SELECT FROM export_vouchers v WHERE v.firm_id = OLD.firm_id AND v.order_id = OLD.id
             AND v.status NOT IN ('confirmed', 'withdrawn')) THEN
    RAISE EXCEPTION 'export order % has vouchers that are not settled', OLD.id USING ERRCODE = 'BK003';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER steps BEFORE UPDATE ON export_orders FOR EACH ROW EXECUTE FUNCTION export_order_steps();
--> statement-breakpoint
-- A voucher's legal steps; nothing follows after confirmed or withdrawn, and what is to be sent never changes.
CREATE FUNCTION export_voucher_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  movable constant text[] := ARRAY['status', 'attempts', 'sent_at', 'fortnox_series', 'fortnox_number', 'fortnox_year_id',
    'problem', 'changed_at'];
BEGIN
  IF (OLD.status || '>' || NEW.status) NOT IN (
    'planned>sending', 'planned>withdrawn',
    'sending>posted', 'sending>unknown', 'sending>refused', 'sending>planned',
    'unknown>posted', 'unknown>planned', 'unknown>ambiguous',
    'ambiguous>posted', 'ambiguous>planned',
    'posted>confirmed', 'posted>differs', 'differs>confirmed',
    'refused>planned', 'refused>withdrawn')
    OR (to_jsonb(NEW) - movable) <> (to_jsonb(OLD) - movable)
    OR (OLD.fortnox_number IS NOT NULL AND (OLD.fortnox_series, OLD.fortnox_number, OLD.fortnox_year_id)
        IS DISTINCT FROM (NEW.fortnox_series, NEW.fortnox_number, NEW.fortnox_year_id)) THEN
    RAISE EXCEPTION 'export voucher % of order %: % to % refused', OLD.position, OLD.order_id, OLD.status, NEW.status
      USING ERRCODE = 'BK003';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER steps BEFORE UPDATE ON export_vouchers FOR EACH ROW EXECUTE FUNCTION export_voucher_steps();
