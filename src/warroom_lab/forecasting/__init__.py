"""Learning when money leaves: episodes of the lake's trails teach, later questions measure, and a card says what a forecast is worth."""
