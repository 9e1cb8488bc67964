"""Running the app on several servers: the proxy's settings, and the same set-up without containers."""
