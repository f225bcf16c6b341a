"""What every engine of large networks shares: files, devices, memory, progress, the track."""
