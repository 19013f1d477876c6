"""Indicators: a card a doctor can read and one SQL file an analyst can read, each."""
