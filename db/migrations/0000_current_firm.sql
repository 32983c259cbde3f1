-- The firm of the transaction; null when none was set, so that no row is seen. A setting that was local to an
-- earlier transaction of the same session comes back as '', which must not become an error.
CREATE FUNCTION current_firm() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('bokslut.firm_id', true), '')::uuid;
