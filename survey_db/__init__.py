"""The listener survey: schema, store, study design, statistics and export."""
