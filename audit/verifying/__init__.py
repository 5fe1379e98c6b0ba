"""Looking through the whole chain: what was changed, removed, inserted or put in another order."""
