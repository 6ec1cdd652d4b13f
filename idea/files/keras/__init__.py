"""Networks that Keras and TensorFlow.js save, read without either."""
