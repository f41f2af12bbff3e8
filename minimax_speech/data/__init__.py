"""Corpora: making them, describing them in manifests, and reading them for training."""
