-- Who may approve: a person who is an active reviewer or administrator of the firm, whatever door they came through. A key
-- of the product (no person) may, unless the firm asks for four eyes.
CREATE FUNCTION approver_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.approved_by LIKE 'user:%' AND NOT EXISTS (
    SELECT FROM users u
    WHERE u.firm_id = NEW.firm_id AND 'user:' || u.id = NEW.approved_by AND u.active AND u.role IN ('reviewer', 'administrator')
  ) THEN
    RAISE EXCEPTION '% may not approve', NEW.approved_by USING ERRCODE = 'BK004';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
-- After the row, so that the policy of row-level security has spoken first.
CREATE TRIGGER approver_role AFTER INSERT ON approvals FOR EACH ROW EXECUTE FUNCTION approver_role();
