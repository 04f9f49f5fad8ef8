"""What officers decide about requests: drafts and their approval, their course, and replies that come by letter."""
