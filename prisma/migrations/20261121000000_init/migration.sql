-- CreateTable
CREATE TABLE "channel" (
    "id" UUID NOT NULL,
    "adapter" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "settings" BYTEA NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "rates" JSONB,
    "on_uncertain" TEXT NOT NULL DEFAULT 'resend',
    "last_inbound_at" TIMESTAMPTZ(3),
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "channel_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "arrival" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "lane" TEXT NOT NULL,
    "shard" SMALLINT NOT NULL,
    "payload" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "recorded_at" TIMESTAMPTZ(3),

    CONSTRAINT "arrival_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rate_bucket" (
    "channel_id" UUID NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "refilled_at" TIMESTAMPTZ(6) NOT NULL,
    "blocked_until" TIMESTAMPTZ(6),

    CONSTRAINT "rate_bucket_pkey" PRIMARY KEY ("channel_id")
);

-- CreateTable
CREATE TABLE "place_pace" (
    "conversation_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "free_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "place_pace_pkey" PRIMARY KEY ("conversation_id")
);

-- CreateTable
CREATE TABLE "hub_process" (
    "id" UUID NOT NULL,
    "lock_key" BIGINT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "hub_process_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cache_entry" (
    "channel_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "value" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cache_entry_pkey" PRIMARY KEY ("channel_id","key")
);

-- CreateTable
CREATE TABLE "stored_file" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "mime_type" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_file_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contact" (
    "id" UUID NOT NULL,
    "name" TEXT,
    "locale" TEXT,
    "stage" TEXT NOT NULL DEFAULT 'visitor',
    "stage_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "first_touch_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "external_id" TEXT NOT NULL,
    "contact_id" UUID NOT NULL,
    "name" TEXT,
    "username" TEXT,
    "is_bot" BOOLEAN NOT NULL DEFAULT false,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "blocked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "link" (
    "id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "from_contact_id" UUID NOT NULL,
    "to_contact_id" UUID NOT NULL,
    "evidence" TEXT NOT NULL,
    "linked_by" UUID,
    "linked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "link_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "place" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT,
    "contact_id" UUID,
    "owner" TEXT NOT NULL DEFAULT 'bot',
    "assignee_id" UUID,
    "status" TEXT NOT NULL DEFAULT 'open',
    "language" TEXT,
    "in_seq" INTEGER NOT NULL DEFAULT 0,
    "turn_seq" INTEGER NOT NULL DEFAULT 0,
    "done_seq" INTEGER NOT NULL DEFAULT 0,
    "ready_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lease_hub" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "last_message_at" TIMESTAMPTZ(3),
    "last_message_text" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conversation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "participant" (
    "conversation_id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "joined_at" TIMESTAMPTZ(3),
    "left_at" TIMESTAMPTZ(3),

    CONSTRAINT "participant_pkey" PRIMARY KEY ("conversation_id","identity_id")
);

-- CreateTable
CREATE TABLE "event" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "external_id" TEXT,
    "target" TEXT,
    "identity_id" UUID,
    "contact_id" UUID,
    "arrival_id" UUID,
    "payload" JSONB NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "message" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "direction" TEXT NOT NULL,
    "author" TEXT NOT NULL,
    "identity_id" UUID,
    "staff_id" UUID,
    "external_id" TEXT,
    "parts" JSONB NOT NULL,
    "text" TEXT NOT NULL,
    "addressed" BOOLEAN NOT NULL DEFAULT false,
    "reply_to" TEXT,
    "reactions" JSONB NOT NULL DEFAULT '{}',
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "delivery_state" TEXT,

    CONSTRAINT "message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delivery" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idempotency_key" TEXT NOT NULL,
    "referrer" JSONB,
    "lease_hub" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "doubts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entry_point" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "medium" TEXT NOT NULL,
    "campaign" TEXT,
    "placement" TEXT,
    "region" TEXT,
    "owner" TEXT,
    "channel_id" UUID,
    "target_url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),

    CONSTRAINT "entry_point_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hit" (
    "id" UUID NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "device" TEXT NOT NULL,
    "referrer" TEXT,
    "visitor_hash" TEXT NOT NULL,

    CONSTRAINT "hit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "touch" (
    "id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "identity_id" UUID,
    "conversation_id" UUID,
    "channel_id" UUID,
    "entry_point_id" UUID,
    "event_id" UUID,
    "method" TEXT NOT NULL,
    "confidence" TEXT NOT NULL,
    "evidence" JSONB NOT NULL,
    "consent" BOOLEAN,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "touch_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage_change" (
    "id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "from_stage" TEXT NOT NULL,
    "to_stage" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "stage_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversion" (
    "id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "refund_of" UUID,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "conversion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cost" (
    "id" UUID NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "note" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cost_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "article" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "article_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "article_text" (
    "article_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "answer" TEXT NOT NULL,

    CONSTRAINT "article_text_pkey" PRIMARY KEY ("article_id","language")
);

-- CreateTable
CREATE TABLE "phrasing" (
    "id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "language" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "phrasing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer_log" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "question" TEXT NOT NULL,
    "article_id" UUID,
    "score" DOUBLE PRECISION,
    "threshold" DOUBLE PRECISION,
    "evidence" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "answer_log_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "staff_id" UUID,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "claim" (
    "hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "claim_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "idempotent_reply" (
    "asker" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotent_reply_pkey" PRIMARY KEY ("asker","key")
);

-- CreateTable
CREATE TABLE "audit" (
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "asker" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("seq")
);

-- CreateIndex
CREATE UNIQUE INDEX "arrival_channel_id_key_key" ON "arrival"("channel_id", "key");

-- CreateIndex
CREATE UNIQUE INDEX "hub_process_lock_key_key" ON "hub_process"("lock_key");

-- CreateIndex
CREATE INDEX "identity_contact_id_idx" ON "identity"("contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "identity_channel_id_external_id_key" ON "identity"("channel_id", "external_id");

-- CreateIndex
CREATE INDEX "link_identity_id_idx" ON "link"("identity_id");

-- CreateIndex
CREATE INDEX "conversation_contact_id_idx" ON "conversation"("contact_id");

-- CreateIndex
CREATE INDEX "conversation_last_message_at_idx" ON "conversation"("last_message_at");

-- CreateIndex
CREATE UNIQUE INDEX "conversation_channel_id_place_key" ON "conversation"("channel_id", "place");

-- CreateIndex
CREATE UNIQUE INDEX "event_conversation_id_seq_key" ON "event"("conversation_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "event_conversation_id_type_external_id_key" ON "event"("conversation_id", "type", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "message_conversation_id_seq_key" ON "message"("conversation_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "message_conversation_id_external_id_key" ON "message"("conversation_id", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "delivery_message_id_key" ON "delivery"("message_id");

-- CreateIndex
CREATE UNIQUE INDEX "entry_point_code_key" ON "entry_point"("code");

-- CreateIndex
CREATE INDEX "hit_entry_point_id_at_idx" ON "hit"("entry_point_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "touch_event_id_key" ON "touch"("event_id");

-- CreateIndex
CREATE INDEX "touch_contact_id_at_idx" ON "touch"("contact_id", "at");

-- CreateIndex
CREATE INDEX "touch_entry_point_id_idx" ON "touch"("entry_point_id");

-- CreateIndex
CREATE INDEX "stage_change_contact_id_idx" ON "stage_change"("contact_id");

-- CreateIndex
CREATE INDEX "conversion_contact_id_at_idx" ON "conversion"("contact_id", "at");

-- CreateIndex
CREATE INDEX "conversion_refund_of_idx" ON "conversion"("refund_of");

-- CreateIndex
CREATE UNIQUE INDEX "conversion_source_external_id_key" ON "conversion"("source", "external_id");

-- CreateIndex
CREATE INDEX "cost_entry_point_id_idx" ON "cost"("entry_point_id");

-- CreateIndex
CREATE UNIQUE INDEX "article_slug_key" ON "article"("slug");

-- CreateIndex
CREATE INDEX "phrasing_article_id_idx" ON "phrasing"("article_id");

-- CreateIndex
CREATE UNIQUE INDEX "answer_log_event_id_key" ON "answer_log"("event_id");

-- CreateIndex
CREATE INDEX "answer_log_conversation_id_idx" ON "answer_log"("conversation_id");

-- CreateIndex
CREATE UNIQUE INDEX "staff_email_key" ON "staff"("email");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_hash_key" ON "api_token"("hash");

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contact"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cost" ADD CONSTRAINT "cost_entry_point_id_fkey" FOREIGN KEY ("entry_point_id") REFERENCES "entry_point"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "article_text" ADD CONSTRAINT "article_text_article_id_fkey" FOREIGN KEY ("article_id") REFERENCES "article"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "phrasing" ADD CONSTRAINT "phrasing_article_id_fkey" FOREIGN KEY ("article_id") REFERENCES "article"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- By hand from here: what the schema language cannot say.

-- The queues: each loop finds its work by an index that holds the unfinished rows alone.
CREATE INDEX "arrival_waiting" ON "arrival" ("shard", "id") WHERE "state" = 'waiting';
CREATE INDEX "arrival_dead" ON "arrival" ("received_at") WHERE "state" = 'dead';
CREATE INDEX "conversation_turns" ON "conversation" ("ready_at") WHERE "turn_seq" > "done_seq";
CREATE INDEX "delivery_waiting" ON "delivery" ("channel_id", "due_at", "id") WHERE "state" = 'waiting';
CREATE INDEX "delivery_line" ON "delivery" ("conversation_id", "seq") WHERE "state" IN ('waiting', 'sending');
CREATE INDEX "delivery_sending" ON "delivery" ("lease_hub") WHERE "state" = 'sending';

CREATE INDEX "delivery_trouble" ON "delivery" ("id") WHERE "state" IN ('failed', 'maybe-sent');

-- Late edits, deletes, reactions and receipts look for their message, and a late message looks for them.
CREATE INDEX "event_target" ON "event" ("conversation_id", "target") WHERE "target" IS NOT NULL;

-- A code typed by hand in another case still finds its door. "C": a Turkish database would fold I to a dotless i.
CREATE UNIQUE INDEX "entry_point_code_folded" ON "entry_point" (lower("code" COLLATE "C"));

ALTER TABLE "arrival" ADD CONSTRAINT "arrival_state" CHECK ("state" IN ('waiting', 'recorded', 'ignored', 'dead'));
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_state" CHECK ("state" IN ('waiting', 'sending', 'sent', 'failed', 'maybe-sent'));
ALTER TABLE "conversation" ADD CONSTRAINT "conversation_owner" CHECK ("owner" IN ('bot', 'agent'));

-- Rows that change several times in their first seconds: room to change in place, and a vacuum that keeps up.
ALTER TABLE "conversation" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "delivery" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "arrival" SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.05);
