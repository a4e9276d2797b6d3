-- AlterTable
ALTER TABLE "conversation" ADD COLUMN "snoozed_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "label" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_zh" TEXT,
    "colour" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "label_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation_label" (
    "conversation_id" UUID NOT NULL,
    "label_id" UUID NOT NULL,
    "staff_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversation_label_pkey" PRIMARY KEY ("conversation_id","label_id")
);

-- CreateTable
CREATE TABLE "note" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "staff_id" UUID,
    "text" TEXT NOT NULL,
    "mentions" UUID[] DEFAULT ARRAY[]::UUID[],
    "after_seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "note_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "canned_reply" (
    "id" UUID NOT NULL,
    "shortcut" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "text_en" TEXT,
    "text_zh" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "canned_reply_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "saved_view" (
    "id" UUID NOT NULL,
    "staff_id" UUID,
    "name" TEXT NOT NULL,
    "is_shared" BOOLEAN NOT NULL,
    "filter" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "conversation_read" (
    "staff_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversation_read_pkey" PRIMARY KEY ("staff_id","conversation_id")
);

-- CreateTable
CREATE TABLE "desk_presence" (
    "conversation_id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,
    "doing" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "desk_presence_pkey" PRIMARY KEY ("conversation_id","staff_id")
);

-- CreateTable
CREATE TABLE "scheduled_message" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "staff_id" UUID,
    "reply" JSONB NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "scheduled_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "organisation" (
    "id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "hours" JSONB NOT NULL,
    "consent_texts" JSONB NOT NULL,

    CONSTRAINT "organisation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret" BYTEA NOT NULL,
    "events" TEXT[],
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "failing_since" TIMESTAMPTZ(3),
    "stopped_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "event" TEXT NOT NULL,
    "subject_id" UUID,
    "payload" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "status" INTEGER,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "label_name_key" ON "label"("name");

-- CreateIndex
CREATE INDEX "conversation_label_label_id_idx" ON "conversation_label"("label_id");

-- CreateIndex
CREATE INDEX "note_conversation_id_at_idx" ON "note"("conversation_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "canned_reply_shortcut_key" ON "canned_reply"("shortcut");

-- CreateIndex
CREATE INDEX "conversation_read_conversation_id_idx" ON "conversation_read"("conversation_id");

-- CreateIndex
CREATE INDEX "scheduled_message_conversation_id_idx" ON "scheduled_message"("conversation_id");

-- CreateIndex
CREATE INDEX "webhook_delivery_webhook_id_id_idx" ON "webhook_delivery"("webhook_id", "id");

-- CreateIndex
CREATE INDEX "webhook_delivery_subject_id_idx" ON "webhook_delivery"("subject_id");

-- By hand from here: what the schema language cannot say.

CREATE INDEX "conversation_snoozed" ON "conversation" ("snoozed_until") WHERE "status" = 'snoozed';
CREATE INDEX "conversation_assignee" ON "conversation" ("assignee_id", "last_message_at" DESC) WHERE "assignee_id" IS NOT NULL;
CREATE INDEX "scheduled_message_waiting" ON "scheduled_message" ("due_at") WHERE "state" = 'waiting';
CREATE INDEX "webhook_delivery_waiting" ON "webhook_delivery" ("due_at") WHERE "state" = 'waiting';
CREATE INDEX "conversion_recorded" ON "conversion" ("recorded_at");
CREATE INDEX "note_mentions" ON "note" USING gin ("mentions") WHERE "deleted_at" IS NULL;
CREATE INDEX "contact_first_touch" ON "contact" ("first_touch_id") WHERE "first_touch_id" IS NOT NULL;

ALTER TABLE "scheduled_message" ADD CONSTRAINT "scheduled_message_state" CHECK ("state" IN ('waiting', 'sent', 'cancelled', 'failed'));
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_state" CHECK ("state" IN ('waiting', 'sent', 'failed'));

-- What can be searched for in a text: its words, and of Chinese, which has no spaces, each pair of neighbours and what
-- is left over at a run's end. ASCII punctuation divides: else the parser would take "rosen@shop.example" for one word. Cut: a tsvector holds a megabyte and no more.
-- Only functions of pg_catalog, so that an index may stand on it whatever the search path is.
CREATE FUNCTION "search_words"("words" text) RETURNS tsvector
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN to_tsvector('pg_catalog.simple'::regconfig,
    regexp_replace(left("words", 20000), '[!-/:-@\[-`{-~㐀-鿿]+', ' ', 'g') || ' ' ||
    regexp_replace(regexp_replace(left("words", 20000), '[^㐀-鿿]+', ' ', 'g'), '([㐀-鿿])([㐀-鿿])', '\1\2 ', 'g') || ' ' ||
    regexp_replace(regexp_replace(regexp_replace(left("words", 20000), '[^㐀-鿿]+', ' ', 'g'), '(^| )[㐀-鿿]', ' ', 'g'), '([㐀-鿿])([㐀-鿿])', '\1\2 ', 'g'));

-- The list that new entries wait in is kept short, or a search would read it through.
CREATE INDEX "message_words" ON "message" USING gin ("search_words"("text")) WITH (fastupdate = on, gin_pending_list_limit = 512);
CREATE INDEX "contact_words" ON "contact" USING gin ("search_words"(coalesce("name", '')));
CREATE INDEX "identity_words" ON "identity" USING gin ("search_words"(coalesce("name", '') || ' ' || coalesce("username", '') || ' ' || coalesce("attributes" ->> 'email', '')));
