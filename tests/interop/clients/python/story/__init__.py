"""Both stories of ../README.md, through clients that openapi-python-client has made."""
