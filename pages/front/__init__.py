"""What the Home page shows: a piece to guess, the jobs of the app, and the study that it grew from."""
