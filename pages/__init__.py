"""The pages of the app, one file each; what they share is in `pages.shared`."""
