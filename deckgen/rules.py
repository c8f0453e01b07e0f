"""Rules."""
RULES: dict[str, str] = {}
