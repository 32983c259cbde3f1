#!/bin/sh
# Run once, when Postgres makes its data: Temporal has a role of its own, which owns its two databases and cannot read ours.
set -eu
psql --username postgres --set password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
create role temporal login createdb password :'password';
revoke connect on database bokslut from public;
SQL
