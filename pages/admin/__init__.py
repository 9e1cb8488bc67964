"""What an administrator sees: the gate, and making, watching and filling studies."""
