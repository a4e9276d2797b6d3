-- CreateTable
CREATE TABLE "team" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "name_zh" TEXT,
    "languages" TEXT[],
    "hours" JSONB,
    "is_default" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "team_member" (
    "team_id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,

    CONSTRAINT "team_member_pkey" PRIMARY KEY ("team_id","staff_id")
);

-- CreateTable
CREATE TABLE "expert" (
    "staff_id" UUID NOT NULL,
    "is_named" BOOLEAN NOT NULL DEFAULT true,
    "topics" TEXT[],
    "label_ids" UUID[],
    "languages" TEXT[],
    "hours" JSONB,
    "capacity" INTEGER NOT NULL DEFAULT 5,
    "answers_at" TEXT NOT NULL DEFAULT 'console',
    "is_away" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "expert_pkey" PRIMARY KEY ("staff_id")
);

-- CreateTable
CREATE TABLE "handover_rule" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "position" INTEGER NOT NULL,
    "begins" BOOLEAN NOT NULL,
    "kinds" TEXT[],
    "words" TEXT[],
    "label_ids" UUID[],
    "language" TEXT,
    "entry_point_id" UUID,
    "channel_id" UUID,
    "stages" TEXT[],
    "target" JSONB NOT NULL,

    CONSTRAINT "handover_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "handover_setting" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "on_wish" BOOLEAN NOT NULL,
    "on_anger" BOOLEAN NOT NULL,
    "resume_after_hours" INTEGER,

    CONSTRAINT "handover_setting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "handover" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "team_id" UUID,
    "staff_id" UUID,
    "why" TEXT[],
    "at" TIMESTAMPTZ(3) NOT NULL,
    "assigned_at" TIMESTAMPTZ(3),
    "first_reply_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "resume_due" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "handover_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff_place" (
    "id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_place_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "place_code" (
    "hash" TEXT NOT NULL,
    "staff_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "place_code_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "bridge" (
    "id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "staff_id" UUID NOT NULL,
    "place_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "handover_id" UUID NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "bridge_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bridge_message" (
    "message_id" UUID NOT NULL,
    "bridge_id" UUID NOT NULL,

    CONSTRAINT "bridge_message_pkey" PRIMARY KEY ("message_id")
);

-- CreateTable
CREATE TABLE "relay" (
    "n" BIGSERIAL NOT NULL,
    "cause_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "bridge_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "relay_pkey" PRIMARY KEY ("n")
);

-- CreateIndex
CREATE INDEX "team_member_staff_id_idx" ON "team_member"("staff_id");

-- CreateIndex
CREATE UNIQUE INDEX "handover_event_id_key" ON "handover"("event_id");

-- CreateIndex
CREATE INDEX "handover_conversation_id_idx" ON "handover"("conversation_id");

-- CreateIndex
CREATE INDEX "handover_at_idx" ON "handover"("at");

-- CreateIndex
CREATE INDEX "staff_place_staff_id_idx" ON "staff_place"("staff_id");

-- CreateIndex
CREATE INDEX "bridge_conversation_id_idx" ON "bridge"("conversation_id");

-- CreateIndex
CREATE UNIQUE INDEX "bridge_staff_id_number_key" ON "bridge"("staff_id", "number");

-- CreateIndex
CREATE INDEX "bridge_message_bridge_id_idx" ON "bridge_message"("bridge_id");

-- CreateIndex
CREATE UNIQUE INDEX "relay_cause_id_key" ON "relay"("cause_id");

-- By hand from here: what the schema language cannot say.

CREATE UNIQUE INDEX "team_default" ON "team" ("is_default") WHERE "is_default";
CREATE UNIQUE INDEX "handover_open" ON "handover" ("conversation_id") WHERE "state" <> 'closed';
CREATE INDEX "handover_resume" ON "handover" ("conversation_id") WHERE "resume_due";
CREATE UNIQUE INDEX "staff_place_in_use" ON "staff_place" ("conversation_id") WHERE "ended_at" IS NULL;
CREATE UNIQUE INDEX "bridge_open" ON "bridge" ("conversation_id") WHERE "closed_at" IS NULL;
CREATE INDEX "conversation_of_agents" ON "conversation" ("last_message_at") WHERE "owner" = 'agent';
CREATE INDEX "relay_waiting" ON "relay" ("n") WHERE "state" = 'waiting';

ALTER TABLE "expert" ADD CONSTRAINT "expert_answers_at" CHECK ("answers_at" IN ('console', 'place'));
ALTER TABLE "handover" ADD CONSTRAINT "handover_state" CHECK ("state" IN ('waiting', 'assigned', 'closed'));
ALTER TABLE "relay" ADD CONSTRAINT "relay_state" CHECK ("state" IN ('waiting', 'done', 'failed'));
