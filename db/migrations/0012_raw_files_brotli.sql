-- From here on parts are compressed by Brotli: as small, in less than half the time. What gzip holds stays as it is and is read.
-- A process from before this migration cannot read a file that a later one stores: its binder waits for the new process.
ALTER TABLE "raw_files" ALTER COLUMN "gzip" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "raw_files" ADD COLUMN "brotli" "bytea";
--> statement-breakpoint
-- Compressed already, as in 0009_raw_files_plain.sql.
ALTER TABLE "raw_files" ALTER COLUMN "brotli" SET STORAGE EXTERNAL;
--> statement-breakpoint
-- expand: the release before writes gzip into every row, and nothing else. Not validated: every row so far has it.
ALTER TABLE "raw_files" ADD CONSTRAINT "raw_files_kept" CHECK (num_nonnulls(gzip, brotli) = 1) NOT VALID;
