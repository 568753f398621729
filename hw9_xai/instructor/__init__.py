"""What an instructor meets: submissions regraded without running any, files of other origin, and the doctor."""
