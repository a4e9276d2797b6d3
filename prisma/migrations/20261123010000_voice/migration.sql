-- CreateTable
CREATE TABLE "feedback" (
    "id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "channel_id" UUID NOT NULL,
    "identity_id" UUID,
    "contact_id" UUID NOT NULL,
    "label" TEXT NOT NULL,
    "sentiment" SMALLINT NOT NULL,
    "topic" TEXT,
    "language" TEXT NOT NULL,
    "span_start" INTEGER NOT NULL,
    "span_end" INTEGER NOT NULL,
    "confidence" REAL NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'read',
    "status" TEXT,
    "note" TEXT,
    "status_by" UUID,
    "status_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feedback_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "feedback_wait" (
    "event_id" UUID NOT NULL,

    CONSTRAINT "feedback_wait_pkey" PRIMARY KEY ("event_id")
);

-- CreateTable
CREATE TABLE "feedback_correction" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "identity_id" UUID,
    "text" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "labels" TEXT[],
    "sentiment" SMALLINT NOT NULL,
    "staff_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "feedback_correction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voice_topic" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "keywords" TEXT[],

    CONSTRAINT "voice_topic_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voice_case" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "identity_id" UUID,
    "contact_id" UUID NOT NULL,
    "event_id" UUID,
    "source" TEXT NOT NULL,
    "severity" SMALLINT NOT NULL,
    "reasons" TEXT[],
    "topic" TEXT,
    "state" TEXT NOT NULL DEFAULT 'open',
    "owner_id" UUID,
    "messages" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "first_reply_due_at" TIMESTAMPTZ(3) NOT NULL,
    "resolve_due_at" TIMESTAMPTZ(3) NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(3),
    "first_replied_at" TIMESTAMPTZ(3),
    "solved_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),
    "told_message_id" UUID,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "voice_case_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voice_case_change" (
    "id" UUID NOT NULL,
    "case_id" UUID NOT NULL,
    "staff_id" UUID,
    "change" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "voice_case_change_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "opportunity_rule" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "position" INTEGER NOT NULL DEFAULT 0,
    "keywords" TEXT[],
    "trigger" TEXT NOT NULL,
    "offer_en" TEXT NOT NULL,
    "offer_zh" TEXT NOT NULL,
    "url" TEXT,
    "bot_may_offer" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "opportunity_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "opportunity" (
    "id" UUID NOT NULL,
    "rule_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "confidence" REAL NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "offered_at" TIMESTAMPTZ(3),
    "offered_by" TEXT,
    "outcome" TEXT NOT NULL DEFAULT 'open',
    "outcome_at" TIMESTAMPTZ(3),
    "outcome_by" UUID,
    "conversion_id" UUID,
    "note" TEXT,

    CONSTRAINT "opportunity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "survey" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "trigger" TEXT NOT NULL,
    "after_ms" BIGINT NOT NULL,
    "every_days" INTEGER NOT NULL,
    "question_en" TEXT,
    "question_zh" TEXT,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "survey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "survey_ask" (
    "id" UUID NOT NULL,
    "survey_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "conversation_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "identity_id" UUID,
    "contact_id" UUID NOT NULL,
    "cause" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "reason" TEXT,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "asked_at" TIMESTAMPTZ(3),
    "answered_at" TIMESTAMPTZ(3),
    "answer_seq" INTEGER,
    "score" SMALLINT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "survey_ask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "voice_setting" (
    "id" INTEGER NOT NULL,
    "settings" JSONB NOT NULL,

    CONSTRAINT "voice_setting_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "feedback_at_idx" ON "feedback"("at");

-- CreateIndex
CREATE INDEX "feedback_conversation_id_seq_idx" ON "feedback"("conversation_id", "seq");

-- CreateIndex
CREATE INDEX "feedback_contact_id_idx" ON "feedback"("contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "feedback_event_id_label_key" ON "feedback"("event_id", "label");

-- CreateIndex
CREATE INDEX "feedback_correction_at_idx" ON "feedback_correction"("at");

-- CreateIndex
CREATE UNIQUE INDEX "voice_topic_name_key" ON "voice_topic"("name");

-- CreateIndex
CREATE INDEX "voice_case_state_resolve_due_at_idx" ON "voice_case"("state", "resolve_due_at");

-- CreateIndex
CREATE INDEX "voice_case_contact_id_idx" ON "voice_case"("contact_id");

-- CreateIndex
CREATE INDEX "voice_case_conversation_id_idx" ON "voice_case"("conversation_id");

-- CreateIndex
CREATE INDEX "voice_case_change_case_id_idx" ON "voice_case_change"("case_id");

-- CreateIndex
CREATE INDEX "opportunity_conversation_id_idx" ON "opportunity"("conversation_id");

-- CreateIndex
CREATE INDEX "opportunity_contact_id_idx" ON "opportunity"("contact_id");

-- CreateIndex
CREATE UNIQUE INDEX "opportunity_rule_id_identity_id_key" ON "opportunity"("rule_id", "identity_id");

-- CreateIndex
CREATE INDEX "survey_ask_contact_id_idx" ON "survey_ask"("contact_id");

-- CreateIndex
CREATE INDEX "survey_ask_conversation_id_idx" ON "survey_ask"("conversation_id");

-- CreateIndex
CREATE INDEX "survey_ask_survey_id_answered_at_idx" ON "survey_ask"("survey_id", "answered_at");

-- By hand: what Prisma cannot say.
CREATE UNIQUE INDEX "voice_case_open_key" ON "voice_case"("conversation_id", "identity_id") WHERE state IN ('open', 'waiting');

CREATE INDEX "survey_ask_due_idx" ON "survey_ask"("due_at") WHERE state = 'waiting';

CREATE INDEX "feedback_status_idx" ON "feedback"("label", "at") WHERE status IS NOT NULL;
