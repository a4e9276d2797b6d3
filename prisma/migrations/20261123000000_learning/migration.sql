-- AlterTable
ALTER TABLE "article" ADD COLUMN     "audience" TEXT NOT NULL DEFAULT 'everyone',
ADD COLUMN     "valid_from" TIMESTAMPTZ(3),
ADD COLUMN     "valid_to" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "article_version" (
    "id" UUID NOT NULL,
    "article_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "change" TEXT NOT NULL,
    "article" JSONB NOT NULL,
    "why" TEXT,
    "staff_id" UUID,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "article_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_version" (
    "id" UUID NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,
    "inputs_hash" TEXT NOT NULL,
    "figures" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "promoted_at" TIMESTAMPTZ(3),
    "promoted_by" TEXT,
    "bytes" BYTEA NOT NULL,

    CONSTRAINT "model_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "answer_settings" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "target" DOUBLE PRECISION NOT NULL DEFAULT 0.95,
    "foreign_share" DOUBLE PRECISION NOT NULL DEFAULT 0.2,
    "mode" TEXT NOT NULL DEFAULT 'auto',
    "floor_en" DOUBLE PRECISION,
    "floor_zh" DOUBLE PRECISION,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" TEXT,

    CONSTRAINT "answer_settings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "correction" (
    "id" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "article_id" UUID,
    "why" TEXT,
    "staff_id" UUID,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "event_id" UUID,
    "conversation_id" UUID,
    "undoes" UUID,

    CONSTRAINT "correction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "golden_question" (
    "id" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "article_id" UUID,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "golden_question_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suggestion" (
    "id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "article_id" UUID NOT NULL,
    "probability" DOUBLE PRECISION NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "suggestion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dismissed_question" (
    "key" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "dismissed_question_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "article_version_article_id_idx" ON "article_version"("article_id");

-- CreateIndex
CREATE UNIQUE INDEX "correction_undoes_key" ON "correction"("undoes");

-- CreateIndex
CREATE INDEX "correction_event_id_idx" ON "correction"("event_id");

-- CreateIndex
CREATE INDEX "correction_conversation_id_idx" ON "correction"("conversation_id");

-- CreateIndex
CREATE UNIQUE INDEX "golden_question_question_key" ON "golden_question"("question");

-- CreateIndex
CREATE UNIQUE INDEX "suggestion_event_id_key" ON "suggestion"("event_id");

-- CreateIndex
CREATE INDEX "suggestion_conversation_id_idx" ON "suggestion"("conversation_id");

-- CreateIndex
CREATE INDEX "suggestion_state_article_id_idx" ON "suggestion"("state", "article_id");

-- By hand: what Prisma cannot say.
-- Models are read in slices, which compressed ones do not allow.
ALTER TABLE "model_version" ALTER COLUMN "bytes" SET STORAGE EXTERNAL;

-- One model is live.
CREATE UNIQUE INDEX "model_version_live_key" ON "model_version"("state") WHERE "state" = 'live';
