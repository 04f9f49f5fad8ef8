"""What officers decide about joint operations: plans, preparation, go and no-go, their course and end."""
