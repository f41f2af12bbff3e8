"""Audio files and levels: read, write, resample, inspect, trim, level. Knows no model."""
