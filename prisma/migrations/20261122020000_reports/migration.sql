-- AlterTable
ALTER TABLE "conversion" ADD COLUMN     "identity_id" UUID,
ADD COLUMN     "offline" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "conversion_line" (
    "conversion_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "sku" TEXT NOT NULL,
    "name" TEXT,
    "quantity" DOUBLE PRECISION NOT NULL,
    "amount" BIGINT NOT NULL,

    CONSTRAINT "conversion_line_pkey" PRIMARY KEY ("conversion_id","position")
);

-- CreateTable
CREATE TABLE "conversion_kind" (
    "kind" TEXT NOT NULL,
    "window_days" INTEGER NOT NULL,

    CONSTRAINT "conversion_kind_pkey" PRIMARY KEY ("kind")
);

-- CreateTable
CREATE TABLE "voucher" (
    "code" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "note" TEXT,
    "entry_point_id" UUID,
    "contact_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "identity_id" UUID,
    "claimed_at" TIMESTAMPTZ(3),
    "conversion_id" UUID,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "voucher_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "first_word" (
    "conversation_id" UUID NOT NULL,
    "identity_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "answered_at" TIMESTAMPTZ(3),

    CONSTRAINT "first_word_pkey" PRIMARY KEY ("conversation_id","identity_id")
);

-- CreateTable
CREATE TABLE "contact_tally" (
    "contact_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "wrote" BOOLEAN NOT NULL,
    "answered" BOOLEAN NOT NULL,
    "lead" BOOLEAN NOT NULL,
    "ordered" BOOLEAN NOT NULL,
    "online" BOOLEAN NOT NULL,
    "offline" BOOLEAN NOT NULL,
    "repeated" BOOLEAN NOT NULL,
    "recommended" BOOLEAN NOT NULL,
    "bought_at" TIMESTAMPTZ(3),
    "sold_at" TIMESTAMPTZ(3),

    CONSTRAINT "contact_tally_pkey" PRIMARY KEY ("contact_id")
);

-- CreateTable
CREATE TABLE "conversion_tally" (
    "conversion_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "offline" BOOLEAN NOT NULL,
    "turn" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,
    "first_entry_point_id" UUID NOT NULL,
    "first_channel_id" UUID NOT NULL,
    "first_at" TIMESTAMPTZ(3),
    "last_entry_point_id" UUID NOT NULL,
    "last_channel_id" UUID NOT NULL,
    "path" UUID[],

    CONSTRAINT "conversion_tally_pkey" PRIMARY KEY ("conversion_id")
);

-- CreateTable
CREATE TABLE "people_count" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "merged" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "hits" INTEGER NOT NULL DEFAULT 0,
    "touches" INTEGER NOT NULL DEFAULT 0,
    "people" INTEGER NOT NULL DEFAULT 0,
    "wrote" INTEGER NOT NULL DEFAULT 0,
    "answered" INTEGER NOT NULL DEFAULT 0,
    "lead" INTEGER NOT NULL DEFAULT 0,
    "ordered" INTEGER NOT NULL DEFAULT 0,
    "online" INTEGER NOT NULL DEFAULT 0,
    "offline" INTEGER NOT NULL DEFAULT 0,
    "repeated" INTEGER NOT NULL DEFAULT 0,
    "recommended" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "people_count_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sale_count" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "merged" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "model" TEXT NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "offline" BOOLEAN NOT NULL,
    "turn" TEXT NOT NULL,
    "conversions" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,

    CONSTRAINT "sale_count_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "erased_people" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "at" TIMESTAMPTZ(3) NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "hits" INTEGER NOT NULL DEFAULT 0,
    "touches" INTEGER NOT NULL DEFAULT 0,
    "people" INTEGER NOT NULL DEFAULT 0,
    "wrote" INTEGER NOT NULL DEFAULT 0,
    "answered" INTEGER NOT NULL DEFAULT 0,
    "lead" INTEGER NOT NULL DEFAULT 0,
    "ordered" INTEGER NOT NULL DEFAULT 0,
    "online" INTEGER NOT NULL DEFAULT 0,
    "offline" INTEGER NOT NULL DEFAULT 0,
    "repeated" INTEGER NOT NULL DEFAULT 0,
    "recommended" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "erased_people_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "erased_sale" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "at" TIMESTAMPTZ(3) NOT NULL,
    "model" TEXT NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "offline" BOOLEAN NOT NULL,
    "turn" TEXT NOT NULL,
    "conversions" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "refunded" BIGINT NOT NULL,

    CONSTRAINT "erased_sale_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "report_setting" (
    "id" INTEGER NOT NULL,
    "time_zone" TEXT NOT NULL,
    "week_start" TEXT NOT NULL,

    CONSTRAINT "report_setting_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_run" (
    "id" UUID NOT NULL,
    "batch_id" UUID NOT NULL,
    "staff_id" UUID,
    "model" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3),
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "window_days" INTEGER NOT NULL,
    "unit" TEXT NOT NULL,
    "input_hash" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "model_run_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "conversion_line_sku_idx" ON "conversion_line"("sku");

