CREATE TABLE "exchange_rates" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"currency" text NOT NULL,
	"date" date NOT NULL,
	"rate" text NOT NULL,
	"source" text NOT NULL,
	"entered_by" text NOT NULL,
	"entered_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "exchange_rates_firm_id_id_pk" PRIMARY KEY("firm_id","id")
);
--> statement-breakpoint
CREATE TABLE "raw_files" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"sha256" "bytea" NOT NULL,
	"gzip" "bytea" NOT NULL,
	"stored_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "raw_files_firm_id_sha256_pk" PRIMARY KEY("firm_id","sha256")
);
--> statement-breakpoint
CREATE TABLE "record_versions" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"kind" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"since_seq" integer NOT NULL,
	"hash" "bytea" NOT NULL,
	"content" json,
	CONSTRAINT "record_versions_engagement_id_kind_key_since_seq_pk" PRIMARY KEY("engagement_id","kind","key","since_seq")
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"fetched_at" timestamp (3) with time zone NOT NULL,
	"fetched_by" text NOT NULL,
	"source" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"header" jsonb NOT NULL,
	"findings" jsonb NOT NULL,
	"counts" jsonb NOT NULL,
	"written" integer NOT NULL,
	"raw_files" jsonb NOT NULL,
	CONSTRAINT "snapshots_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "snapshots_seq" UNIQUE("firm_id","engagement_id","seq")
);
--> statement-breakpoint
CREATE TABLE "adjustment_revisions" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"data" jsonb NOT NULL,
	"hash" "bytea" NOT NULL,
	"saved_by" text NOT NULL,
	"saved_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "adjustment_revisions_firm_id_engagement_id_revision_pk" PRIMARY KEY("firm_id","engagement_id","revision")
);
--> statement-breakpoint
CREATE TABLE "approvals" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"revision_hash" "bytea" NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"snapshot_hash" "bytea" NOT NULL,
	"series" text NOT NULL,
	"final" boolean NOT NULL,
	"approved_by" text NOT NULL,
	"approved_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approvals_firm_id_id_pk" PRIMARY KEY("firm_id","id")
);
--> statement-breakpoint
CREATE TABLE "attachments" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"account_group" text NOT NULL,
	"version" integer NOT NULL,
	"snapshot_id" uuid NOT NULL,
	"origin" text NOT NULL,
	"data" jsonb NOT NULL,
	"figures_hash" "bytea" NOT NULL,
	"saved_by" text NOT NULL,
	"saved_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attachments_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "attachments_version" UNIQUE("firm_id","engagement_id","account_group","version")
);
--> statement-breakpoint
CREATE TABLE "sign_offs" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"attachment_id" uuid NOT NULL,
	"role" text NOT NULL,
	"signed_by" text NOT NULL,
	"signed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"figures_hash" "bytea" NOT NULL,
	CONSTRAINT "sign_offs_firm_id_id_pk" PRIMARY KEY("firm_id","id")
);
--> statement-breakpoint
CREATE TABLE "companies" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"organisation_number" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "companies_firm_id_id_pk" PRIMARY KEY("firm_id","id")
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"company_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"company_name" text NOT NULL,
	"sealed_tokens" "bytea",
	"key_id" text,
	"scopes" text[] NOT NULL,
	"access_expires_at" timestamp (3) with time zone NOT NULL,
	"refresh_expires_at" timestamp (3) with time zone NOT NULL,
	"refresh_started_at" timestamp (3) with time zone,
	"refresh_outcome_unknown" boolean DEFAULT false NOT NULL,
	"renewed_at" timestamp (3) with time zone NOT NULL,
	"revoke_pending_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"end_reason" text,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "connections_firm_id_id_pk" PRIMARY KEY("firm_id","id")
);
--> statement-breakpoint
CREATE TABLE "engagements" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"company_id" uuid NOT NULL,
	"year_from" date NOT NULL,
	"year_to" date NOT NULL,
	"settings" jsonb NOT NULL,
	"responsible_user_id" uuid,
	"run" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "engagements_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "engagements_year" UNIQUE("firm_id","company_id","year_from")
);
--> statement-breakpoint
CREATE TABLE "login_attempts" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"state_hash" "bytea" NOT NULL,
	"engagement_id" uuid NOT NULL,
	"started_by" text NOT NULL,
	"session_hash" "bytea",
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"used_at" timestamp (3) with time zone,
	CONSTRAINT "login_attempts_firm_id_state_hash_pk" PRIMARY KEY("firm_id","state_hash")
);
--> statement-breakpoint
CREATE TABLE "request_budget" (
	"key" "bytea" PRIMARY KEY NOT NULL,
	"grants" timestamp (3) with time zone[] NOT NULL,
	"blocked_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "export_orders" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"year_from" date NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone,
	CONSTRAINT "export_orders_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "export_orders_approval" UNIQUE("firm_id","approval_id")
);
--> statement-breakpoint
CREATE TABLE "export_vouchers" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"engagement_id" uuid NOT NULL,
	"adjustment_id" text NOT NULL,
	"marker" text NOT NULL,
	"content" jsonb NOT NULL,
	"series" text NOT NULL,
	"status" text DEFAULT 'planned' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"fortnox_series" text,
	"fortnox_number" integer,
	"fortnox_year_id" integer,
	"problem" jsonb,
	"changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "export_vouchers_firm_id_order_id_position_pk" PRIMARY KEY("firm_id","order_id","position"),
	CONSTRAINT "export_vouchers_marker" UNIQUE("marker")
);
--> statement-breakpoint
CREATE TABLE "file_uploads" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"order_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"sha256" "bytea" NOT NULL,
	"name" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"fortnox_file_id" text,
	"connected_at" timestamp (3) with time zone,
	CONSTRAINT "file_uploads_firm_id_order_id_position_sha256_pk" PRIMARY KEY("firm_id","order_id","position","sha256")
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"hash" "bytea" NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "api_keys_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "api_keys_hash" UNIQUE("firm_id","hash")
);
--> statement-breakpoint
CREATE TABLE "firms" (
	"firm_id" uuid PRIMARY KEY DEFAULT current_firm() NOT NULL,
	"name" text NOT NULL,
	"four_eyes" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"key" text NOT NULL,
	"request_hash" "bytea" NOT NULL,
	"status" integer,
	"response" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_firm_id_key_pk" PRIMARY KEY("firm_id","key")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"hash" "bytea" NOT NULL,
	"user_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sessions_firm_id_hash_pk" PRIMARY KEY("firm_id","hash")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "users_subject" UNIQUE("firm_id","issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "files" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"engagement_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"media_type" text NOT NULL,
	"sha256" "bytea" NOT NULL,
	"size_bytes" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	"stored_by" text NOT NULL,
	"stored_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "files_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "files_content" UNIQUE("firm_id","engagement_id","kind","name","sha256")
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"due_key" text NOT NULL,
	"engagement_id" uuid,
	"connection_id" uuid,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp (3) with time zone,
	CONSTRAINT "notifications_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "notifications_due" UNIQUE("firm_id","due_key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"workflow_id" text NOT NULL,
	"signal" text NOT NULL,
	"args" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp (3) with time zone,
	CONSTRAINT "outbox_firm_id_id_pk" PRIMARY KEY("firm_id","id")
);
--> statement-breakpoint
CREATE TABLE "processing_history" (
	"firm_id" uuid DEFAULT current_firm() NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "processing_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"actor" text NOT NULL,
	"event" text NOT NULL,
	"engagement_id" uuid,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"once_key" text,
	CONSTRAINT "processing_history_firm_id_id_pk" PRIMARY KEY("firm_id","id"),
	CONSTRAINT "processing_history_once" UNIQUE("firm_id","once_key")
);
--> statement-breakpoint
ALTER TABLE "exchange_rates" ADD CONSTRAINT "exchange_rates_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "raw_files" ADD CONSTRAINT "raw_files_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adjustment_revisions" ADD CONSTRAINT "adjustment_revisions_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "adjustment_revisions" ADD CONSTRAINT "adjustment_revisions_firm_id_snapshot_id_snapshots_firm_id_id_fk" FOREIGN KEY ("firm_id","snapshot_id") REFERENCES "public"."snapshots"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_firm_id_engagement_id_revision_adjustment_revisions_firm_id_engagement_id_revision_fk" FOREIGN KEY ("firm_id","engagement_id","revision") REFERENCES "public"."adjustment_revisions"("firm_id","engagement_id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_firm_id_snapshot_id_snapshots_firm_id_id_fk" FOREIGN KEY ("firm_id","snapshot_id") REFERENCES "public"."snapshots"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_firm_id_snapshot_id_snapshots_firm_id_id_fk" FOREIGN KEY ("firm_id","snapshot_id") REFERENCES "public"."snapshots"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_offs" ADD CONSTRAINT "sign_offs_firm_id_attachment_id_attachments_firm_id_id_fk" FOREIGN KEY ("firm_id","attachment_id") REFERENCES "public"."attachments"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "companies" ADD CONSTRAINT "companies_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_firm_id_company_id_companies_firm_id_id_fk" FOREIGN KEY ("firm_id","company_id") REFERENCES "public"."companies"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engagements" ADD CONSTRAINT "engagements_firm_id_company_id_companies_firm_id_id_fk" FOREIGN KEY ("firm_id","company_id") REFERENCES "public"."companies"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "login_attempts" ADD CONSTRAINT "login_attempts_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "export_orders" ADD CONSTRAINT "export_orders_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "export_orders" ADD CONSTRAINT "export_orders_firm_id_approval_id_approvals_firm_id_id_fk" FOREIGN KEY ("firm_id","approval_id") REFERENCES "public"."approvals"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "export_vouchers" ADD CONSTRAINT "export_vouchers_firm_id_order_id_export_orders_firm_id_id_fk" FOREIGN KEY ("firm_id","order_id") REFERENCES "public"."export_orders"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_uploads" ADD CONSTRAINT "file_uploads_firm_id_order_id_position_export_vouchers_firm_id_order_id_position_fk" FOREIGN KEY ("firm_id","order_id","position") REFERENCES "public"."export_vouchers"("firm_id","order_id","position") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_firm_id_user_id_users_firm_id_id_fk" FOREIGN KEY ("firm_id","user_id") REFERENCES "public"."users"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "files" ADD CONSTRAINT "files_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_firm_id_firms_firm_id_fk" FOREIGN KEY ("firm_id") REFERENCES "public"."firms"("firm_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processing_history" ADD CONSTRAINT "processing_history_firm_id_engagement_id_engagements_firm_id_id_fk" FOREIGN KEY ("firm_id","engagement_id") REFERENCES "public"."engagements"("firm_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exchange_rates_day" ON "exchange_rates" USING btree ("firm_id","date","currency");--> statement-breakpoint
CREATE INDEX "record_versions_since" ON "record_versions" USING btree ("engagement_id","since_seq");--> statement-breakpoint
CREATE INDEX "approvals_engagement" ON "approvals" USING btree ("firm_id","engagement_id","approved_at");--> statement-breakpoint
CREATE INDEX "sign_offs_attachment" ON "sign_offs" USING btree ("firm_id","attachment_id");--> statement-breakpoint
CREATE UNIQUE INDEX "connections_one_live" ON "connections" USING btree ("firm_id","company_id") WHERE "connections"."ended_at" is null;--> statement-breakpoint
CREATE INDEX "login_attempts_expiry" ON "login_attempts" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "export_orders_one_writer" ON "export_orders" USING btree ("tenant","year_from") WHERE "export_orders"."finished_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "export_vouchers_once" ON "export_vouchers" USING btree ("firm_id","engagement_id","adjustment_id") WHERE "export_vouchers"."status" <> 'withdrawn';--> statement-breakpoint
CREATE INDEX "outbox_undelivered" ON "outbox" USING btree ("created_at") WHERE "outbox"."delivered_at" is null;--> statement-breakpoint
CREATE INDEX "processing_history_engagement" ON "processing_history" USING btree ("firm_id","engagement_id","id");