"""How fast a model speaks: each part against what the machine allows, and the whole."""
