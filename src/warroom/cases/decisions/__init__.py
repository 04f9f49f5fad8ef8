"""What officers decide in a case: holds, their release and extension, appeals, and the case itself."""
