"""HTTP: an OpenAI-compatible server around the one engine. Needs the extra `serve`."""
