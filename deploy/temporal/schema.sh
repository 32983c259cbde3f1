#!/bin/sh
# Makes Temporal's two databases and brings their tables up to date; safe to run again. Before a new version of the server.
set -eu
at="--plugin postgres12_pgx --ep $POSTGRES_SEEDS -p $DB_PORT -u $POSTGRES_USER"
export SQL_PASSWORD="$POSTGRES_PWD"

bring_up() {
  temporal-sql-tool $at --db "$1" create-database --defaultdb postgres
  # Refused when the tables are there: then they are only brought up to date.
  temporal-sql-tool $at --db "$1" setup-schema -v 0.0 || true
  temporal-sql-tool $at --db "$1" update-schema --schema-name "postgresql/v12/$2"
}

bring_up "$DBNAME" temporal
bring_up "$VISIBILITY_DBNAME" visibility
