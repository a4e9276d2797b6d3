-- AlterTable
ALTER TABLE "entry_point" ADD COLUMN     "channel_ids" UUID[] DEFAULT ARRAY[]::UUID[],
ADD COLUMN     "contact_id" UUID,
ADD COLUMN     "ends_at" TIMESTAMPTZ(3),
ADD COLUMN     "keyword" TEXT,
ADD COLUMN     "keyword_folded" TEXT,
ADD COLUMN     "landing" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "owner_id" UUID,
ADD COLUMN     "phone" TEXT,
ADD COLUMN     "starts_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "stage_change" ADD COLUMN     "identity_id" UUID,
ADD COLUMN     "rule_id" UUID,
ADD COLUMN     "trigger" TEXT;

-- AlterTable
ALTER TABLE "touch" ADD COLUMN     "is_origin" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "entry_landing" (
    "contact_id" UUID NOT NULL,
    "entry_point_id" UUID NOT NULL,
    "conversation_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "entry_landing_pkey" PRIMARY KEY ("contact_id","entry_point_id")
);

-- CreateTable
CREATE TABLE "stage_rule" (
    "id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "trigger" TEXT NOT NULL,
    "from_stages" TEXT[],
    "to_stage" TEXT NOT NULL,
    "words" TEXT[],
    "article_ids" UUID[],
    "days" INTEGER,
    "act" JSONB NOT NULL DEFAULT '{}',
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stage_rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stage_act" (
    "rule_id" UUID NOT NULL,
    "contact_id" UUID NOT NULL,
    "change_id" UUID NOT NULL,
    "conversation_id" UUID,
    "outcome" TEXT,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "stage_act_pkey" PRIMARY KEY ("rule_id","contact_id")
);

-- CreateIndex
CREATE INDEX "stage_change_identity_id_idx" ON "stage_change"("identity_id");

-- CreateIndex
CREATE INDEX "touch_identity_id_idx" ON "touch"("identity_id");


-- By hand from here: what the schema language cannot say.

-- A keyword belongs to one open entry point. An archived one gives it free.
CREATE UNIQUE INDEX "entry_point_keyword" ON "entry_point" ("keyword_folded") WHERE "archived_at" IS NULL;
CREATE INDEX "stage_act_due" ON "stage_act" ("due_at") WHERE "outcome" IS NULL;
-- Who may have fallen silent, in the order in which the sweep goes through them.
CREATE INDEX "contact_may_lapse" ON "contact" ("id") WHERE "stage" NOT IN ('visitor', 'lapsed');

-- What was first until now stays first wherever the touch goes.
UPDATE "touch" SET "is_origin" = true FROM "contact" WHERE "contact"."first_touch_id" = "touch"."id";
UPDATE "stage_change" SET "trigger" = 'message' WHERE "cause" = 'first message';
UPDATE "stage_change" SET "identity_id" = sole."id"
FROM (SELECT "contact_id", min("id"::text)::uuid AS "id" FROM "identity" GROUP BY 1 HAVING count(*) = 1) sole
WHERE sole."contact_id" = "stage_change"."contact_id";
