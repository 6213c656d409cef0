"""Solidity of ours, and the artefacts built from it (README.md says how)."""
