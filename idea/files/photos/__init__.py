"""Pictures of what a network classifies: their greys, their ink, and its place in an image."""
