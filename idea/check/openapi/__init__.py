"""The OpenAPI document of the server's API, made from the types of its requests and responses."""
