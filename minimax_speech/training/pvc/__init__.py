"""Professional voice cloning: a timbre vector tuned on recordings, all else frozen."""