-- CreateIndex
CREATE INDEX "voucher_entry_point_id_idx" ON "voucher"("entry_point_id");

-- CreateIndex
CREATE INDEX "voucher_contact_id_idx" ON "voucher"("contact_id");

-- CreateIndex
CREATE INDEX "voucher_conversion_id_idx" ON "voucher"("conversion_id");

-- CreateIndex
CREATE INDEX "first_word_identity_id_idx" ON "first_word"("identity_id");

-- CreateIndex
CREATE INDEX "contact_tally_entry_point_id_at_idx" ON "contact_tally"("entry_point_id", "at");

-- CreateIndex
CREATE INDEX "contact_tally_at_idx" ON "contact_tally"("at");

-- CreateIndex
CREATE INDEX "conversion_tally_contact_id_idx" ON "conversion_tally"("contact_id");

-- CreateIndex
CREATE INDEX "conversion_tally_at_idx" ON "conversion_tally"("at");

-- CreateIndex
CREATE INDEX "model_run_batch_id_idx" ON "model_run"("batch_id");

-- CreateIndex
CREATE INDEX "hit_at_idx" ON "hit" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "touch_at_idx" ON "touch" USING BRIN ("at");

-- CreateIndex
CREATE INDEX "conversion_identity_id_idx" ON "conversion"("identity_id");


-- By hand from here: what the schema language cannot say, and what was known before.

-- The merged days, and what is to be merged: apart, so that appending writes to one of them alone.
CREATE INDEX "people_count_days" ON "people_count" ("at") WHERE "merged";
CREATE INDEX "people_count_new" ON "people_count" ("at") WHERE NOT "merged";
CREATE INDEX "sale_count_days" ON "sale_count" ("at") WHERE "merged";
CREATE INDEX "sale_count_new" ON "sale_count" ("at") WHERE NOT "merged";

-- Typed by hand in another case, a voucher is still found, as a door is.
CREATE UNIQUE INDEX "voucher_code_folded" ON "voucher" (lower("code" COLLATE "C"));

-- A tally changes in place, a few times in a person's life.
ALTER TABLE "contact_tally" SET (fillfactor = 85);

ALTER TABLE "conversion_tally" ADD CONSTRAINT "conversion_tally_turn" CHECK ("turn" IN ('first', 'repeat', 'other'));

-- A conversion of somebody with one account is known from that one.
UPDATE "conversion" SET "identity_id" = sole."id"
FROM (SELECT "contact_id", min("id"::text)::uuid AS "id" FROM "identity" GROUP BY 1 HAVING count(*) = 1) sole
WHERE sole."contact_id" = "conversion"."contact_id";
UPDATE "conversion" SET "offline" = true WHERE "source" IN ('till', 'pos', 'shop', 'store', 'cash-desk');

INSERT INTO "first_word" ("conversation_id", "identity_id", "at", "answered_at")
SELECT m."conversation_id", m."identity_id", min(m."sent_at"), min(m."answered_at")
FROM "message" m JOIN "conversation" c ON c."id" = m."conversation_id"
WHERE m."direction" = 'in' AND m."identity_id" IS NOT NULL AND (m."addressed" OR c."kind" = 'direct')
GROUP BY 1, 2;
