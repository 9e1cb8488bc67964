"""What stands between the network and the app: which requests and messages reach it, and how many."""
