"""ONNX graphs: read, checked, and run."""
