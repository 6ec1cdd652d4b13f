"""Pickles as inert objects: what they hold, without running any code of theirs."""
