-- CreateTable
CREATE TABLE "reply_window" (
    "conversation_id" UUID NOT NULL,
    "grants" JSONB NOT NULL,
    "heard_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reply_window_pkey" PRIMARY KEY ("conversation_id")
);

-- CreateTable
CREATE TABLE "media" (
    "id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "ref" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stored_file_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "entry_alias" (
    "channel_id" UUID NOT NULL,
    "alias" TEXT NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "url" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "entry_alias_pkey" PRIMARY KEY ("channel_id","alias")
);

-- CreateTable
CREATE TABLE "touch_candidate" (
    "touch_id" UUID NOT NULL,
    "alias" TEXT NOT NULL,
    "entry_point_id" UUID,
    "weight" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "touch_candidate_pkey" PRIMARY KEY ("touch_id","alias")
);

-- CreateIndex
CREATE UNIQUE INDEX "media_channel_id_ref_key" ON "media"("channel_id", "ref");

-- CreateIndex
CREATE INDEX "entry_alias_entry_point_id_idx" ON "entry_alias"("entry_point_id");

-- CreateIndex
CREATE INDEX "touch_candidate_entry_point_id_idx" ON "touch_candidate"("entry_point_id");


-- By hand from here: what the schema language cannot say.

CREATE INDEX "media_waiting" ON "media" ("due_at") WHERE "state" = 'waiting';
ALTER TABLE "media" ADD CONSTRAINT "media_state" CHECK ("state" IN ('waiting', 'kept', 'refused'));
