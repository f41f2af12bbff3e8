"""Training: one loop for all stages, a task per stage."""
