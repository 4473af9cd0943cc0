"""Everything said is here before the first byte leaves: enqueue, claim, outcomes, fallback, receipts."""
