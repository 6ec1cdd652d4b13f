"""What the static site holds besides the page and the networks."""
