"""Running a study: making it, its samples, and each listener's way through it."""
