"""What the commands share: options, streams, progress and output."""
