-- CreateTable
CREATE TABLE "advice_decision" (
    "id" UUID NOT NULL,
    "advice_id" UUID NOT NULL,
    "taken" BOOLEAN NOT NULL,
    "reason" TEXT,
    "staff_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "advice_decision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "advice_decision_advice_id_idx" ON "advice_decision"("advice_id");
