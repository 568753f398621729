"""The ten observation scenes."""
