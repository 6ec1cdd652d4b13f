"""States: what every search drives."""
