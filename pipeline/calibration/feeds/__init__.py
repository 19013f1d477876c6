"""Synthetic slot feeds that give the printed slot counts and rates back, and nothing more."""
