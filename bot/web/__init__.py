"""The web door: the sign-in page, the player, polls and their records, health."""
