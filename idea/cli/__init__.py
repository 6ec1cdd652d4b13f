"""What the commands share: argument types, help, streams, progress and output."""
