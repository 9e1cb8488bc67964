"""What pages share: cached loaders, players and gates."""
