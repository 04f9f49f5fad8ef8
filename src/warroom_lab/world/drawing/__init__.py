"""What every process of the country draws with: parameters, streams of random numbers, columns and rows."""
