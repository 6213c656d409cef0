"""The record: five plain files from which anyone can count again."""
