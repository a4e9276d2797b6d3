-- CreateTable
CREATE TABLE "upload_target" (
    "id" UUID NOT NULL,
    "api" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "settings" BYTEA NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "kinds" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "upload_target_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upload" (
    "id" UUID NOT NULL,
    "target_id" UUID NOT NULL,
    "conversion_id" UUID NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT,
    "fields" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "upload_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "purpose" TEXT NOT NULL,
    "target_id" UUID,
    "granted" BOOLEAN NOT NULL,
    "basis" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" UUID,

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "privacy_setting" (
    "id" INTEGER NOT NULL,
    "touch_months" INTEGER NOT NULL,

    CONSTRAINT "privacy_setting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "advice" (
    "id" UUID NOT NULL,
    "staff_id" UUID,
    "currency" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "period_days" INTEGER NOT NULL,
    "advice" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "advice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "advice_score" (
    "id" UUID NOT NULL,
    "advice_id" UUID NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "score" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "advice_score_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "holdout" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "share" DOUBLE PRECISION NOT NULL,
    "seed" TEXT NOT NULL,
    "kind" TEXT,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "holdout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "holdout_member" (
    "holdout_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "is_control" BOOLEAN NOT NULL,

    CONSTRAINT "holdout_member_pkey" PRIMARY KEY ("holdout_id","contact_id")
);

-- CreateTable
CREATE TABLE "switchback" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "region" TEXT,
    "kind" TEXT,
    "seed" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "switchback_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "switchback_period" (
    "switchback_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "is_on" BOOLEAN NOT NULL,

    CONSTRAINT "switchback_period_pkey" PRIMARY KEY ("switchback_id","position")
);
-- CreateIndex
CREATE INDEX "upload_conversion_id_idx" ON "upload"("conversion_id");

-- CreateIndex
CREATE UNIQUE INDEX "upload_target_id_conversion_id_key" ON "upload"("target_id", "conversion_id");

-- CreateIndex
CREATE INDEX "consent_contact_id_purpose_idx" ON "consent"("contact_id", "purpose");

-- CreateIndex
CREATE INDEX "advice_score_advice_id_idx" ON "advice_score"("advice_id");

-- CreateIndex
CREATE INDEX "holdout_member_contact_id_idx" ON "holdout_member"("contact_id");

-- What is still to be sent
CREATE INDEX "upload_waiting" ON "upload"("due_at") WHERE "state" = 'waiting';
