"""Heavy work in processes of its own, so that no visitor's file or wish slows down or ends the server."""
