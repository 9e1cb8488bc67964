"""Notes to sound: SoundFont, renderer, mix and master."""
