"""What only the Generate page shows."""
