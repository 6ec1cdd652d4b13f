"""Bodies of requests: JSON, forms, and what `POST /send` takes."""
