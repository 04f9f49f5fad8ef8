"""What looks wrong before anybody reports it, with a probability, reasons and doubts."""
