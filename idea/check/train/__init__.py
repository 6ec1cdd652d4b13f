"""What the page trains networks with: TensorFlow.js, and images of a data set."""
