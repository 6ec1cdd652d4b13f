"""Reading, checking and running ONNX graphs."""
